// Where a token is kept for others. Every decision (when to load, lock, take a lock over, save) is the core's.

import type { StoreAnswer, StoreOrder } from "./wire.js";

/** Where a token is kept for others. A store that throws means no sharing, never a failed report. */
export interface TokenStore {
  /** The record, or null if there is none. Takes no lock. */
  load(): Promise<string | null> | string | null;
  /**
   * Makes the lock if nobody holds it, or puts `owner` in the place of `takeover` if that one still holds it. Answers
   * who holds the lock afterwards.
   */
  lock(owner: string, takeover: string | null): Promise<string> | string;
  /** Replaces the record, all or nothing. */
  save(record: string): Promise<void> | void;
  /** Removes the lock if `owner` holds it. */
  unlock(owner: string): Promise<void> | void;
}

/** @internal A token file that others can read: its text holds a path and a mode, and may be shown. */
export class ExposedError extends Error {
  override name = "ExposedError";
}

/** Carries out one order of the core and answers in its shape. */
export async function perform(store: TokenStore | null, order: StoreOrder): Promise<StoreAnswer> {
  if (store === null) return { failed: "there is none" };
  try {
    switch (order.op) {
      case "load": {
        // What a store says is what its author thought of it.
        const record: unknown = await store.load();
        if (record === undefined || record === null) return { loaded: null };
        return typeof record === "string" ? { loaded: record } : { failed: `load gave ${kind(record)}, not a string` };
      }
      case "lock": {
        const holder: unknown = await store.lock(order.owner, order.takeover);
        if (typeof holder !== "string") return { failed: `lock gave ${kind(holder)}, not a string` };
        return holder === order.owner ? "locked" : { busy: holder };
      }
      case "save":
        await store.save(order.record);
        return "done";
      case "unlock":
        await store.unlock(order.owner);
        return "done";
    }
  } catch (error) {
    // The text of an unknown store's error could hold the record.
    return { failed: error instanceof ExposedError ? error.message : kindOf(error) };
  }
}

/** What kind of value it is; the value itself may be a secret. */
export function kind(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return `${typeof value === "object" ? "an" : "a"} ${typeof value}`;
}

/** Causes of causes, in a ring perhaps. */
const DEPTH = 10;

/** What failed, without the error's text: libraries put URLs and header values into it. */
export function kindOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return typeof error;
  const cause: unknown = error.cause;
  if (cause instanceof Error && depth < DEPTH) return kindOf(cause, depth + 1);
  const code: unknown = "code" in error ? error.code : undefined;
  return typeof code === "string" && code !== error.name ? `${error.name}: ${code}` : error.name;
}
