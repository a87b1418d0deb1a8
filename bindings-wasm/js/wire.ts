// What the core says and hears: the shapes of `pegcount::wire`.

import type { ErrorClass, ErrorCode, NoticeKind, Purpose } from "./generated.js";

export interface WireExplanation {
  code: ErrorCode;
  cause: string;
  evidence: string[];
  remedy: string[];
  certainty: "certain" | "likely" | "possible";
  missing: string[];
  nearest: string[];
  belief?: string | null;
  resume?: string | null;
  text: string;
}

export interface WireError {
  code: ErrorCode;
  class: ErrorClass;
  status?: number | null;
  message: string;
  request_id?: string | null;
  retry: { advice: "never" | "later" | "may_be_done"; after_ms?: number | null };
  operation?: string | null;
  attempts: number;
  explanation: WireExplanation;
}

export interface WireNotice {
  call?: number | null;
  kind: NoticeKind;
  text: string;
  wait?: number | null;
}

export interface WireSummary {
  pages: number;
  items: number;
  outside: number;
  duplicates: number;
  requests: number;
  retries: number;
  waited: number;
}

/** What `decode` needs beside the bytes. */
export interface Context {
  number: number;
  request_id?: string | null;
}

export interface Send {
  action: "send";
  id: number;
  call: number | null;
  purpose: Purpose;
  request: { method: string; url: string; headers: [string, string][]; body: string | null };
  timeout: number;
  max_body: number;
  look: string;
}

export type StoreOrder = { action: "store"; id: number } & (
  | { op: "load" }
  | { op: "lock"; owner: string; takeover: string | null }
  | { op: "save"; record: string }
  | { op: "unlock"; owner: string }
);

export type Emit = { action: "emit"; call: number } & (
  | { event: "page"; page: Context }
  | { event: "done"; summary: WireSummary }
  | { event: "failed"; error: WireError }
);

export type Order =
  | Send
  | StoreOrder
  | Emit
  | { action: "abort"; id: number }
  | { action: "credentials"; id: number }
  | { action: "wait"; until: number | null }
  | { action: "idle" };

export type StoreAnswer = { loaded: string | null } | "locked" | { busy: string } | "done" | { failed: string };

export type CredentialsAnswer = { client_id: string | null; client_secret: string | null } | { failed: string };

export interface Failure {
  sent: "no" | "maybe";
  cause: "broken" | "cancelled" | "dns" | "proxy" | "redirected" | "refused" | "timeout" | "tls" | "too_large";
  detail: string;
}
