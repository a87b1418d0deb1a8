import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.mypurecloud.sdk.v2.ApiClient;
import com.mypurecloud.sdk.v2.ApiException;
import com.mypurecloud.sdk.v2.ApiRequest;
import com.mypurecloud.sdk.v2.ApiResponse;
import com.mypurecloud.sdk.v2.AsyncApiCallback;
import com.mypurecloud.sdk.v2.connector.ApiClientConnector;
import com.mypurecloud.sdk.v2.connector.ApiClientConnectorProperty;
import com.mypurecloud.sdk.v2.connector.ApiClientConnectorProvider;
import com.mypurecloud.sdk.v2.connector.ApiClientConnectorRequest;
import com.mypurecloud.sdk.v2.connector.ApiClientConnectorResponse;
import com.mypurecloud.sdk.v2.connector.apache.ApacheHttpClientConnectorProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;

/**
 * The official SDK for Java as a judge: a request a line on stdin, an answer a line on stdout.
 */
public class Judge {
    private static final String PACKAGE = "com.mypurecloud.sdk.v2.api.";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<ApiClient> CLIENTS = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = System.out;
        System.setOut(System.err);
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            out.write((JSON.writeValueAsString(answer(JSON.readTree(line))) + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
        System.exit(0);
    }

    private static ObjectNode answer(JsonNode request) {
        var client = request.has("client") ? CLIENTS.get(request.get("client").asInt()) : null;
        try {
            switch (request.get("do").asText()) {
                case "open":
                    CLIENTS.add(open(request.get("api").asText(), request.get("login").asText()));
                    return JSON.createObjectNode().put("client", CLIENTS.size() - 1);
                case "login":
                    return told(login(client, request));
                case "has":
                    return JSON.createObjectNode().put("has", has(request));
                case "token":
                    client.setAccessToken(request.get("token").asText());
                    return JSON.createObjectNode();
                default:
                    return call(client, request);
            }
        } catch (ApiException refusal) {
            return told(refusal);
        } catch (ReflectiveOperationException | IOException | RuntimeException broken) {
            return JSON.createObjectNode().put("broken", broken.toString());
        }
    }

    /** A client whose log-ins go to the sandbox: the SDK makes up the login host's name, with https before it. */
    private static ApiClient open(String api, String login) {
        ApiClientConnectorProvider provider = properties -> {
            var inner = new ApacheHttpClientConnectorProvider().create(properties);
            return new ApiClientConnector() {
                @Override
                public ApiClientConnectorResponse invoke(ApiClientConnectorRequest request) throws IOException {
                    return inner.invoke(redirected(request, login));
                }

                @Override
                public Future<ApiClientConnectorResponse> invokeAsync(
                    ApiClientConnectorRequest request, AsyncApiCallback<ApiClientConnectorResponse> callback) {
                    return inner.invokeAsync(redirected(request, login), callback);
                }

                @Override
                public void close() throws Exception {
                    inner.close();
                }
            };
        };
        return ApiClient.Builder.standard().withBasePath(api).withConnectionTimeout(30_000)
            // Else a log-in that is refused is answered by the attempt to refresh what there is not.
            .withShouldRefreshAccessToken(false)
            .withProperty(ApiClientConnectorProperty.CONNECTOR_PROVIDER, provider).build();
    }

    private static ApiClientConnectorRequest redirected(ApiClientConnectorRequest request, String login) {
        var kinds = new Class<?>[] {ApiClientConnectorRequest.class};
        return (ApiClientConnectorRequest) Proxy.newProxyInstance(Judge.class.getClassLoader(), kinds, (self, method, given) -> {
            var value = method.invoke(request, given);
            return method.getName().equals("getUrl") ? ((String) value).replaceFirst("^https://login\\.[^/]*", login) : value;
        });
    }

    private static ApiResponse<?> login(ApiClient client, JsonNode request) throws IOException, ApiException {
        var given = JSON.convertValue(request.get("arguments"), String[].class);
        return switch (request.get("grant").asText()) {
            case "client_credentials" -> client.authorizeClientCredentials(given[0], given[1]);
            case "code" -> {
                client.setShouldRefreshAccessToken(true);
                yield client.authorizeCodeAuthorization(given[0], given[1], given[2], given[3]);
            }
            case "refresh" -> client.refreshCodeAuthorization(given[0], given[1], given[2]);
            case "pkce" -> client.authorizePKCE(given[0], given[1], given[2], given[3]);
            default -> client.authorizeSaml2Bearer(given[0], given[1], given[2], given[3]);
        };
    }

    private static boolean has(JsonNode asked) {
        try {
            var api = Class.forName(PACKAGE + asked.get("api").asText());
            var operation = asked.get("operation").asText();
            return Arrays.stream(api.getMethods()).anyMatch(method -> method.getName().equals(operation));
        } catch (ClassNotFoundException lacking) {
            return false;
        }
    }

    private static ObjectNode call(ApiClient client, JsonNode asked) throws ReflectiveOperationException, IOException {
        var operation = asked.get("operation").asText();
        Class<?> api;
        Class<?> kind;
        try {
            api = Class.forName(PACKAGE + asked.get("api").asText());
            kind = Class.forName(PACKAGE + "request." + capital(operation) + "Request");
        } catch (ClassNotFoundException lacking) {
            return JSON.createObjectNode().put("lacks", "operation " + asked.get("api").asText() + "." + operation);
        }
        var request = kind.getConstructor().newInstance();
        var strict = client.getObjectMapper().copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        for (var argument : asked.get("arguments").properties()) {
            var setter = Arrays.stream(kind.getMethods())
                .filter(method -> method.getName().equals("set" + capital(argument.getKey()))).findFirst().orElseThrow();
            var value = strict.<Object>convertValue(
                argument.getValue(), strict.constructType(setter.getGenericParameterTypes()[0]));
            var altered = Strict.compare(argument.getValue(), strict.valueToTree(value), argument.getKey(), Set.of());
            if (!altered.isEmpty()) {
                return JSON.createObjectNode().put("lacks", "such question: " + altered);
            }
            setter.invoke(request, value);
        }
        var adder = kind.getMethod("addCustomHeader", String.class, String.class);
        for (var header : asked.get("headers").properties()) {
            adder.invoke(request, header.getKey(), header.getValue().asText());
        }
        var method = api.getMethod(operation, ApiRequest.class);
        ApiResponse<?> response;
        try {
            response = (ApiResponse<?>) method.invoke(
                api.getConstructor(ApiClient.class).newInstance(client), kind.getMethod("withHttpInfo").invoke(request));
        } catch (InvocationTargetException thrown) {
            return JSON.createObjectNode().put("broken", thrown.getCause().toString());
        }
        var told = told(response);
        if (response.getStatusCode() < 400 && response.hasRawBody()) {
            var type = ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments()[0];
            var complaints = told.putArray("complaints");
            Strict.complaints(strict, response.getRawBody(), type).forEach(complaints::add);
        }
        return told;
    }

    private static ObjectNode told(ApiResponse<?> response) {
        var told = JSON.createObjectNode().put("status", response.getStatusCode()).put("body", response.getRawBody());
        told.set("headers", JSON.valueToTree(response.getHeaders()));
        return told;
    }

    private static String capital(String name) {
        return name.substring(0, 1).toUpperCase() + name.substring(1);
    }
}
