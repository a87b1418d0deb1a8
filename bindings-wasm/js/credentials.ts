// Where id and secret are kept: a vault, say. When to ask is decided by the core.

import { kind, kindOf } from "./store.js";
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
    const given: Partial<Record<keyof Credentials, unknown>> | undefined = await Promise.race([provider?.(signal), ended]);
    const [id, secret] = [given?.clientId ?? null, given?.clientSecret ?? null];
    if (!isText(id)) return { failed: `clientId is ${kind(id)}, not a string` };
    if (!isText(secret)) return { failed: `clientSecret is ${kind(secret)}, not a string` };
    return { client_id: id, client_secret: secret };
  } catch (error) {
    // The text of a stranger's error could hold the secret.
    return { failed: kindOf(error) };
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function isText(value: unknown): value is string | null {
  return typeof value === "string" || value === null;
}
