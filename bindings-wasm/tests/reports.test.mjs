// Every report, end to end against the sandbox: requests, pages, rows, faults on the way, and who may what.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { tableFromIPC } from "apache-arrow";
import { AuthError, ForbiddenError, LimitError, NetworkError, QueryError, interval } from "pegcount";
import { FakeClock, Sandbox, refusal, standIn } from "./support.mjs";

let sandbox;
before(async () => (sandbox = await Sandbox.start("--org", "small", "--rate", "0")));
after(() => sandbox.stop());
beforeEach(() => sandbox.reset());

test("conversations page by page", async () => {
  const client = await sandbox.client();
  const seen = [];
  const result = client.conversations({ interval: sandbox.interval });
  for await (const page of result) {
    const rows = page.tables.conversations.rows();
    assert.deepEqual(rows.map((row) => row.conversation_id), page.json().conversations.map((one) => one.conversationId));
    seen.push(...rows.map((row) => row.conversation_id));
    // Nothing is fetched ahead of the reader.
    assert.equal((await sandbox.requests("/details/query")).length, page.number);
  }
  assert.ok(seen.length > 100);
  assert.equal(new Set(seen).size, seen.length);
  assert.equal(result.summary.items, seen.length);
  assert.equal(result.requestIds.length, result.summary.pages);
  await client.close();
});

test("conversations as whole tables", async () => {
  const client = await sandbox.client();
  const tables = await client.conversations({ interval: sandbox.interval, pageSize: 25 }).read();
  const ids = new Set(tables.conversations.column("conversation_id"));
  assert.deepEqual(new Set(tables.segments.column("conversation_id")), ids);
  const { start, end } = await interval(sandbox.interval);
  for (const { conversation_start: at } of tables.table) assert.ok(start <= at && at < end);
  const some = await client.conversations({ interval: sandbox.interval }).read(["segments"]);
  assert.deepEqual(Object.keys(some), ["segments"]);
  assert.equal(some.segments.length, tables.segments.length);
  const wrong = await refusal(client.conversations({ interval: sandbox.interval }).read(["segmnts"]));
  assert.ok(wrong instanceof QueryError && wrong.message.includes("segments"));
  await client.close();
});

test("columns, rows, Arrow, CSV and NDJSON say the same", async () => {
  const client = await sandbox.client();
  const tables = await client.conversations({ interval: sandbox.interval }).read();
  const listings = await Promise.all(["users", "queues"].map((of) => client.directory({ of }).read()));
  for (const table of [...Object.values(tables), ...listings.map(({ table }) => table)]) {
    const arrow = tableFromIPC(table.toArrow());
    assert.equal(arrow.numRows, table.length);
    assert.deepEqual(arrow.schema.fields.map(({ name }) => name), table.columnNames);
    const plain = (value) => (typeof value === "bigint" ? Number(value) : value?.toArray ? [...value.toArray()] : value ?? null);
    for (const name of table.columnNames) {
      const expected = Array.from(arrow.getChild(name), plain);
      assert.deepEqual(table.column(name).toArray(), expected, `${table.name}.${name}`);
    }
    const lines = table.toNDJSON().split("\n").filter(Boolean).map((line) => JSON.parse(line));
    const rows = JSON.parse(JSON.stringify(table));
    for (const row of rows) for (const name of Object.keys(row)) if (row[name] === null) delete row[name];
    assert.deepEqual(rows, lines);
    assert.equal(table.toCSV().split("\r\n", 1)[0], table.columnNames.join());
  }
  await client.close();
});

test("typed columns", async () => {
  const client = await sandbox.client();
  const { segments } = await client.conversations({ interval: sandbox.interval }).read(["segments"]);
  const { duration_ms: duration, segment_end: end, queue_id: queue, conference } = segments.columns;
  assert.ok(duration.values instanceof Float64Array && end.values instanceof Float64Array);
  assert.equal(duration.values.length, segments.length);
  assert.ok(queue.offsets instanceof Int32Array && queue.offsets.length === segments.length + 1);
  assert.ok(conference.values instanceof Uint8Array);
  assert.ok(queue.toArray().includes(null));
  assert.equal(queue.get(-1), null);
  assert.equal(queue.get(segments.length), null);
  assert.throws(() => segments.column("nothing"), RangeError);
  await client.close();
});

test("some conversations", async () => {
  const client = await sandbox.client();
  const all = await client.conversations({ interval: sandbox.interval }).read();
  const { sessions } = await client.conversations({ interval: sandbox.interval, where: { mediaType: ["chat", "email"] } }).read();
  assert.ok(["chat", "email"].every((type) => sessions.column("media_type").toArray().includes(type)));
  const ids = all.table.column("conversation_id").toArray().slice(0, 7);
  const found = await client.conversations({ ids }).read();
  assert.deepEqual(found.table.column("conversation_id").toArray().sort(), ids.sort());
  const dates = sandbox.interval.split("/").map((text) => new Date(text));
  assert.equal((await client.conversations({ interval: dates }).read()).table.length, all.table.length);
  const nobody = { queueId: "00000000-0000-4000-8000-000000000000" };
  const none = await client.conversations({ interval: sandbox.interval, where: nobody }).read();
  assert.equal(none.table.length, 0);
  assert.ok(none.segments.columnNames.includes("queue_id"));
  await client.close();
});

test("aggregates, observations, listings, operations", async () => {
  const client = await sandbox.client();
  const asked = { of: "conversations", interval: sandbox.interval, groupBy: ["mediaType"], metrics: ["nOffered", "tHandle"] };
  const long = (await client.aggregates(asked).read()).table.rows();
  assert.deepEqual(new Set(long.map(({ metric }) => metric)), new Set(["nOffered", "tHandle"]));
  const wide = (await client.aggregates({ ...asked, wide: true }).read()).table;
  assert.equal(wide.length, new Set(long.map(({ media_type }) => media_type)).size);
  const { table, observations } = await client.observations({ of: "queues" }).read();
  assert.equal(table, observations);
  assert.ok(table.column("metric").toArray().includes("oOnQueueUsers"));
  for (const of of ["users", "queues", "wrapup_codes", "divisions", "skills", "languages"]) {
    const listing = (await client.directory({ of, pageSize: 5 }).read()).table;
    assert.ok(listing.length > 2, of);
    assert.equal(new Set(listing.column("id")).size, listing.length);
  }
  assert.ok((await client.call("GET", "/api/v2/organizations/me").json()).name);
  const one = await client.call("GET", "/api/v2/routing/skills", { params: { pageSize: 5 }, paging: "none" }).json();
  assert.equal(one.entities.length, 5);
  const every = await client.call("GET", "/api/v2/routing/skills", { params: { pageSize: 5 } }).json();
  assert.ok(every.entities.length > 5);
  const same = await client.report({ report: "directory", of: "queues" }).read();
  assert.deepEqual(same.table.rows(), (await client.directory({ of: "queues" }).read()).table.rows());
  await client.close();
});

for (const fault of ["408", "429", "502", "503", "504", "500", "reset-before", "reset-after", "truncated", "revoked"]) {
  test(`a fault on the way: ${fault}`, async () => {
    const client = await sandbox.client("reporting", { clock: new FakeClock() });
    const whole = (await client.conversations({ interval: sandbox.interval }).read(["conversations"])).table.toCSV();
    const result = client.conversations({ interval: sandbox.interval });
    const first = await result.next();
    await sandbox.fault(fault, undefined, { count: 1 });
    const rest = [];
    for await (const page of result) rest.push(page);
    const rows = [first.value, ...rest].reduce((sum, page) => sum + page.tables.conversations.length, 0);
    assert.equal(rows, whole.trim().split("\r\n").length - 1);
    assert.ok(result.summary.retries > 0 || client.notices.some(({ kind }) => kind === "token_refused"), fault);
    await client.close();
  });
}

test("who may everything, and who may not", async () => {
  const ask = async (name) => {
    const client = await sandbox.client(name);
    try {
      return await client.conversations({ interval: "last-24h" }).read(["conversations"]);
    } finally {
      await client.close();
    }
  };
  for (const name of ["reporting", "admin"]) assert.ok((await ask(name)).table.length > 0);
  const error = await refusal(ask("no-analytics"));
  assert.ok(error instanceof ForbiddenError);
  assert.deepEqual([error.code, error.status, error.attempts], ["forbidden.permission", 403, 1]);
  assert.equal(error.operation, "POST /api/v2/analytics/conversations/details/query");
  assert.ok(error.explanation.missing.includes("analytics:conversationDetail:view"));
  assert.ok(error.requestId);
  for (const [name, code] of [["disabled", "auth.disabled_client"], ["wrong-grant", "auth.wrong_grant"]]) {
    const refused = await refusal(ask(name));
    assert.ok(refused instanceof AuthError);
    assert.equal(refused.code, code);
  }
  const [admin, emea] = await Promise.all(["admin", "emea-only"].map((name) => sandbox.client(name)));
  const [all, some] = await Promise.all([admin, emea].map(async (client) => (await client.directory({ of: "queues" }).read()).table.length));
  assert.ok(some > 0 && some < all);
  await Promise.all([admin.close(), emea.close()]);
});

test("a secret that is wrong is told nowhere", async () => {
  const client = await sandbox.client("reporting", { clientSecret: "wrong-SECRET" });
  const error = await refusal(client.directory({ of: "queues" }).read());
  assert.equal(error.code, "auth.wrong_secret");
  assert.ok(![error, error.explanation, error.stack, JSON.stringify(error)].join().includes("SECRET"));
  await client.close();
});

test("a cancel in the middle of an exchange", async () => {
  const client = await sandbox.client();
  await client.call("GET", "/api/v2/organizations/me").json();
  await sandbox.fault("hang");
  const stop = new AbortController();
  const waiting = refusal(client.directory({ of: "users", signal: stop.signal }).read());
  while ((await sandbox.requests("/users")).length === 0) await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  assert.equal((await waiting).code, "cancelled");
  assert.equal((await client.directory({ of: "queues" }).read()).table.length > 0, true);
  await client.close();
});

test("a limit that goes on, and nobody there", async () => {
  const client = await sandbox.client("reporting", { clock: new FakeClock(), deadline: 20_000 });
  await sandbox.fault("429", undefined, { count: 0 });
  assert.ok((await refusal(client.directory({ of: "queues" }).read())) instanceof LimitError);
  await client.close();
  const { url, stop } = await standIn("");
  stop();
  const gone = await sandbox.client("reporting", { apiUrl: url, loginUrl: url, clock: new FakeClock() });
  const error = await refusal(gone.directory({ of: "queues" }).read());
  assert.ok(error instanceof NetworkError);
  assert.equal(error.code, "network.refused");
  await gone.close();
});
