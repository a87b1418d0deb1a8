// One HTTP exchange by `fetch`. It is carried out, not judged: every answer goes to the core as it came.

import { type Clock, pass } from "./clock.js";
import { kindOf } from "./store.js";
import type { Failure, Send } from "./wire.js";

export interface Answer {
  status: number;
  headers: [string, string][];
  body: Uint8Array;
}

/** No answer came. */
export class Broken extends Error {
  constructor(readonly failure: Failure) {
    super(failure.cause);
  }
}

/** A longer time would count as none. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Performs an exchange until it is whole, too slow, too large or aborted. Throws `Broken`. */
export async function exchange(
  order: Send,
  send: typeof fetch,
  abort: AbortSignal,
  browser: boolean,
  clock: Clock,
): Promise<Answer> {
  const ending = new AbortController();
  const end = (cause: "cancelled" | "timeout") => ending.abort(broken("maybe", cause));
  const cancelled = () => end("cancelled");
  if (abort.aborted) throw broken("no", "cancelled");
  abort.addEventListener("abort", cancelled);
  const timer = (clock.timer ?? pass)(Math.min(order.timeout, LONGEST_TIMER), ending.signal);
  void timer.then(() => end("timeout"));
  // A `fetch` that was brought along may not look at its signal.
  const ended = new Promise<never>((_, reject) => {
    ending.signal.addEventListener("abort", () => reject(ending.signal.reason as Broken));
  });
  try {
    return await Promise.race([whole(order, send, ending.signal, browser), ended]);
  } catch (error) {
    throw ending.signal.aborted ? ending.signal.reason : error;
  } finally {
    abort.removeEventListener("abort", cancelled);
    // Lets go of a body that nobody will read.
    ended.catch(() => {});
    ending.abort();
  }
}

async function whole(order: Send, send: typeof fetch, signal: AbortSignal, browser: boolean): Promise<Answer> {
  const { method, url, headers, body } = order.request;
  // A page may not name itself, and asking to would cost the server's leave.
  const named = browser ? headers.filter(([name]) => name.toLowerCase() !== "user-agent") : headers;
  let response: Response;
  try {
    response = await send(url, {
      method,
      headers: named,
      body,
      signal,
      redirect: "manual",
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
    });
  } catch (error) {
    throw unsent(error);
  }
  // All that a browser tells of a redirect.
  if (response.type === "opaqueredirect") throw broken("maybe", "redirected");
  try {
    return { status: response.status, headers: [...response.headers], body: await bounded(response, order.max_body) };
  } catch (error) {
    throw error instanceof Broken ? error : broken("maybe", "broken", kindOf(error));
  }
}

/** Reads a body that is not too large. */
async function bounded(response: Response, most: number): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > most) {
      reader.cancel().catch(() => {});
      throw broken("maybe", "too_large", `more than ${most} bytes`);
    }
    chunks.push(value);
  }
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

// What Node says of connections that never were. A browser does not tell.
const NO_CONNECTION: Record<string, Failure["cause"]> = {
  EAI_AGAIN: "dns",
  ENOTFOUND: "dns",
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "refused",
  ENETUNREACH: "refused",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
};
const NO_TLS = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;

function unsent(error: unknown): Broken {
  if (error instanceof Broken) return error;
  const detail = kindOf(error);
  const code = detail.slice(detail.indexOf(": ") + 2);
  const cause = NO_TLS.test(code) ? "tls" : NO_CONNECTION[code];
  return cause === undefined ? broken("maybe", "broken", detail) : broken("no", cause, detail);
}

function broken(sent: Failure["sent"], cause: Failure["cause"], detail = ""): Broken {
  return new Broken({ sent, cause, detail });
}
