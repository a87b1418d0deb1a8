import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;

/** One page by `java.net.http` and Jackson. */
public class Plain {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static byte[] post(String url, String authorization, String type, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url))
            .header("Authorization", authorization)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
        return CLIENT.send(request, BodyHandlers.ofByteArray()).body();
    }

    static String token(JsonNode org) throws Exception {
        var keys = org.get("client_id").asText() + ":" + org.get("client_secret").asText();
        var basic = "Basic " + Base64.getEncoder().encodeToString(keys.getBytes());
        var form = "application/x-www-form-urlencoded";
        var token = post(org.get("login").asText() + "/oauth/token", basic, form, "grant_type=client_credentials");
        return new ObjectMapper().readTree(token).get("access_token").asText();
    }

    public static void main(String[] arguments) throws Exception {
        var org = new ObjectMapper().readTree(arguments[0]);
        var bearer = "Bearer " + token(org);
        var address = org.get("api").asText() + org.get("path").asText();
        var page = post(address, bearer, "application/json", org.get("query").toString());
        System.out.println(Typed.MAPPER.readValue(page, Typed.Page.class).conversations().size());
    }
}
