import io.github.pegcount.Config;
import io.github.pegcount.ConversationsReport;
import io.github.pegcount.PegcountClient;
import io.github.pegcount.PegcountException;
import io.github.pegcount.SegmentsColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Yesterday's conversations: page by page as typed columns, then whole as CSV and Arrow. */
public class Main {
    public static void main(String[] arguments) throws IOException {
        var folder = Path.of(arguments[0]);
        var yesterday = ConversationsReport.builder().interval("yesterday").build();
        // GENESYSCLOUD_OAUTHCLIENT_ID, _SECRET and _REGION, or a profile
        try (var client = PegcountClient.create(Config.builder().build())) {
            client.listen(notice -> System.err.println(notice.getText()));
            var talked = 0L;
            for (var page : client.conversations(yesterday)) {
                var segments = new SegmentsColumns(page.getTables().get("segments"));
                talked += segments.getSegmentType().stream().filter("interact"::equals).count();
            }
            System.out.println(talked + " segments of talk");
            try (var tables = client.conversations(yesterday).read("segments")) {
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
