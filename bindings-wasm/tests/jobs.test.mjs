// Reports by job: the same rows and more, taken up again, ended on the server when nobody wants them.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { CancelledError, JobError } from "pegcount";
import { Sandbox, SharedClock, clientOn, refusal } from "./support.mjs";

const JOBS = "/api/v2/analytics/conversations/details/jobs";
let sandbox;
before(async () => (sandbox = await Sandbox.start("--org", "small", "--rate", "0", "--now", "2026-03-10T10:00:00Z")));
after(() => sandbox.stop());
beforeEach(() => sandbox.reset());

const onSharedTime = () => sandbox.client("reporting", { clock: new SharedClock(sandbox) });
const lines = (table) => table.toCSV().trim().split("\r\n").sort();
const cancelled = async () => (await sandbox.requests()).filter(({ method, path }) => method === "DELETE" && path.startsWith(JOBS));

test("a job gives the rows of the query, and the attributes of participants", async () => {
  const client = await onSharedTime();
  const { interval } = sandbox;
  const names = ["conversations", "participants", "sessions", "segments", "participant_attributes"];
  const query = await client.conversations({ interval }).read(names);
  const result = client.conversations({ interval, via: "job" });
  const job = await result.read(names);
  for (const name of ["conversations", "participants", "sessions", "segments"]) {
    assert.ok(job[name].length > 100, name);
    assert.deepEqual(lines(job[name]), lines(query[name]), name);
  }
  assert.equal(query.participant_attributes.length, 0);
  assert.ok(job.participant_attributes.length > 0);
  const told = client.notices.filter(({ kind }) => kind === "job").map(({ text }) => text);
  const [, id] = /the job (\S+) was submitted/.exec(told[0]);
  const again = await client.conversations({ job: id, interval, via: "job" }).read(["conversations"]);
  assert.equal(again.table.length, query.conversations.length);
  assert.equal((await sandbox.requests(JOBS)).length, 1);
  assert.deepEqual(await cancelled(), []);
  await client.close();
});

test("aggregates by job, and until when jobs have everything", async () => {
  const client = await onSharedTime();
  const asked = { of: "conversations", interval: sandbox.interval, groupBy: ["mediaType"], metrics: ["nOffered", "tHandle"] };
  const [query, job] = [await client.aggregates(asked).read(), await client.aggregates({ ...asked, via: "job" }).read()];
  assert.deepEqual(lines(job.table), lines(query.table));
  const { availability } = await client.availability({ of: "conversations" }).read();
  const [{ data_availability_date: until }] = availability.rows();
  assert.ok(until > new Date(sandbox.interval.split("/")[1]), `${until}`);
  await client.close();
});

test("a job that fails", async () => {
  const client = await onSharedTime();
  await sandbox.fault("job-fails", undefined, { count: 1 });
  const error = await refusal(client.conversations({ interval: sandbox.interval, via: "job" }).read());
  assert.ok(error instanceof JobError, error.code);
  await client.close();
});

for (const [how, end] of Object.entries({
  "is cancelled": (_, stop) => stop.abort(),
  "is left with its client": (client) => client.close(),
})) {
  test(`a job that ${how} is ended on the server`, async () => {
    const client = await sandbox.client();
    await sandbox.fault("job-slow", 3600, { count: 1 });
    const stop = new AbortController();
    const submitted = new Promise((resolve) => client.addEventListener("notice", ({ detail }) => detail.kind === "job" && resolve()));
    const waiting = refusal(client.conversations({ interval: sandbox.interval, via: "job", signal: stop.signal }).read());
    await submitted;
    await end(client, stop);
    assert.ok((await waiting) instanceof CancelledError);
    // Closing waits for what is still to be done on the server.
    await client.close();
    const [ended, ...more] = await cancelled();
    assert.deepEqual([ended?.status, more], [204, []]);
    assert.match(client.lastNotice.text, /was cancelled on the server/);
  });
}

test("closing does not wait for a server that says nothing", async () => {
  const answers = { availability: '{"dataAvailabilityDate":"2030-01-01T00:00:00Z"}', jobs: '{"jobId":"j1"}' };
  const hangs = [];
  const respond = (url, { method, signal }) =>
    method === "DELETE"
      ? new Promise((_, reject) => hangs.push(signal.addEventListener("abort", () => reject(signal.reason))))
      : new Response(answers[url.split("/").at(-1)] ?? '{"state":"QUEUED"}', { status: method === "POST" ? 202 : 200 });
  const { client } = await clientOn(respond, { timeout: 100 });
  const stop = new AbortController();
  const submitted = new Promise((resolve) => client.addEventListener("notice", ({ detail }) => detail.kind === "job" && resolve()));
  const report = { interval: "2026-03-09", via: "job", signal: stop.signal };
  const waiting = refusal(client.conversations(report).read());
  await submitted;
  stop.abort();
  assert.ok((await waiting) instanceof CancelledError);
  await client.close();
  assert.equal(hangs.length, 1);
  assert.match(client.lastNotice.text, /could not be cancelled/);
});

test("a budget of requests", async () => {
  const client = await onSharedTime();
  const error = await refusal(client.directory({ of: "users", pageSize: 1, maxCalls: 2 }).read());
  assert.equal(error.code, "limit.budget");
  assert.equal((await sandbox.requests("/users")).length, 2);
  await client.close();
});
