import io.github.pegcount.Config;
import io.github.pegcount.ConversationsReport;
import io.github.pegcount.PegcountClient;
import io.github.pegcount.PegcountException;
import io.github.pegcount.SegmentsColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The conversations of an interval: page by page as typed columns, then whole as CSV and Arrow. */
public class Main {
    public static void main(String[] arguments) throws IOException {
        var asked = ConversationsReport.builder().interval(arguments[0]).build();
        var folder = Path.of(arguments[1]);
        // GENESYSCLOUD_OAUTHCLIENT_ID, _SECRET and _REGION, or a profile
        try (var client = PegcountClient.create(Config.builder().build())) {
            client.listen(notice -> System.err.println(notice.getText()));
            var talked = 0L;
            for (var page : client.conversations(asked)) {
                var segments = new SegmentsColumns(page.getTables().get("segments"));
                talked += segments.getSegmentType().stream().filter("interact"::equals).count();
            }
            System.out.println(talked + " segments of talk");
            try (var tables = client.conversations(asked).read("segments")) {
                var segments = tables.get("segments");
                Files.write(folder.resolve("segments.csv"), segments.csv());
                Files.write(folder.resolve("segments.arrow"), segments.ipcFile());
                System.out.println(segments.getRowCount() + " segments");
            }
        } catch (PegcountException error) {
            System.err.println(error.getMessage());
            error.getExplanation().getRemedy().forEach(step -> System.err.println("- " + step));
            System.exit(1);
        }
    }
}
