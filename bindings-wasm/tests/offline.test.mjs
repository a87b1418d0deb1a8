// What needs no network, and what is refused before anything is sent.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Client, ConfigError, QueryError, decode, explain, interval, lint } from "pegcount";
import { FakeClock, clientOn, fine, refusal, vector } from "./support.mjs";

test("intervals as people write them", async () => {
  const now = new Date("2026-03-10T09:00:00Z");
  assert.equal(String(await interval("last-1h", { now })), "2026-03-10T08:00:00.000Z/2026-03-10T09:00:00.000Z");
  const { start, end } = await interval("2026-03-29", { timeZone: "Europe/Paris" });
  assert.equal(end - start, 23 * 3_600_000);
  const error = await refusal(interval("yesterdy"));
  assert.ok(error instanceof QueryError);
  assert.deepEqual(error.explanation.nearest, ["yesterday"]);
});

test("a report is checked without sending it", async () => {
  assert.deepEqual(await lint({ report: "conversations", interval: "2026-03-09" }), []);
  const found = await lint({ report: "aggregates", of: "conversations", interval: "2026-03-09", metrics: ["nOfferd"] });
  assert.deepEqual(found.map(({ code, severity }) => [code, severity]), [["query.metric", "warning"]]);
  const [unknown] = await lint({ report: "conversations", intervall: "x" });
  assert.equal(unknown.severity, "error");
});

test("an answer is explained in any form", async () => {
  const body = { code: "missing.any.permissions", message: "missing [analytics:conversationDetail:view]", status: 403 };
  for (const form of [body, JSON.stringify(body), new TextEncoder().encode(JSON.stringify(body))]) {
    assert.equal((await explain({ status: 403, body: form })).code, "forbidden.permission");
  }
  const limited = { status: 429, body: "{}" };
  for (const headers of [[["Retry-After", "5"]], { "retry-after": "5" }, new Headers({ "Retry-After": "5" })]) {
    assert.equal((await explain({ ...limited, headers })).code, "limit.rate");
  }
});

test("a region that does not exist", async () => {
  const error = await refusal(Client.create({ region: "eu_west_11", token: "t" }));
  assert.ok(error instanceof ConfigError);
  assert.equal(error.code, "config.region");
  assert.equal(error.name, "ConfigError");
  assert.match(String(error), /^ConfigError: .*\[config.region\]/s);
  assert.ok(error.stack.includes("ConfigError"));
});

test("a wish that does not exist is told with the nearest", async () => {
  const error = await refusal(Client.create({ region: "use1", tokn: "t" }));
  assert.deepEqual(error.explanation.nearest, ["token"]);
  const { client } = await clientOn(fine);
  assert.throws(() => client.conversations({ interval: "2026-03-09", pagesize: 3 }), (wrong) => {
    assert.ok(wrong instanceof QueryError);
    assert.deepEqual(wrong.explanation.nearest, ["page_size"]);
    return true;
  });
  await client.close();
});

test("what cannot become JSON is the caller's fault", async () => {
  const { client } = await clientOn(fine);
  const ring = {};
  ring.ring = ring;
  for (const body of [ring, { f: () => {} }, { n: NaN }]) {
    assert.throws(() => client.call("POST", "/api/v2/x", { body }), TypeError);
  }
  await client.close();
});

test("a number that is none is refused, not taken for no limit", async () => {
  const { client } = await clientOn(fine);
  for (const none of [NaN, Infinity, -Infinity, 0, -1, 1.5]) {
    for (const name of ["timeout", "deadline", "maxCalls"]) {
      assert.throws(() => client.call("GET", "/api/v2/x", { [name]: none }), (error) => error instanceof ConfigError && error.code === "config.value", `${name}: ${none}`);
      assert.throws(() => client.report({ report: "availability" }, { [name]: none }), ConfigError, `${name}: ${none}`);
    }
    for (const name of ["timeout", "deadline", "maxCalls", "pace", "maxInFlight", "maxBody"]) {
      const error = await refusal(Client.create({ region: "use1", token: "t", [name]: none }));
      assert.ok(error instanceof ConfigError && error.code === "config.value", `${name}: ${none}: ${error?.stack}`);
    }
  }
  for (const seed of [NaN, Infinity]) {
    const error = await refusal(Client.create({ region: "use1", token: "t", seed }));
    assert.ok(error instanceof ConfigError && error.code === "config.value", `${error?.stack}`);
  }
  await client.close();
});

test("a token store that is none is refused", async () => {
  for (const tokenStore of [true, null, "", 7, () => {}]) {
    const error = await refusal(Client.create({ region: "use1", clientId: "a", clientSecret: "SECRET", tokenStore }));
    assert.ok(error instanceof TypeError, `${String(tokenStore)}: ${error?.stack}`);
    assert.match(error.message, /tokenStore/);
  }
});

test("a seed keeps every digit", async () => {
  const seeded = async (seed) => {
    const clock = new FakeClock();
    const { client } = await clientOn(() => new Response("{}", { status: 503 }), { seed, clock });
    await refusal(client.call("GET", "/api/v2/users/me").json());
    await client.close();
    return clock.waits;
  };
  const one = await seeded(18_446_744_073_709_551_615n);
  assert.deepEqual(one, await seeded(18_446_744_073_709_551_615n));
  assert.notDeepEqual(one, await seeded(18_446_744_073_709_551_614n));
});

test("saved answers become tables", async () => {
  const page = vector("samples/conversation-detail-1.json");
  const body = JSON.stringify(page.conversations === undefined ? { conversations: [page] } : page);
  const tables = await decode({ report: "conversations" }, body);
  assert.equal(tables.table, tables.conversations);
  assert.ok(tables.segments.length > 0);
  const some = await decode({ report: "conversations" }, body, ["segments"]);
  assert.deepEqual(Object.keys(some), ["segments"]);
  assert.equal(some.segments.toCSV(), tables.segments.toCSV());
  const lines = tables.segments.toNDJSON().trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(lines.length, tables.segments.length);
  for (const broken of ["{", "<html>", '{"conversations":[{]}']) {
    const error = await refusal(decode({ report: "conversations" }, broken));
    assert.match(error.code, /^answer\./);
  }
});
