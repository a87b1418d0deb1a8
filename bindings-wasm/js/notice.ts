// What a report tells beside its rows.

import type { NoticeKind } from "./generated.js";
import type { WireNotice, WireSummary } from "./wire.js";

/** What a person would like to know while waiting. */
export interface Notice {
  /** The number of the report it concerns, if it concerns one. */
  readonly call: number | null;
  readonly kind: NoticeKind;
  /** One sentence. */
  readonly text: string;
  /** Milliseconds of the wait, where there is one. */
  readonly wait: number | null;
}

/** What a finished report did. */
export interface Summary {
  /** Pages delivered. */
  readonly pages: number;
  /** Conversations or entities delivered; an answer that lists neither counts as one. */
  readonly items: number;
  /** Conversations left out because they start outside the asked interval. */
  readonly outside: number;
  /** Conversations left out because an earlier page had them. */
  readonly duplicates: number;
  /** Requests sent, repeated ones included, log-ins not. */
  readonly requests: number;
  /** Requests repeated. */
  readonly retries: number;
  /** Milliseconds waited for limits and retries. */
  readonly waited: number;
}

export function noticeOf({ call, kind, text, wait }: WireNotice): Notice {
  return { call: call ?? null, kind, text, wait: wait ?? null };
}

export function summaryOf({ pages, items, outside, duplicates, requests, retries, waited }: WireSummary): Summary {
  return { pages, items, outside, duplicates, requests, retries, waited };
}
