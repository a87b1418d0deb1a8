// Where id and secret are kept: a vault, say. When to ask is decided by the core.

import { kindOf } from "./store.js";
import type { CredentialsAnswer } from "./wire.js";

/** What a provider gives. */
export interface Credentials {
  /** Unless the options of the client name it. */
  clientId?: string | undefined;
  clientSecret: string;
}

/** Is asked before the first log-in, and again when what it gave is refused. The signal ends with the client. */
export type Provider = (signal: AbortSignal) => Promise<Credentials> | Credentials;

/** Asks a provider and answers in the core's shape. One that does not look at its signal is left behind. */
export async function provided(provider: Provider | undefined, signal: AbortSignal): Promise<CredentialsAnswer> {
  let abort = () => {};
  try {
    const ended = new Promise<never>((_, reject) => {
      abort = () => reject(signal.reason);
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort);
    });
    const given: Partial<Credentials> | undefined = await Promise.race([provider?.(signal), ended]);
    return { client_id: text(given?.clientId), client_secret: text(given?.clientSecret) };
  } catch (error) {
    // The text of a stranger's error could hold the secret.
    return { failed: kindOf(error) };
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
