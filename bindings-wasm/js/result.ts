// What a report yields: pages, pulled one by one, and tables.

import { errorOf } from "./errors.js";
import { TABLES } from "./generated.js";
import type { TablesModule } from "./modules.js";
import { loadTables } from "./modules.js";
import type { Summary } from "./notice.js";
import { summaryOf } from "./notice.js";
import type { Pump } from "./pump.js";
import type { Table, Tables } from "./table.js";
import { decodeWith, joined, lazily } from "./table.js";
import type { Context } from "./wire.js";

/** What the API calls the rows of a page. */
const ROWS = ["entities", "conversations", "results"];

/** @internal A report as data: what it is called, and what it asks. */
export interface Asking {
  report: string;
  of?: string;
}

/** @internal The names of the tables that a report yields, the main one first. */
export function tableNames({ report, of }: Asking): readonly string[] {
  return TABLES[report] ?? (of === undefined ? [] : [of]);
}

/** One answer of the server: its bytes, and the tables in it when they are asked for. */
export class Page<T = unknown, M extends keyof T = keyof T> {
  /** The answer as it came. */
  readonly body: Uint8Array;
  /** 1 for the first page. */
  readonly number: number;
  /** The id to give to Genesys support. */
  readonly requestId: string | null;
  /** The rows of this page by table, each read when first asked for. */
  readonly tables: Tables<T, M>;

  /** @internal */
  constructor(context: object, body: Uint8Array, names: readonly string[], load: (names?: readonly string[]) => Table[]) {
    const { number, request_id } = context as Context;
    this.body = body;
    this.number = number;
    this.requestId = request_id ?? null;
    this.tables = lazily(names, load);
  }

  /** The main table of this page. */
  get table(): Table<T[M] & object> {
    const { table }: { table: Table<T[M] & object> } = this.tables;
    return table;
  }

  /** The answer as text. */
  text(): string {
    return new TextDecoder().decode(this.body);
  }

  /** The answer as objects; null if it is empty. */
  json<J = unknown>(): J {
    const text = this.text();
    return (text.trim() === "" ? null : JSON.parse(text)) as J;
  }
}

/**
 * A report under way: `for await` over its pages, or `read` it whole.
 *
 * Nothing is sent before the first page is asked for, and no further page is fetched before the one at hand is done
 * with: memory stays flat.
 */
export class Result<T = unknown, M extends keyof T = keyof T> implements AsyncIterableIterator<Page<T, M>> {
  /** The ids of the answers so far, to give to Genesys support. */
  readonly requestIds: string[] = [];
  /** What the report did, once it has ended. */
  summary: Summary | null = null;
  readonly #pump: Pump;
  readonly #call: number;
  readonly #report: Asking;
  readonly #names: readonly string[];
  readonly #signal: AbortSignal | undefined;
  readonly #abort: () => void;
  #open = true;
  /** Whether somebody takes all pages that are left. */
  #taken = false;
  /** One page after another, whoever asks. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @internal */
  constructor(pump: object, call: number, report: Asking, signal?: AbortSignal) {
    const carrier = pump as Pump;
    this.#pump = carrier;
    this.#call = call;
    this.#report = report;
    this.#names = tableNames(report);
    this.#signal = signal;
    // Not through `this`: a signal that lives long must not hold what was let go.
    this.#abort = () => carrier.cancel(call);
    abandoned.register(this, { pump: new WeakRef(carrier), call }, this);
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener("abort", this.#abort);
  }

  next(): Promise<IteratorResult<Page<T, M>, undefined>> {
    const page = this.#turn.then(() => this.#next());
    this.#turn = page.catch(() => {});
    return page;
  }

  /** Gives up what was not read. */
  async return(): Promise<IteratorResult<Page<T, M>, undefined>> {
    this.close();
    await this.#pump.settled(this.#signal);
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * All pages that are left as tables, one of each name, or those named only.
   *
   * A result is read once: afterwards this throws a `TypeError`, as `json` does.
   */
  async read<K extends keyof T & string = keyof T & string>(
    names?: readonly K[],
  ): Promise<Tables<Pick<T, K>, K & (M extends K ? M : K)>> {
    this.#take();
    const module = await loadTables();
    const parts = new Map<string, Table[]>();
    const add = (table: Table) => parts.set(table.name, [...(parts.get(table.name) ?? []), table]);
    try {
      for await (const page of this) contexts.get(page)?.(names).forEach(add);
    } finally {
      this.close();
    }
    // What has no rows still has columns.
    if (parts.size === 0) decodeWith(module, { report: this.#report }, EMPTY, names).forEach(add);
    const whole = [...parts.values()].map((tables) => joined(module, tables));
    return lazily([...parts.keys()], (wanted) => whole.filter(({ name }) => wanted === undefined || wanted.includes(name)));
  }

  /** The answer as objects. Of several pages, the first with the rows of all of them. */
  async json<J = unknown>(): Promise<J> {
    this.#take();
    const pages: unknown[] = [];
    for await (const page of this) pages.push(page.json());
    const [first] = pages;
    if (pages.length < 2) return (first ?? null) as J;
    const rows = (page: unknown, name: string): unknown[] | null => {
      const found: unknown = isObject(page) ? page[name] : null;
      return Array.isArray(found) ? found : null;
    };
    const name = ROWS.find((name) => pages.every((page) => rows(page, name) !== null));
    if (name === undefined || !isObject(first)) return pages as J;
    return { ...first, [name]: pages.flatMap((page) => rows(page, name) ?? []) } as J;
  }

  /** Gives up what was not read. */
  close(): void {
    if (this.#open) this.#pump.forget(this.#call);
    this.#end();
  }

  /** Two that read at once would each have some of the pages. */
  #take(): void {
    if (!this.#open || this.#taken) throw new TypeError("this result has ended or was closed: keep what `read` gave, or ask again");
    this.#taken = true;
  }

  async #next(): Promise<IteratorResult<Page<T, M>, undefined>> {
    if (!this.#open) return { done: true, value: undefined };
    try {
      // The tables come while the answer does. What has none needs none.
      const tables = this.#names.length > 0 ? loadTables() : null;
      tables?.catch(() => {});
      const { emit, body } = await this.#pump.next(this.#call);
      if (emit.event === "done") this.summary = summaryOf(emit.summary);
      if (emit.event !== "page") await this.#pump.settled(this.#signal);
      switch (emit.event) {
        case "page":
          return { done: false, value: this.#page(emit.page, body, await tables) };
        case "done":
          this.#end();
          return { done: true, value: undefined };
        case "failed":
          throw errorOf(emit.error, this.#signal?.aborted ? { cause: this.#signal.reason } : {});
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #page(context: Context, body: Uint8Array, module: TablesModule | null): Page<T, M> {
    const load = (names?: readonly string[]) => (module === null ? [] : decodeWith(module, context, body, names));
    const page = new Page<T, M>(context, body, this.#names, load);
    contexts.set(page, load);
    if (page.requestId !== null) this.requestIds.push(page.requestId);
    return page;
  }

  #end(): void {
    this.#open = false;
    this.#signal?.removeEventListener("abort", this.#abort);
    abandoned.unregister(this);
  }
}

const EMPTY = new TextEncoder().encode("{}");

/** How the tables of a page are read, all at once or those named. */
const contexts = new WeakMap<object, (names?: readonly string[]) => Table[]>();

/** A result that was let go without being read is cancelled. */
const abandoned = new FinalizationRegistry<{ pump: WeakRef<Pump>; call: number }>(({ pump, call }) => {
  pump.deref()?.forget(call);
});

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
