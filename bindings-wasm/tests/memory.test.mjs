// Ten thousand calls leave memory where it was.

import assert from "node:assert/strict";
import { test } from "node:test";

import { clientOn, vector } from "./support.mjs";

test("10,000 calls leave memory where it was", async () => {
  const sample = vector("samples/conversation-detail-1.json");
  const page = JSON.stringify({ ...(sample.conversations === undefined ? { conversations: [sample] } : sample), totalHits: 1 });
  const token = '{"access_token":"t","expires_in":86400}';
  const send = async (url) => new Response(url.endsWith("/oauth/token") ? token : page);
  const { client } = await clientOn(null, { fetch: send, pace: 1_000_000_000, maxInFlight: 64 });
  const calls = async (count) => {
    for (let done = 0; done < count; done += 50) {
      const ask = async (_, n) => {
        const result = client.conversations({ interval: "2026-03-09", where: { mediaType: "voice" } });
        if (n % 5 === 0) return result.close();
        if (n % 5 === 1) return void (await result.next());
        const { segments } = await result.read(["segments"]);
        assert.ok(segments.column("conversation_id").get(0) !== undefined);
      };
      await Promise.all(Array.from({ length: 50 }, ask));
    }
    for (let n = 0; n < 5; n++) {
      globalThis.gc();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    return { heapUsed, arrayBuffers, rss };
  };
  await calls(1_000);
  const before = await calls(1_000);
  const after = await calls(10_000);
  const grown = Object.fromEntries(Object.keys(before).map((name) => [name, Math.round((after[name] - before[name]) / 1024)]));
  console.log(`10,000 calls: ${Object.entries(grown).map(([name, kb]) => `${name} ${kb >= 0 ? "+" : ""}${kb} kB`).join(", ")}`);
  assert.ok(grown.heapUsed < 3_000, "the heap");
  assert.ok(grown.arrayBuffers < 3_000, "bytes outside the heap");
  // What the WebAssembly instances hold shows here alone, beside the allocator's moods.
  assert.ok(grown.rss < 30_000, "the process");
  await client.close();
});
