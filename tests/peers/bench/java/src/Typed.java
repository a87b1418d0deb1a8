import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;

/** Jackson, into records of the fields needed. */
class Typed {
    record Page(List<Conversation> conversations) {}

    record Conversation(
        String conversationId, String conversationStart, String conversationEnd, String originatingDirection,
        List<Participant> participants) {}

    record Participant(
        String participantId, String participantName, String purpose, String userId, List<Session> sessions) {}

    record Session(
        String sessionId, String mediaType, String direction, String ani, String dnis, String remote,
        List<Segment> segments, List<Metric> metrics) {}

    record Segment(
        String segmentStart, String segmentEnd, String segmentType, String queueId, String disconnectType,
        String wrapUpCode, String wrapUpNote, Boolean conference) {}

    record Metric(String emitDate, String name, Double value) {}

    static final ObjectMapper MAPPER =
        new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    static Flat columns(byte[] body) throws IOException {
        var page = MAPPER.readValue(body, Page.class);
        var tables = new Flat();
        for (var c : Flat.or(page.conversations())) {
            for (var p : Flat.or(c.participants())) {
                for (var n : Flat.or(p.sessions())) {
                    for (var g : Flat.or(n.segments())) {
                        Flat.add(tables.segments,
                            c.conversationId(), c.conversationStart(), c.conversationEnd(), c.originatingDirection(),
                            p.participantId(), p.participantName(), p.purpose(), p.userId(), n.sessionId(), n.mediaType(),
                            n.direction(), n.ani(), n.dnis(), n.remote(), g.segmentStart(), g.segmentEnd(),
                            g.segmentType(), g.queueId(), g.disconnectType(), g.wrapUpCode(), g.wrapUpNote(),
                            g.conference());
                    }
                    for (var e : Flat.or(n.metrics())) {
                        Flat.add(tables.metrics,
                            c.conversationId(), p.participantId(), p.purpose(), p.userId(), n.sessionId(), n.mediaType(),
                            e.emitDate(), e.name(), e.value());
                    }
                }
            }
        }
        return tables;
    }
}
