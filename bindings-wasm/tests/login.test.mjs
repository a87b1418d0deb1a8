// Users who log in, refresh tokens, and a provider of id and secret: against the sandbox.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { inspect } from "node:util";

import { AuthError, Client, ConfigError, FileStore, Login, PegcountError, advise, plan } from "pegcount";
import { FakeClock, ME, Sandbox, clientOn, fine, refusal } from "./support.mjs";

const REDIRECT = "http://127.0.0.1:8085/callback";
let sandbox, place;
before(async () => (sandbox = await Sandbox.start("--org", "small", "--rate", "0")));
after(() => sandbox.stop());
beforeEach(async () => {
  await sandbox.reset();
  place = { apiUrl: sandbox.ready.api, loginUrl: sandbox.ready.login, redirectUri: REDIRECT };
});

const begin = (name, more = {}) => Login.begin({ ...place, clientId: sandbox.ready.clients[name].client_id, ...more });
const who = async (client) => (await client.call(...ME).json()).id;
const file = () => new FileStore(join(mkdtempSync(join(tmpdir(), "pegcount-")), "token.json"));

test("a user logs in by code with PKCE", async () => {
  const begun = await begin("pkce");
  // The program does not stay: what is kept is enough.
  const login = await Login.resume(JSON.parse(JSON.stringify(begun)));
  const options = login.finish(await sandbox.logIn(login.url));
  const client = await Client.create({ ...options, tokenStore: false });
  assert.equal(await who(client), sandbox.ready.user.id);
  await client.close();
  const again = await Client.create({ ...options, tokenStore: false });
  assert.ok((await refusal(who(again))) instanceof AuthError, "a code is good once");
  await again.close();
  assert.ok(!inspect(begun).includes(begun.toJSON().verifier));
});

test("an address that is not that of the log-in, and a user who refuses", async () => {
  const login = await begin("pkce");
  const other = await begin("pkce");
  const address = await sandbox.logIn(other.url);
  for (const wrong of [address, `${REDIRECT}?code=abc`, `${REDIRECT}?error=access_denied&state=${login.state}`]) {
    const error = await refusal(Promise.resolve().then(() => login.finish(wrong)));
    assert.ok(error instanceof PegcountError);
    assert.ok(!String(error).includes(new URL(address).searchParams.get("code")));
  }
  const nobody = await refusal(Login.begin({ ...place }));
  assert.ok(nobody instanceof ConfigError);
  assert.equal(nobody.code, "config.credentials");
});

test("a refresh token is used, replaced, and kept where only the user reads", async () => {
  const { client_id: clientId, client_secret: clientSecret } = sandbox.ready.clients.code;
  const tokenStore = file();
  const login = await begin("code");
  const first = await Client.create({ ...login.finish(await sandbox.logIn(login.url)), clientSecret, tokenStore });
  assert.equal(await who(first), sandbox.ready.user.id);
  await first.close();
  const kept = readFileSync(tokenStore.path, "utf8");
  assert.equal(statSync(tokenStore.path).mode & 0o777, 0o600);
  // Another process later, when the token has come to its end.
  await sandbox.control("POST", "/tokens/revoke");
  const settings = { apiUrl: place.apiUrl, loginUrl: place.loginUrl, clientId, clientSecret, tokenStore };
  for (let turn = 0; turn < 2; turn++) {
    const later = await Client.create({ ...settings, grant: "authorization_code", clock: new FakeClock() });
    assert.equal(await who(later), sandbox.ready.user.id);
    await sandbox.control("POST", "/tokens/revoke");
    await later.close();
  }
  assert.notEqual(readFileSync(tokenStore.path, "utf8"), kept);
  await sandbox.control("POST", "/clients/code/revoke-refresh");
  const late = await Client.create({ ...settings, grant: "authorization_code", clock: new FakeClock() });
  assert.ok((await refusal(who(late))) instanceof AuthError);
  await late.close();
});

test("a user whom the identity provider vouches for", async () => {
  const samlAssertion = Buffer.from(`<Assertion>${sandbox.ready.user.username}</Assertion>`).toString("base64url");
  const { client_id: clientId, client_secret: clientSecret } = sandbox.ready.clients.saml;
  const settings = { apiUrl: place.apiUrl, loginUrl: place.loginUrl, clientId, clientSecret, tokenStore: false };
  const client = await Client.create({ ...settings, samlAssertion, org: sandbox.ready.org });
  assert.equal(await who(client), sandbox.ready.user.id);
  await client.close();
});

test("a provider is asked again when the secret was replaced", async () => {
  const { client_id: clientId, client_secret } = sandbox.ready.clients.reporting;
  let secret = client_secret;
  let asked = 0;
  const credentials = async () => ((asked += 1), { clientId, clientSecret: secret });
  const client = await Client.create({ apiUrl: place.apiUrl, loginUrl: place.loginUrl, credentials, tokenStore: false });
  await client.call("GET", "/api/v2/organizations/me").json();
  assert.equal(asked, 1);
  ({ client_secret: secret } = await sandbox.control("POST", "/clients/reporting/rotate-secret"));
  await sandbox.control("POST", "/tokens/revoke");
  await client.call("GET", "/api/v2/organizations/me").json();
  assert.ok(asked > 1);
  await client.close();
});

test("a provider that throws, gives nothing, or never answers", async () => {
  const fails = () => {
    throw Object.assign(new Error("it is SECRET"), { code: "EACCES" });
  };
  for (const [credentials, said] of [[fails, /EACCES/], [() => undefined, /client_secret/], [() => ({ clientSecret: 7 }), /clientSecret is a number/], [() => ({ clientId: {}, clientSecret: "s" }), /clientId is an object/], [() => "SECRET", /client_secret/]]) {
    const { client } = await clientOn(fine, { clientSecret: undefined, credentials });
    const error = await refusal(client.call(...ME).json());
    assert.ok(error instanceof ConfigError || error instanceof AuthError, error.code);
    assert.match(`${error}${error.explanation}`, said);
    assert.ok(!`${error}${error.explanation}${error.stack}`.includes("SECRET"));
    await client.close();
  }
  let tell;
  const asked = new Promise((resolve) => (tell = resolve));
  const { client } = await clientOn(fine, { clientSecret: undefined, credentials: (signal) => (tell(signal), new Promise(() => {})) });
  const waiting = refusal(client.call(...ME).json());
  const signal = await asked;
  await client.close();
  assert.equal((await waiting).code, "cancelled");
  assert.ok(signal.aborted);
});

test("which grant fits, and what a report would cost", async () => {
  const advice = await advise({ browser: true, canKeepSecret: false, wanted: "implicit" });
  assert.equal(advice.grant, "pkce");
  assert.match(advice.willNotWork[0], /implicit/);
  assert.ok(String(advice).startsWith("pkce: ") && advice.steps.length > 2);
  assert.equal((await advise()).grant, "client_credentials");
  const now = new Date("2026-03-10T09:00:00Z");
  assert.equal((await plan({ report: "conversations", interval: "2026-01" }, { now })).lane, "auto");
  const outlook = await plan({ report: "conversations", interval: "2026-01", via: "query" }, { now });
  assert.deepEqual([outlook.lane, outlook.requests, outlook.windows.length, outlook.exact], ["query", 5, 5, false]);
  assert.equal(outlook.first.body.paging.pageNumber, 1);
  const doubtful = { report: "aggregates", of: "conversations", interval: "2026-03-09", metrics: ["nOfferd"] };
  assert.deepEqual((await plan(doubtful, { pace: 1 })).warnings.map(({ code }) => code), ["query.metric"]);
});
