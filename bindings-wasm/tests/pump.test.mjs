// The pump: what is sent when, waits, cancels, the end. The machine's own rules are tested in the core.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as pegcount from "pegcount";
import { FakeClock, ME, clientOn, fine, refusal } from "./support.mjs";

test("one log-in serves all calls", async () => {
  const { client, send } = await clientOn(fine);
  const found = await Promise.all([1, 2, 3].map(() => client.call(...ME).json()));
  assert.deepEqual(found, Array(3).fill({ id: "me" }));
  assert.deepEqual(send.requests.map(({ url }) => url.split("/").at(-1)), ["token", "me", "me", "me"]);
  assert.ok(send.requests[1].headers.some(([name, value]) => name === "authorization" && value === "Bearer tok-SECRET-1"));
  await client.close();
});

test("nothing is sent before a page is asked for", async () => {
  const { client, send } = await clientOn(fine);
  const result = client.call(...ME);
  assert.equal(send.requests.length, 0);
  const pages = [];
  for await (const page of result) pages.push(page.number);
  assert.deepEqual(pages, [1]);
  assert.deepEqual(result.requestIds, ["x-1"]);
  assert.equal(result.summary.pages, 1);
  assert.deepEqual(await result.next(), { done: true, value: undefined });
  await client.close();
});

test("a wait is sat out on the clock", async () => {
  const clock = new FakeClock();
  const answers = [() => new Response("{}", { status: 429, headers: { "Retry-After": "7" } }), fine];
  const { client } = await clientOn(() => answers.shift()(), { clock });
  const told = [];
  client.addEventListener("notice", ({ detail }) => told.push(detail));
  assert.deepEqual(await client.call(...ME).json(), { id: "me" });
  const waited = clock.waits.reduce((sum, wait) => sum + wait, 0);
  assert.ok(waited >= 7000 && waited < 9000, `${clock.waits}`);
  assert.ok(clock.waits.length <= 2, "it sleeps once, it does not look again and again");
  assert.equal(client.lastNotice.kind, "limit");
  assert.ok(client.lastNotice.wait >= 7000);
  assert.deepEqual(told.filter(({ kind }) => kind !== "progress"), client.notices);
  await client.close();
});

test("a deadline ends a call that waits", async () => {
  const clock = new FakeClock();
  const { client } = await clientOn(() => new Response("{}", { status: 503 }), { clock });
  const began = clock.mono;
  const error = await refusal(client.call(...ME, { deadline: 1000 }).json());
  assert.ok(["limit.budget", "server.unavailable"].includes(error.code), error.code);
  assert.ok(clock.mono - began <= 1100);
  await client.close();
});

test("a signal cancels its report and nothing else", async () => {
  const asked = [];
  const respond = (url, { signal }) =>
    url.endsWith("slow") ? new Promise((_, reject) => asked.push(signal.addEventListener("abort", () => reject(signal.reason)))) : fine();
  const { client } = await clientOn(respond);
  const stop = new AbortController();
  const slow = refusal(client.call("GET", "/api/v2/slow", { signal: stop.signal }).json());
  assert.deepEqual(await client.call(...ME).json(), { id: "me" });
  stop.abort(new Error("enough"));
  const error = await slow;
  assert.ok(error instanceof pegcount.CancelledError);
  assert.equal(error.code, "cancelled");
  assert.equal(error.cause.message, "enough");
  assert.equal(asked.length, 1);
  assert.deepEqual(await client.call(...ME).json(), { id: "me" });
  const late = await refusal(client.call(...ME, { signal: AbortSignal.abort() }).json());
  assert.ok(late instanceof pegcount.CancelledError);
  await client.close();
});

test("a fetch that does not look at its signal is left behind", async () => {
  const { client } = await clientOn(() => new Promise(() => {}));
  const stop = new AbortController();
  const waiting = refusal(client.call(...ME, { signal: stop.signal }).json());
  setImmediate(() => stop.abort());
  assert.ok((await waiting) instanceof pegcount.CancelledError);
  await client.close();
});

test("leaving the loop gives up the rest", async () => {
  const page = (number) => `{"entities":[{"id":"${number}"}],"pageNumber":${number},"pageCount":3,"total":3}`;
  const { client, send } = await clientOn((url) => new Response(page(new URL(url).searchParams.get("pageNumber"))));
  const result = client.directory({ of: "queues", pageSize: 1 });
  for await (const { number } of result) if (number === 2) break;
  assert.equal(send.requests.filter(({ url }) => url.includes("queues")).length, 2);
  assert.deepEqual(await result.next(), { done: true, value: undefined });
  await client.close();
});

test("pages that are asked for at once come in their order", async () => {
  const page = (number) => `{"entities":[{"id":"${number}"}],"pageNumber":${number},"pageCount":2,"total":2}`;
  const { client } = await clientOn((url) => new Response(page(new URL(url).searchParams.get("pageNumber"))));
  const result = client.directory({ of: "queues", pageSize: 1 });
  const asked = await Promise.all([result.next(), result.next(), result.next()]);
  assert.deepEqual(asked.map(({ done, value }) => (done ? null : value.number)), [1, 2, null]);
  await client.close();
});

test("closing ends what is open, and what comes later is told so", async () => {
  const { client, send } = await clientOn(() => new Promise(() => {}));
  const open = refusal(client.call(...ME).json());
  const unread = client.call(...ME);
  await client.close();
  await client.close();
  assert.ok((await open) instanceof pegcount.CancelledError);
  assert.ok((await refusal(unread.json())) instanceof pegcount.CancelledError);
  assert.throws(() => client.call(...ME), (error) => error instanceof pegcount.CancelledError && /closed/.test(error.message));
  assert.ok(send.requests.length <= 2);
});

test("a client is disposed of, and closed by a signal", async () => {
  const { client } = await clientOn(fine);
  await client[Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]();
  assert.throws(() => client.call(...ME), pegcount.CancelledError);
  const aborted = await clientOn(fine, { signal: AbortSignal.abort() });
  assert.throws(() => aborted.client.call(...ME), pegcount.CancelledError);
});

test("a clock that jumps", async () => {
  const clock = new FakeClock();
  const { client, send } = await clientOn(fine, { clock });
  await client.call(...ME).json();
  clock.mono -= 500;
  clock.wall += 10 * 365 * 86_400_000;
  await client.call(...ME).json();
  clock.wall = -5;
  await client.call(...ME).json();
  clock.mono += 100 * 86_400_000;
  assert.deepEqual(await client.call(...ME).json(), { id: "me" });
  assert.equal(send.requests.filter(({ url }) => url.endsWith("token")).length, 2);
  await client.close();
});

test("a fetch that fails in its own way is explained, without its text", async () => {
  const fail = () => {
    throw new TypeError("Bearer tok-SECRET-1 in the text of a stranger");
  };
  const { client } = await clientOn(fail, { clock: new FakeClock() });
  const error = await refusal(client.call(...ME).json());
  assert.ok(error instanceof pegcount.NetworkError);
  assert.equal(error.code, "network.broken");
  const told = [client.notices.map(({ text }) => text), String(error), String(error.explanation), JSON.stringify(error), error.stack].join();
  assert.ok(!told.includes("SECRET"), told);
  assert.ok(told.includes("TypeError"), told);
  await client.close();
});

test("a store that fails is told and the report goes on", async () => {
  const broken = () => {
    throw Object.assign(new Error("the record is SECRET"), { code: "ENOSPC" });
  };
  const { client } = await clientOn(fine, { tokenStore: { load: broken, lock: broken, save: broken, unlock: broken } });
  assert.deepEqual(await client.call(...ME).json(), { id: "me" });
  const told = client.notices.filter(({ kind }) => kind === "store").map(({ text }) => text);
  assert.ok(told.some((text) => text.includes("ENOSPC")), `${told}`);
  assert.ok(!told.join().includes("SECRET"));
  await client.close();
});

test("a result that has ended says so, instead of being empty", async () => {
  const body = '{"entities":[{"id":"1"}],"pageNumber":1,"pageCount":1,"total":1}';
  const { client } = await clientOn(() => new Response(body));
  const ended = async (promise) => {
    const error = await refusal(promise);
    assert.ok(error instanceof TypeError, `${error?.stack}`);
    assert.match(error.message, /ended or was closed/);
  };
  const read = client.directory({ of: "queues" });
  assert.equal((await read.read()).table.length, 1);
  await ended(read.read());
  await ended(read.json());
  const json = client.directory({ of: "queues" });
  await json.json();
  await ended(json.json());
  const pages = client.directory({ of: "queues" });
  for await (const page of pages) assert.equal(page.table.length, 1);
  await ended(pages.read());
  const closed = client.directory({ of: "queues" });
  closed.close();
  await ended(closed.read());
  // Two at once would each have some of the pages.
  const twice = client.directory({ of: "queues" });
  const first = twice.read();
  await ended(twice.json());
  assert.equal((await first).table.length, 1);
  // What is left after a page or two can be read.
  const rest = client.directory({ of: "queues" });
  assert.equal((await rest.next()).value.table.length, 1);
  assert.equal((await rest.read()).table.length, 0);
  await client.close();
});

test("a result that is let go is cancelled", { skip: globalThis.gc === undefined && "needs --expose-gc" }, async () => {
  const { client } = await clientOn(fine, { maxInFlight: 1 });
  let cancelled = 0;
  const probe = new FinalizationRegistry(() => (cancelled += 1));
  (() => probe.register(client.call(...ME)))();
  while (cancelled === 0) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(await client.call(...ME).json(), { id: "me" });
  await client.close();
});
