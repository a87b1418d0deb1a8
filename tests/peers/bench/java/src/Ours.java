import io.github.pegcount.ClientCredentials;
import io.github.pegcount.Config;
import io.github.pegcount.ConversationsReport;
import io.github.pegcount.PegcountClient;
import io.github.pegcount.Via;
import java.util.regex.Pattern;

/** One page by pegcount. */
public class Ours {
    public static void main(String[] arguments) {
        var config = Config.builder()
            .apiUrl(text(arguments[0], "api"))
            .loginUrl(text(arguments[0], "login"))
            .credentials(new ClientCredentials(text(arguments[0], "client_id"), text(arguments[0], "client_secret")))
            .share(false)
            .build();
        var report = ConversationsReport.builder().interval(text(arguments[0], "interval")).via(Via.QUERY).pageSize(100).build();
        try (var client = PegcountClient.create(config)) {
            var page = client.conversations(report).iterator().next();
            System.out.println(page.getTables().get("conversations").getRowCount());
        }
    }

    /** A text of the sandbox's line; none of them has escapes. */
    private static String text(String json, String name) {
        var found = Pattern.compile("\"" + name + "\": ?\"([^\"]*)\"").matcher(json);
        if (!found.find()) {
            throw new IllegalArgumentException(name);
        }
        return found.group(1);
    }
}
