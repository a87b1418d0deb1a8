// The organisation's answers as `fetch` gives them, with what a bad network does to them on their way.

import type { VirtualClock } from "./virtual.js";
import type { Sandbox } from "./wasm/sandbox.js";

/** Answers a request when its time has come. */
export async function answered(org: Sandbox, clock: VirtualClock, request: Request, browser: boolean): Promise<Response> {
  const { method, url, signal } = request;
  signal.throwIfAborted();
  const { origin, host, pathname, search } = new URL(url);
  const asked = new Uint8Array(await clock.during(() => request.arrayBuffer()));
  const named = [...request.headers].flat().concat("host", host);
  const answer = org.handle(method, origin, pathname + search, named, asked, clock.now());
  const { status, headers: told, effect, delay } = answer;
  let { body } = answer;
  answer.free();
  const headers = told.flatMap((name, at) => (at % 2 === 0 ? [[name, told[at + 1] ?? ""] as [string, string]] : []));
  await clock.within(effect === "hang" ? Infinity : delay, signal);
  signal.throwIfAborted();
  const cut = effect === "truncate";
  if (effect === "reset" || (cut && body.length === 0)) throw reset(browser);
  if (headers.some(([name, value]) => name.toLowerCase() === "content-encoding" && value === "gzip")) {
    const packed = new Blob([body as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip"));
    body = new Uint8Array(await clock.during(() => new Response(packed).arrayBuffer()));
  }
  const whole = body.length === 0 ? null : cut ? stream(body.subarray(0, body.length / 2), ended(browser)) : stream(body);
  return new Response(whole, { status, headers });
}

/** One piece, and then the end, or what went wrong. Read without a turn of the event loop. */
function stream(bytes: Uint8Array, wrong?: Error): ReadableStream<Uint8Array> {
  const pieces = [bytes];
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.pop();
      if (piece !== undefined) controller.enqueue(piece);
      else if (wrong !== undefined) controller.error(wrong);
      else controller.close();
    },
  });
}

/** A page is told nothing; Node says why. */
function failure(browser: boolean, page: string, node: string, code: string, why: string): Error {
  return browser ? new TypeError(page) : new TypeError(node, { cause: Object.assign(new Error(why), { code }) });
}

const reset = (browser: boolean) => failure(browser, "Failed to fetch", "fetch failed", "ECONNRESET", "read ECONNRESET");
const ended = (browser: boolean) => failure(browser, "network error", "terminated", "UND_ERR_SOCKET", "other side closed");
