// Logs a user in: prints the address of the page, reads where the user came back, prints who it is; and again for
// every further line.
import { createInterface } from "node:readline";
import { Client, Login } from "pegcount";

const [server, clientId, clientSecret] = process.argv.slice(2);
const login = await Login.begin({ loginUrl: server, clientId, redirectUri: "http://127.0.0.1:8085/callback" });
console.log(login.url);

let client;
for await (const line of createInterface({ input: process.stdin })) {
  client ??= await Client.create({
    ...login.finish(line),
    ...(clientSecret && { clientSecret }),
    apiUrl: server,
    loginUrl: server,
    tokenStore: false,
  });
  console.log((await client.call("GET", "/api/v2/users/me").json()).id);
}
await client.close();
