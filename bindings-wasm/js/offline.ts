// What needs no network: reading intervals, checking reports, explaining refusals, decoding saved answers.

import type { PegcountError } from "./errors.js";
import { Explanation, asking, errorOf } from "./errors.js";
import type { Report, TablesOf } from "./generated.js";
import { loadCore, loadTables } from "./modules.js";
import { plain } from "./plain.js";
import type { Asking } from "./result.js";
import { tableNames } from "./result.js";
import type { Tables } from "./table.js";
import { decodeWith, lazily } from "./table.js";
import type { WireError } from "./wire.js";

/** From one instant to another, the end not included. Prints as the API writes it. */
export interface Interval {
  readonly start: Date;
  readonly end: Date;
  toString(): string;
}

/** Reads an interval as people write it: `yesterday`, `last-1h`, `2026-03`, `2026-03-09/2026-03-10`. */
export async function interval(
  text: string,
  options: { timeZone?: string | undefined; now?: Date | number | undefined } = {},
): Promise<Interval> {
  const core = await loadCore();
  const [from = 0, to = 0] = asking(() => core.interval(text, options.timeZone, wall(options.now)));
  const [start, end] = [new Date(from), new Date(to)];
  return { start, end, toString: () => `${start.toISOString()}/${end.toISOString()}` };
}

interface Finding {
  readonly severity: "error" | "warning";
  readonly error: WireError;
}

/**
 * Says what is wrong with a report, without sending anything: an empty list if nothing is.
 *
 * What the server would certainly refuse has the `severity` `error`, what only looks wrong `warning`.
 */
export async function lint(
  report: Report | { readonly [name: string]: unknown },
  options: { now?: Date | number | undefined } = {},
): Promise<PegcountError[]> {
  const core = await loadCore();
  const found = asking(() => core.lint(plain(report), wall(options.now))) as Finding[];
  return found.map(({ severity, error }) => errorOf(error, { severity }));
}

/** What a report would cost. */
export interface Outlook {
  /** The operation that is asked first, or that gives the report its name. */
  readonly operation: string;
  /** How it is asked: by id, by a job, page by page of a listing, or at once. */
  readonly lane: "auto" | "ids" | "job" | "listing" | "query";
  /** Requests, log-ins not counted: so many at the least, or if `exact` just so many, where nothing goes wrong. */
  readonly requests: number;
  readonly exact: boolean;
  /** Seconds that these requests take at the pace, at the least. */
  readonly seconds: number;
  /** The intervals that are sent, where there are several: the server allows no longer ones. */
  readonly windows: readonly string[];
  /** The first request that serves the report itself. */
  readonly first: {
    readonly method: string;
    readonly path: string;
    readonly query: readonly (readonly [string, string])[];
    readonly body: { readonly [name: string]: unknown } | null;
  };
  readonly warnings: readonly PegcountError[];
}

/** Says what a report would cost at a pace of so many requests a minute, 300 unless told, without sending anything. */
export async function plan(
  report: Report | { readonly [name: string]: unknown },
  options: { pace?: number | undefined; now?: Date | number | undefined } = {},
): Promise<Outlook> {
  const core = await loadCore();
  const shape = asking(() => core.plan(plain(report), options.pace ?? 300, wall(options.now))) as Omit<Outlook, "warnings"> & {
    warnings: WireError[];
  };
  return {
    ...shape,
    windows: shape.windows ?? [],
    first: { ...shape.first, query: shape.first.query ?? [], body: shape.first.body ?? null },
    warnings: shape.warnings.map((warning) => errorOf(warning, { severity: "warning" })),
  };
}

/** An answer that was pasted or caught by another library. Everything may be missing. */
export interface Case {
  status?: number | undefined;
  body?: string | Uint8Array | object | null | undefined;
  headers?: Iterable<readonly [string, string]> | { readonly [name: string]: string } | undefined;
  method?: string | undefined;
  path?: string | undefined;
  /** That of the region that was asked. */
  domain?: string | undefined;
  /** Whether the token endpoint answered. */
  login?: boolean | undefined;
}

/** Explains an answer. */
export async function explain(answer: Case): Promise<Explanation> {
  const core = await loadCore();
  const { body, ...rest } = answer;
  const text =
    body instanceof Uint8Array
      ? new TextDecoder().decode(body)
      : typeof body === "object" && body !== null
        ? JSON.stringify(body)
        : body;
  const error = asking(() => core.explain(plain({ ...rest, body: text }))) as WireError;
  return new Explanation(error.explanation);
}

/** Turns bytes that were saved from anywhere into tables: all of them, or those named, which is faster. */
export async function decode<R extends Report, K extends keyof TablesOf<R["report"]> & string>(
  report: R,
  body: Uint8Array | ArrayBuffer | string,
  names?: readonly K[],
): Promise<Tables<Pick<TablesOf<R["report"]>, K>>> {
  const module = await loadTables();
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body);
  const asked = plain(report) as Asking;
  // All at once: what is wrong with the bytes is said here, not later.
  const tables = decodeWith(module, { report: asked }, bytes, names);
  const wanted = names ?? tableNames(asked);
  return lazily(wanted, () => tables);
}

function wall(now: Date | number | undefined): number {
  return Math.floor(Number(now ?? Date.now()));
}
