import { Client } from "pegcount";

const org = JSON.parse(process.argv[2]);
const client = await Client.create({
  apiUrl: org.api,
  loginUrl: org.login,
  clientId: org.client_id,
  clientSecret: org.client_secret,
  tokenStore: false,
});
for await (const page of client.conversations({ query: org.query })) {
  console.log(page.tables.conversations.length);
  break;
}
await client.close();
