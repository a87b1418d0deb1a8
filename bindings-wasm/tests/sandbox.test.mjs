// `pegcount/sandbox`: the organisation for users' own tests, inside the process.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

import * as pegcount from "pegcount";
import { Genesys, sandbox } from "pegcount/sandbox";
import { Sandbox, refusal } from "./support.mjs";

/** Runs a test on an organisation of its own. */
const on = (options, body) => async () => {
  const genesys = await sandbox(options);
  try {
    await body(genesys);
  } finally {
    await genesys.close();
  }
};
const queues = async (client) => (await client.directory({ of: "queues" }).read()).queues.length;
/** More of it than a test may take really. */
const HOUR = 3_600_000;

test("a report runs against it", on({}, async (genesys) => {
  const client = await genesys.client();
  const { segments } = await client.conversations({ interval: genesys.interval }).read(["segments"]);
  assert.ok(segments.length > 200);
  assert.equal(genesys.logins(), 1);
  const asked = genesys.requests("/details/query");
  assert.ok(asked.length > 0 && asked.every(({ client, status }) => client === "reporting" && status === 200));
}));

test("it is the sandbox of the other languages", async () => {
  const now = "2026-03-10T09:00:00Z";
  const apart = await Sandbox.start("--seed", "7", "--now", now);
  const genesys = await sandbox({ seed: 7, now });
  const rows = async (client) => {
    const { segments } = await client.conversations({ interval: apart.interval }).read(["segments"]);
    await client.close();
    return segments.toCSV();
  };
  try {
    assert.equal(genesys.interval, apart.interval);
    assert.ok((await rows(await genesys.client())) === (await rows(await apart.client())), "the rows differ");
  } finally {
    await genesys.close();
    await apart.stop();
  }
});

test("require gives the same, beside the same package", async () => {
  const required = createRequire(import.meta.url)("pegcount/sandbox");
  assert.equal(required.sandbox, sandbox);
  const genesys = await required.sandbox({ org: "tiny" });
  assert.ok(genesys instanceof Genesys);
  assert.ok((await genesys.client()) instanceof pegcount.Client);
  await genesys.close();
});

test("each has its own, as it was told", on({ org: "tiny", seed: 7n, now: "2026-03-10T09:00:00Z", speed: 0 }, async (genesys) => {
  const other = await sandbox();
  assert.notEqual(other.clients.reporting.clientId, genesys.clients.reporting.clientId);
  await queues(await other.client());
  assert.deepEqual(genesys.requests(), []);
  await other.close();
  assert.equal(genesys.interval, "2026-03-09T00:00:00.000Z/2026-03-10T00:00:00.000Z");
  assert.equal(genesys.control("GET", "/state").now, "2026-03-10T09:00:00.000Z");
  await assert.rejects(sandbox({ org: "gigantic" }), /no size is called `gigantic`/);
  await assert.rejects(sandbox({ now: "soon" }), /soon is no time/);
}));

test("a file is fetched from an origin of its own, without the token", on({}, async (genesys) => {
  const client = await genesys.client("admin");
  const { sessions } = await client.conversations({ interval: genesys.interval }).read(["sessions"]);
  let url;
  for (const row of sessions.rows()) {
    if (url !== undefined) break;
    if (row.media_type !== "voice" || !row.recording) continue;
    const place = `conversations/${row.conversation_id}/communications/${row.session_id}`;
    const asked = client.call("GET", `/api/v2/speechandtextanalytics/${place}/transcripturl`);
    // Whether a session has a transcript only the operation itself can tell.
    url = await asked.json().then((found) => found.url, (error) => assert.ok(error instanceof pegcount.NotFoundError));
  }
  const { transcripts } = await client.call("GET", url).json();
  assert.ok(transcripts[0].phrases.length > 0);
}));

test("a client in anybody's hand needs nothing but its fetch", on({}, async ({ clients, fetch }) => {
  const { clientId, clientSecret } = clients.reporting;
  const client = await pegcount.Client.create({ region: "eu-west-1", clientId, clientSecret, fetch, tokenStore: false });
  assert.ok((await queues(client)) > 0);
  await client.close();
}));

test("what it can be told", on({}, async (genesys) => {
  const client = await genesys.client();
  genesys.fault("500");
  await queues(client);
  genesys.fault("500", undefined, { count: 0, path: "/api/v2/routing" });
  genesys.clearFaults();
  await queues(client);
  assert.equal(genesys.logins(), 1);
  genesys.clearRequests();
  genesys.revokeTokens();
  await queues(client);
  assert.equal(genesys.logins(), 1);
  const old = genesys.clients.reporting.clientSecret;
  const rotated = genesys.rotateSecret();
  assert.equal(genesys.clients.reporting.clientSecret, rotated);
  assert.notEqual(rotated, old);
  genesys.revokeTokens();
  assert.ok((await refusal(queues(client))) instanceof pegcount.AuthError);
  genesys.revokeRefresh("code");
  genesys.limit(0);
  const before = Date.parse(genesys.control("GET", "/state").now);
  genesys.advance(HOUR);
  assert.ok(Date.parse(genesys.control("GET", "/state").now) >= before + HOUR);
  genesys.reset();
  assert.ok(Date.parse(genesys.control("GET", "/state").now) < before + HOUR);
  assert.equal(genesys.clients.reporting.clientSecret, old);
  assert.deepEqual(genesys.requests(), []);
  assert.throws(() => genesys.fault("teapot"), /unknown fault `teapot`/);
  assert.throws(() => genesys.settings("nobody"), /known are reporting, /);
}));

test("the clock, the faults and the log", on({}, async (genesys) => {
  genesys.setClock("2030-01-01T00:00:00Z");
  assert.match(genesys.control("GET", "/state").now, /^2030-01-01T00:00:0/);
  genesys.setClock(new Date("2029-01-01T10:00:00Z"));
  assert.match(genesys.control("GET", "/state").now, /^2029-01-01T10:00:0/);
  genesys.fault("429", 3, { count: 0, path: "/api/v2/routing" });
  assert.deepEqual(genesys.faults(), [{ name: "429", arg: 3, left: null, path: "/api/v2/routing" }]);
  genesys.clearFaults();
  assert.deepEqual(genesys.faults(), []);
  genesys.limitLogins(1);
  await queues(await genesys.client());
  await assert.rejects(genesys.token("admin"), /rate limit exceeded/);
  genesys.limitLogins(0);
  for (let at = 0; at < 1_100; at += 1) await genesys.fetch(`${genesys.url}/nowhere`);
  assert.equal(genesys.requests("/nowhere").length, 1_100);
  assert.equal(genesys.logins(), 2);
}));

test("what cannot be meant is refused", on({}, async (genesys) => {
  const now = () => Date.parse(genesys.control("GET", "/state").now);
  const before = now();
  assert.throws(() => genesys.advance(NaN), /milliseconds: NaN is no number/);
  assert.throws(() => genesys.setClock("soon"), /soon is no time/);
  assert.ok(now() - before < HOUR);
  assert.throws(() => genesys.fault("429", NaN), /arg: NaN is no number/);
  assert.throws(() => genesys.fault("500", undefined, { count: Infinity }), /count: Infinity is no number/);
  assert.throws(() => genesys.fault("500", undefined, { path: "users" }), /POST \/faults: `path` must begin with `\/`/);
  await assert.rejects(sandbox({ orgg: "tiny" }), /there is no option orgg/);
  await assert.rejects(sandbox({ rate: NaN }), /`rate` must be a whole number from 0 on/);
  await assert.rejects(sandbox({ rate: -5 }), /`rate` must be a whole number from 0 on/);
  await assert.rejects(sandbox({ tokenLife: -1000 }), /`tokenLife` must be from 1 to 38880000 seconds/);
  await assert.rejects(sandbox({ tokenLife: NaN }), /`tokenLife` must be from 1 to 38880000 seconds/);
  await assert.rejects(sandbox({ speed: -1 }), /speed: -1 is no number from 0 on/);
  await assert.rejects(sandbox({ seed: -1 }), /seed: -1 is less than 0/);
}));

test("what a client may", on({}, async (genesys) => {
  const client = await genesys.client();
  const everywhere = await queues(client);
  genesys.divisions("reporting", ["EMEA"]);
  const some = await queues(client);
  assert.ok(some > 0 && some < everywhere);
  genesys.divisions("reporting", null);
  const role = ["routing:queue:view", "routing:queue:search"];
  genesys.permissions("reporting", { remove: role, after: 300_000 });
  assert.equal(await queues(client), everywhere);
  genesys.advance(300_000);
  const error = await refusal(queues(client));
  assert.ok(error instanceof pegcount.ForbiddenError);
  assert.ok(error.explanation.missing.includes("routing:queue:view"));
  genesys.permissions("reporting", { add: role });
  assert.equal(await queues(client), everywhere);
}));

test("what a client may for a user", on({}, async (genesys) => {
  const { username } = genesys.user;
  const samlAssertion = Buffer.from(`<Assertion>${username}</Assertion>`).toString("base64url");
  const asked = async () => queues(await genesys.client("saml", { samlAssertion, org: genesys.org }));
  genesys.scopes("saml", ["analytics", "user-basic-info"]);
  const everywhere = await asked();
  genesys.enforceScopes();
  const error = await refusal(asked());
  assert.ok(error instanceof pegcount.ForbiddenError);
  assert.equal(error.code, "forbidden.scope");
  genesys.scopes("saml", ["routing:readonly"]);
  assert.equal(await asked(), everywhere);
  genesys.scopes("saml", []);
  genesys.enforceScopes(false);
  assert.equal(await asked(), everywhere);
}));

test("a token dies with time, and of being left alone", on({}, async (genesys) => {
  genesys.tokenLife(60_000, { idle: 30_000 });
  const client = await genesys.client();
  await queues(client);
  genesys.advance(31_000);
  await queues(client);
  assert.equal(genesys.logins(), 2);
  genesys.advance(61_000);
  await queues(client);
  assert.equal(genesys.logins(), 3);
}));

test("what is waited for takes no time", on({ rate: 20 }, async (genesys) => {
  const client = await genesys.client();
  genesys.fault("429", 90);
  genesys.fault("job-slow", 6 * 3600);
  const began = [performance.now(), genesys.clock.now()];
  await queues(client);
  await client.conversations({ interval: genesys.interval, via: "job", partial: true }).read(["segments"]);
  await Promise.all(Array.from({ length: 60 }, () => client.call("GET", "/api/v2/organizations/me").json()));
  assert.ok(genesys.clock.now() - began[1] >= 6 * HOUR + 210_000, "a pause, a job, and twenty requests in each minute");
  assert.ok(performance.now() - began[0] < HOUR);
}));

test("a network that fails", on({}, async (genesys) => {
  const client = await genesys.client("reporting", { timeout: 30_000 });
  for (const fault of ["reset-before", "reset-after", "truncated", "close", "slow", "hang"]) {
    genesys.fault(fault, fault === "slow" ? 3_000 : undefined, { count: fault === "slow" ? 0 : 1 });
    assert.ok((await queues(client)) > 0, fault);
    genesys.clearFaults();
  }
  genesys.fault("slow", 31_000);
  const error = await refusal(client.call("GET", "/api/v2/users/me", { deadline: 200_000 }).json());
  assert.ok(["network.timeout", "limit.budget"].includes(error.code), error.code);
}));

test("a network fails as it does in Node", on({}, async (genesys) => {
  const { fetch, url } = genesys;
  const ask = (init) => fetch(`${url}/api/v2/users/me`, init);
  genesys.fault("reset-before");
  const lost = await refusal(ask());
  assert.ok(lost instanceof TypeError);
  assert.deepEqual([lost.message, lost.cause.code], ["fetch failed", "ECONNRESET"]);
  genesys.fault("truncated");
  const answer = await ask();
  assert.equal(answer.status, 401);
  const cut = await refusal(answer.text());
  assert.deepEqual([cut.name, cut.message], ["TypeError", "terminated"]);
  genesys.fault("gzip-bomb", 2);
  assert.equal((await (await ask()).arrayBuffer()).byteLength, 2 << 20);
  genesys.fault("hang");
  const why = new Error("enough");
  const stop = new AbortController();
  setImmediate(() => stop.abort(why));
  assert.equal(await refusal(ask({ signal: stop.signal })), why);
  assert.equal(await refusal(ask({ signal: AbortSignal.abort(why) })), why);
  assert.ok((await refusal(fetch("nowhere"))) instanceof TypeError);
}));

test("time stands still while a vault or a fetch of the user's takes its own", on({}, async (genesys) => {
  const turns = async () => {
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  };
  const { clientSecret } = genesys.clients.reporting;
  const asked = [];
  const client = await genesys.client("reporting", {
    deadline: 120_000,
    credentials: async () => (await turns(), { clientSecret }),
    fetch: async (input, init) => (await turns(), asked.push(input), genesys.fetch(input, init)),
  });
  assert.ok((await queues(client)) > 0);
  genesys.fault("hang");
  assert.ok((await queues(client)) > 0, "but a fetch that waits for the organisation waits on its time");
  assert.equal(asked.length, genesys.requests().length);
}));

test("what it made is closed with it", async () => {
  const genesys = await sandbox({ org: "tiny" });
  const client = await genesys.client();
  await genesys[Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]();
  assert.throws(() => client.call("GET", "/api/v2/users/me"), pegcount.CancelledError);
});

test("on a clock that stands still, the same test sees the same", async () => {
  const seen = async () => {
    const genesys = await sandbox({ now: "2026-03-10T15:00:00Z", speed: 0 });
    const client = await genesys.client();
    genesys.fault("503");
    const { table } = await client.observations({ of: "queues" }).read();
    await genesys.close();
    return [table.toCSV(), JSON.stringify(client.notices), genesys.clock.now()];
  };
  assert.deepEqual(await seen(), await seen());
});
