// What can go wrong: one class for the first word of each code. Classes and codes come from the core.

import type { ErrorClass, ErrorCode } from "./generated.js";
import type { WireError, WireExplanation } from "./wire.js";

/** Why something was refused: prints as a short text. */
export class Explanation {
  /** The stable code, such as `forbidden.permission`. */
  readonly code: ErrorCode;
  /** One sentence: what happened. */
  readonly cause: string;
  /** What was seen that points to the cause. */
  readonly evidence: readonly string[];
  /** The steps that mend it, in order. */
  readonly remedy: readonly string[];
  readonly certainty: "certain" | "likely" | "possible";
  /** Missing permissions and divisions, by their real names. */
  readonly missing: readonly string[];
  /** The real names nearest to one that does not exist. */
  readonly nearest: readonly string[];
  /** A widespread false belief that this answers, if one shows. */
  readonly belief: string | null;
  /** Where a report ended early: given as `resume` with the same report, it goes on there. */
  readonly resume: string | null;
  readonly #text: string;

  /** @internal */
  constructor(shape: WireExplanation) {
    this.code = shape.code;
    this.cause = shape.cause;
    this.evidence = shape.evidence;
    this.remedy = shape.remedy;
    this.certainty = shape.certainty;
    this.missing = shape.missing;
    this.nearest = shape.nearest;
    this.belief = shape.belief ?? null;
    this.resume = shape.resume ?? null;
    this.#text = shape.text;
  }

  toString(): string {
    return this.#text;
  }
}

/** Whether asking again can help. */
export interface Retry {
  /** `may_be_done`: look on the server before asking again. */
  readonly advice: "never" | "later" | "may_be_done";
  /** Milliseconds from the moment of the error, where the server said how many. */
  readonly after: number | null;
}

/** Anything that this library throws on purpose. `String(error)` tells what to do. */
export class PegcountError extends Error {
  /** The stable code, such as `limit.rate`. */
  readonly code: ErrorCode;
  /** The HTTP status, if an answer came. */
  readonly status: number | null;
  /** The id to give to Genesys support. */
  readonly requestId: string | null;
  readonly retry: Retry;
  /** Method and path of the operation. */
  readonly operation: string | null;
  /** How many times the request was sent; 0 when nothing was sent. */
  readonly attempts: number;
  /** Why, and what to do. */
  readonly explanation: Explanation;
  /** `warning` for what only looks wrong: in what `lint` finds. */
  readonly severity: "error" | "warning" = "error";
  readonly #shape: WireError;

  /** @internal */
  constructor(shape: WireError, options: { cause?: unknown; severity?: "error" | "warning" } = {}) {
    super(shape.message, "cause" in options ? { cause: options.cause } : undefined);
    // Not from the constructor, whose name a bundler may shorten.
    Object.defineProperty(this, "name", { value: `${shape.class}Error`, configurable: true, writable: true });
    this.code = shape.code;
    this.status = shape.status ?? null;
    this.requestId = shape.request_id ?? null;
    this.retry = { advice: shape.retry.advice, after: shape.retry.after_ms ?? null };
    this.operation = shape.operation ?? null;
    this.attempts = shape.attempts;
    this.explanation = new Explanation(shape.explanation);
    if (options.severity !== undefined) this.severity = options.severity;
    this.#shape = shape;
  }

  override toString(): string {
    const lines = [`${this.name}: ${this.message} [${this.code}]`];
    if (this.explanation.cause !== this.message) lines.push(this.explanation.cause);
    lines.push(...this.explanation.remedy.slice(0, 1).map((step) => `-> ${step}`));
    if (this.operation) lines.push(`operation: ${this.operation}`);
    if (this.requestId) lines.push(`request: ${this.requestId}`);
    return lines.join("\n");
  }

  /** Everything as plain data. */
  toJSON(): object {
    return { ...this.#shape };
  }
}

/** The configuration cannot be used. */
export class ConfigError extends PegcountError {}
/** The question is wrong: nothing was sent, or the server said so. */
export class QueryError extends PegcountError {}
/** The log-in was refused. */
export class AuthError extends PegcountError {}
/** Logged in, but not allowed. */
export class ForbiddenError extends PegcountError {}
/** It does not exist. */
export class NotFoundError extends PegcountError {}
/** A limit was met. */
export class LimitError extends PegcountError {}
/** The server's fault. */
export class ServerError extends PegcountError {}
/** The network's fault. */
export class NetworkError extends PegcountError {}
/** The answer cannot be read. */
export class AnswerError extends PegcountError {}
/** An asynchronous job ended badly. */
export class JobError extends PegcountError {}
/** The caller cancelled. */
export class CancelledError extends PegcountError {}

const CLASSES: Record<ErrorClass, typeof PegcountError> = {
  Config: ConfigError,
  Query: QueryError,
  Auth: AuthError,
  Forbidden: ForbiddenError,
  NotFound: NotFoundError,
  Limit: LimitError,
  Server: ServerError,
  Network: NetworkError,
  Answer: AnswerError,
  Job: JobError,
  Cancelled: CancelledError,
};

/** @internal The error of a shape of the core. */
export function errorOf(shape: WireError, options?: { cause?: unknown; severity?: "error" | "warning" }): PegcountError {
  return new CLASSES[shape.class](shape, options);
}

/** @internal What was thrown, by the core as a shape, as an error. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  if (typeof thrown === "object" && thrown !== null && "class" in thrown) return errorOf(thrown as WireError);
  return new Error("something was thrown that is no error", { cause: thrown });
}

/** @internal Does something in the core, and throws what it throws as an error of its class. */
export function asking<T>(ask: () => T): T {
  try {
    return ask();
  } catch (thrown) {
    throw asError(thrown);
  }
}
