// Logging a user in from a page: by leaving it and coming back, or in a window beside it.

import type { ClientOptions } from "./client.js";
import type { KeptLogin, LoginOptions } from "./login.js";
import { Login } from "./login.js";

/** Where the log-in lies while the page is away. The browser forgets it with the tab. */
const KEPT = "pegcount.login";

/** Leaves the page for the log-in page. The page at `redirectUri` asks `cameBack` what became of it. */
export async function leaveToLogIn(options: LoginOptions): Promise<void> {
  const login = await Login.begin(options);
  sessionStorage.setItem(KEPT, JSON.stringify(login));
  location.assign(login.url);
}

/**
 * To be called by the page at `redirectUri` when it is loaded: gives the options of a client, or null if nobody has come
 * back. In the window of `logInBeside` it tells the page that waits, closes the window, and gives null, too. Throws where
 * the log-in was refused.
 */
export async function cameBack(): Promise<ClientOptions | null> {
  const address = location.href;
  const query = new URL(address).searchParams;
  const state = query.get("state");
  if (state === null || !(query.has("code") || query.has("error"))) return null;
  // The code is good once: neither a reload nor the history needs it.
  history.replaceState(history.state, "", location.pathname);
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as KeptLogin | null;
  if (kept?.state === state) {
    sessionStorage.removeItem(KEPT);
    return (await Login.resume(kept)).finish(address);
  }
  const channel = new BroadcastChannel(KEPT + state);
  channel.postMessage(address);
  channel.close();
  window.close();
  return null;
}

/**
 * Opens the log-in page in a window of its own and waits until the page at `redirectUri`, which must be of this origin,
 * has told by `cameBack` how it went: gives the options of a client. Browsers allow the window in answer to a click;
 * begin the log-in beforehand.
 */
export function logInBeside(login: Login, options: { signal?: AbortSignal; features?: string } = {}): Promise<ClientOptions> {
  const { signal, features = "popup,width=480,height=720" } = options;
  // Not by its opener: the log-in page may cut that tie.
  const channel = new BroadcastChannel(KEPT + login.state);
  const window = globalThis.open(login.url, "_blank", features);
  return new Promise<ClientOptions>((resolve, reject) => {
    if (window === null) throw new Error("the browser allows no window here: open it in answer to a click");
    const abort = () => {
      window.close();
      reject(signal?.reason as Error);
    };
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    channel.onmessage = ({ data }: MessageEvent<string>) => {
      signal?.removeEventListener("abort", abort);
      // Within a promise: what is refused is thrown to whoever waits.
      Promise.resolve(data).then((address) => login.finish(address)).then(resolve, reject);
    };
  }).finally(() => channel.close());
}
