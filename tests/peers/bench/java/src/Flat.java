import java.util.ArrayList;
import java.util.List;

/** The two tables that everybody makes of a page: a row a segment, a row a session metric, with what is above them. */
class Flat {
    static final List<String> SEGMENTS = List.of(
        "conversationId", "conversationStart", "conversationEnd", "originatingDirection", "participantId",
        "participantName", "purpose", "userId", "sessionId", "mediaType", "direction", "ani", "dnis",
        "remote", "segmentStart", "segmentEnd", "segmentType", "queueId", "disconnectType", "wrapUpCode",
        "wrapUpNote", "conference");
    static final List<String> METRICS = List.of(
        "conversationId", "participantId", "purpose", "userId", "sessionId", "mediaType", "emitDate",
        "name", "value");

    final List<List<Object>> segments = lists(SEGMENTS.size());
    final List<List<Object>> metrics = lists(METRICS.size());

    private static List<List<Object>> lists(int many) {
        var lists = new ArrayList<List<Object>>();
        for (var nth = 0; nth < many; nth++) {
            lists.add(new ArrayList<>());
        }
        return lists;
    }

    static void add(List<List<Object>> columns, Object... cells) {
        for (var nth = 0; nth < cells.length; nth++) {
            columns.get(nth).add(cells[nth]);
        }
    }

    static <T> List<T> or(List<T> list) {
        return list == null ? List.of() : list;
    }
}
