// A world gone wrong: bodies and connections that nobody should send.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { Client, PegcountError } from "pegcount";
import { FakeClock, ME, clientOn, refusal, standIn } from "./support.mjs";

const LAST_WORDS = /^(answer|limit|network|server)\./;

const BODIES = {
  nothing: "",
  "half a string": '{"conversations":[{"conversationId":"a',
  "half a character": new Uint8Array([0x7b, 0x22, 0xc3]),
  "not UTF-8": new Uint8Array([0x22, 0xff, 0xfe, 0x22]),
  "a page of a proxy": "<!doctype html><title>Blocked</title>",
  "lists without end": "[".repeat(200_000),
  "another shape": '{"conversations":{"conversationId":1}}',
  "no list": '{"conversations":7}',
  "odd members": '{"conversations":[1,null,"x",[],{"participants":[{"sessions":[{"segments":[7]}]}]}]}',
  "odd numbers": '{"conversations":[{"conversationId":"a","participants":[{"sessions":[{"metrics":[{"value":1e999}]}]}]}]}',
  "odd times": '{"conversations":[{"conversationId":"a","conversationStart":"9999999-99-99T99:99:99Z"}]}',
  "a byte order mark": '\ufeff{"conversations":[]}',
  zeros: "\0".repeat(1000),
};

for (const [name, body] of Object.entries(BODIES)) {
  test(`a body of ${name}`, async () => {
    const { client } = await clientOn(() => new Response(body), { clock: new FakeClock() });
    try {
      const { segments } = await client.conversations({ interval: "2026-03-09" }).read();
      assert.equal(typeof segments.toCSV(), "string");
      assert.equal(segments.rows().length, segments.length);
    } catch (error) {
      assert.ok(error instanceof PegcountError, `${error?.stack}`);
      assert.match(error.code, LAST_WORDS);
    }
    await client.close();
  });
}

test("keys that are part of every object", async () => {
  const text = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
  const { client, send } = await clientOn(() => new Response(text));
  await client.call("POST", "/api/v2/x", { body: JSON.parse(text) }).json();
  assert.equal({}.polluted, undefined);
  assert.deepEqual(JSON.parse(send.requests.at(-1).body), JSON.parse(text));
  await client.close();
});

/** What a client that logs in with a ready token hears of a server. */
async function heard(more, ...answers) {
  const server = await standIn(...answers);
  const clock = new FakeClock();
  const client = await Client.create({ apiUrl: server.url, loginUrl: server.url, token: "tok-SECRET", clock, ...more });
  const error = await refusal(client.call(...ME).json());
  await client.close();
  server.stop();
  assert.ok(error instanceof PegcountError, `${error?.stack}`);
  assert.ok(!`${error}${error.explanation}${client.notices.map(({ text }) => text)}`.includes("SECRET"));
  return error;
}

const head = (length, more = "") => `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${more}Content-Length: ${length}\r\n\r\n`;

test("no HTTP, no end, nothing, a reset", async () => {
  assert.equal((await heard({}, "220 smtp.example.com ESMTP\r\n")).code, "network.broken");
  assert.equal((await heard({}, head(100) + "{")).code, "network.broken");
  assert.equal((await heard({}, "")).code, "network.broken");
  assert.equal((await heard({}, (socket) => socket.resetAndDestroy())).code, "network.broken");
});

test("an answer that never comes, and one that trickles, end with the timeout", async () => {
  const error = await heard({ timeout: 100 }, () => {});
  assert.equal(error.code, "network.timeout");
  const trickle = (socket) => {
    socket.write(head(100_000));
    const timer = setInterval(() => socket.write("1"), 5);
    socket.on("close", () => clearInterval(timer));
  };
  assert.equal((await heard({ timeout: 100 }, trickle)).code, "network.timeout");
});

test("a body that is too large, also once it is unpacked", async () => {
  const large = "1".repeat(100_000);
  assert.equal((await heard({ maxBody: 10_000 }, head(large.length) + large)).code, "limit.answer_too_large");
  const packed = gzipSync(Buffer.alloc(50_000_000, "1"));
  const bomb = (socket) => socket.end(Buffer.concat([Buffer.from(head(packed.length, "Content-Encoding: gzip\r\n")), packed]));
  assert.equal((await heard({ maxBody: 1_000_000 }, bomb)).code, "limit.answer_too_large");
});

test("a redirect is not followed", async () => {
  const elsewhere = await standIn(head(2) + "{}");
  let asked = 0;
  const redirect = (socket) => {
    asked += 1;
    socket.end(`HTTP/1.1 302 Found\r\nLocation: ${elsewhere.url}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  };
  const error = await heard({}, redirect);
  assert.ok(asked >= 1);
  assert.notEqual(error.code, "network.broken");
  elsewhere.stop();
});

test("what a page hears of a redirect", async () => {
  const opaque = Object.defineProperty(Response.error(), "type", { value: "opaqueredirect" });
  const { client } = await clientOn(() => opaque, { clock: new FakeClock() });
  const error = await refusal(client.call(...ME).json());
  assert.ok(String(error.explanation).includes("redirect"), String(error.explanation));
  await client.close();
});

test("headers by the thousand", async () => {
  const headers = Array.from({ length: 5000 }, (_, n) => [`x-${n}`, "1"]);
  const { client } = await clientOn(() => new Response('{"id":1}', { headers }));
  assert.deepEqual(await client.call(...ME).json(), { id: 1 });
  await client.close();
});
