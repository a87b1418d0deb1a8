const sdk = require("purecloud-platform-client-v2");

(async () => {
  const org = JSON.parse(process.argv[2]);
  const { hostname, port } = new URL(org.api);
  const client = sdk.ApiClient.instance;
  client.setGateway({ host: hostname, protocol: "http", port: Number(port) });
  await client.loginClientCredentialsGrant(org.client_id, org.client_secret);
  const page = await new sdk.AnalyticsApi().postAnalyticsConversationsDetailsQuery(org.query);
  console.log(page.conversations.length);
})();
