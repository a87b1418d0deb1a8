import io.github.pegcount.ConversationsReport;
import io.github.pegcount.Pegcount;
import io.github.pegcount.Tables;
import io.github.pegcount.TimeColumn;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A page of a hundred conversations into columns: processor time of the process, cases in turn, one JSON line.
 *
 * <p>usage: Decode PAGE [CASE] (a case: a hundred pages of it and nothing said)
 */
public class Decode {
    private static final int ROUNDS = 21;
    private static final int EACH = 50;
    private static final int WARM = 8;

    interface Case {
        Object run(byte[] body) throws Exception;
    }

    private static final Map<String, Case> CASES = new LinkedHashMap<>();

    static {
        CASES.put("ours", Decode::ours);
        CASES.put("laid", body -> {
            try (var tables = tables(body)) {
                return List.of(tables.get("segments").getColumns(), tables.get("session_metrics").getColumns());
            }
        });
        CASES.put("all", body -> {
            try (var tables = tables(body)) {
                var columns = new ArrayList<>();
                tables.forEach(table -> columns.add(table.getColumns()));
                return columns;
            }
        });
        CASES.put("typed", Typed::columns);
        CASES.put("official", Models::columns);
    }

    private static Tables tables(byte[] body) {
        return Pegcount.decode(ConversationsReport.builder().build(), body);
    }

    private static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase();
    }

    /** The columns that the peers make, as lists of values. */
    private static Flat ours(byte[] body) {
        var flat = new Flat();
        try (var tables = tables(body)) {
            read(tables, "segments", Flat.SEGMENTS, flat.segments);
            read(tables, "session_metrics", Flat.METRICS, flat.metrics);
        }
        return flat;
    }

    private static void read(Tables tables, String name, List<String> names, List<List<Object>> into) {
        var columns = tables.get(name).getColumns();
        for (var nth = 0; nth < names.size(); nth++) {
            into.get(nth).addAll(columns.get(snake(names.get(nth))));
        }
    }

    /** All of them make the same rows, or there is nothing to compare. */
    private static void check(byte[] body) throws Exception {
        var expected = ours(body);
        for (var peer : List.of("typed", "official")) {
            var found = (Flat) CASES.get(peer).run(body);
            same(peer, Flat.SEGMENTS, found.segments, expected.segments);
            same(peer, Flat.METRICS, found.metrics, expected.metrics);
        }
    }

    /** How many cells the SDK, which is older than the page, has no name for: it says so instead of the value. */
    private static int unknown;

    private static void same(String peer, List<String> names, List<List<Object>> found, List<List<Object>> expected) {
        for (var nth = 0; nth < names.size(); nth++) {
            var name = names.get(nth);
            var left = found.get(nth).stream().map(cell -> plain(name, cell)).toList();
            var right = expected.get(nth).stream().map(cell -> plain(name, cell)).toList();
            if (left.isEmpty() || left.size() != right.size()) {
                throw new AssertionError(peer + " has other rows");
            }
            for (var row = 0; row < left.size(); row++) {
                if (peer.equals("official") && left.get(row).equals("OutdatedSdkVersion")) {
                    unknown++;
                } else if (!left.get(row).equals(right.get(row))) {
                    throw new AssertionError("%s differs in %s: %s, %s".formatted(peer, name, left.get(row), right.get(row)));
                }
            }
        }
    }

    /** Times as milliseconds, numbers as doubles, what the SDK makes an enum of as text. */
    private static Object plain(String name, Object cell) {
        if (cell == null || cell instanceof Boolean) {
            return "" + cell;
        }
        if (cell instanceof Date date) {
            return "" + date.getTime();
        }
        if (cell instanceof Number number) {
            return name.equals("value") ? "" + number.doubleValue() : "" + number;
        }
        return name.matches(".*(Start|End|Date)") ? "" + Instant.parse((String) cell).toEpochMilli() : cell.toString();
    }

    private static double spent(Case one, byte[] body) throws Exception {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        System.gc();
        var start = system.getProcessCpuTime();
        for (var nth = 0; nth < EACH; nth++) {
            one.run(body);
        }
        return (system.getProcessCpuTime() - start) / 1e6 / EACH;
    }

    private static double median(List<Double> list) {
        return list.stream().sorted().toList().get(list.size() / 2);
    }

    public static void main(String[] arguments) throws Exception {
        var body = Files.readAllBytes(Path.of(arguments[0]));
        if (arguments.length > 1) {
            for (var nth = 0; nth < 100; nth++) {
                CASES.get(arguments[1]).run(body);
            }
            return;
        }
        check(body);
        var times = new LinkedHashMap<String, List<Double>>();
        for (var nth = -WARM; nth < ROUNDS; nth++) {
            for (var one : CASES.entrySet()) {
                var took = spent(one.getValue(), body);
                if (nth >= 0) {
                    times.computeIfAbsent(one.getKey(), name -> new ArrayList<>()).add(took);
                }
            }
        }
        var costs = new ArrayList<String>();
        times.forEach((name, took) -> {
            var ratios = new ArrayList<Double>();
            for (var nth = 0; nth < ROUNDS; nth++) {
                ratios.add(took.get(nth) / times.get("ours").get(nth));
            }
            costs.add("\"%s\":{\"ms\":%s,\"ratio\":%s}".formatted(name, median(took), median(ratios)));
        });
        var rows = ours(body);
        var remark = unknown + " cells of the official SDK say that it is outdated instead of their value.";
        System.out.printf("{\"remark\":\"" + remark + "\",\"segments\":%d,\"metrics\":%d,\"cases\":{%s}}%n",
            rows.segments.get(0).size(), rows.metrics.get(0).size(), String.join(",", costs));
    }
}
