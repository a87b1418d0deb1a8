import com.fasterxml.jackson.databind.ObjectMapper;
import com.mypurecloud.sdk.v2.ApiClient;
import com.mypurecloud.sdk.v2.api.AnalyticsApi;
import com.mypurecloud.sdk.v2.model.ConversationQuery;
import com.mypurecloud.sdk.v2.model.PagingSpec;

/** One page by the official SDK. */
public class Official {
    public static void main(String[] arguments) throws Exception {
        var org = new ObjectMapper().readTree(arguments[0]);
        // The SDK makes up the name of the login host, which a loopback address does not have.
        var client = ApiClient.Builder.standard().withBasePath(org.get("api").asText()).withAccessToken(Plain.token(org)).build();
        var query = new ConversationQuery()
            .interval(org.get("query").get("interval").asText())
            .paging(new PagingSpec().pageSize(100).pageNumber(1));
        var page = new AnalyticsApi(client).postAnalyticsConversationsDetailsQuery(query);
        System.out.println(page.getConversations().size());
    }
}
