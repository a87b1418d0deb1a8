// A certified OAuth server in the place of the login host, and one operation that asks it whether a token is good.
// It prints its address when it is ready. `POST /expire` voids every access token and leaves the refresh tokens.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const callback = ["http://127.0.0.1/callback", "http://localhost/callback"];
const native = { application_type: "native", response_types: ["code"], redirect_uris: callback };
const clients = [
  { ...native, client_id: "public", token_endpoint_auth_method: "none", grant_types: ["authorization_code"] },
  { ...native, client_id: "web", client_secret: "secret-of-web", grant_types: ["authorization_code", "refresh_token"] },
  {
    client_id: "cron",
    client_secret: "secret-of-cron",
    grant_types: ["client_credentials"],
    response_types: [],
    redirect_uris: [],
  },
];

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients,
    routes: { authorization: "/oauth/authorize", token: "/oauth/token" },
    pkce: { required: () => true },
    issueRefreshToken: async (_, client) => client.grantTypeAllowed("refresh_token"),
    rotateRefreshToken: true,
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: true } },
    ttl: { AccessToken: 600, AuthorizationCode: 60, ClientCredentials: 600, Grant: 600, Interaction: 600, RefreshToken: 600, Session: 600 },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    cookies: { keys: ["of this run"] },
  });
  let since = 0;
  provider.on("server_error", (_, error) => console.error(error));
  const handle = provider.callback();
  server.on("request", async (request, response) => {
    const { pathname } = new URL(request.url, issuer);
    const answer = (status, body) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (pathname === "/expire") {
      since = Date.now();
      // Tokens are told apart by the second in which they were made.
      setTimeout(() => answer(200, {}), 1100);
    } else if (pathname.startsWith("/api/v2/")) {
      const word = (request.headers.authorization ?? "").replace("Bearer ", "");
      const token = (await provider.AccessToken.find(word)) ?? (await provider.ClientCredentials.find(word));
      if (!token || token.iat * 1000 <= since) {
        answer(401, { message: "Invalid login credentials.", code: "bad.credentials", status: 401 });
      } else {
        answer(200, { id: token.accountId ?? token.clientId });
      }
    } else {
      // This server grants nothing where no scope is asked for; Genesys Cloud takes the scopes of the client.
      if (pathname === "/oauth/authorize") request.url += "&scope=openid";
      handle(request, response);
    }
  });
  console.log(issuer);
});
