// Tables: their bytes as the core wrote them, and what is made of them when it is asked for.

import type { Column, Place } from "./column.js";
import { columnOf } from "./column.js";
import { asking } from "./errors.js";
import type { TablesModule } from "./modules.js";
import type { Context } from "./wire.js";

/** The values of a row by column: of times as `Date`. */
export type Cell = string | number | boolean | Date | (string | null)[] | null;

/** Rows of one kind. `R` is what a row looks like. */
export class Table<R extends object = Record<string, Cell>> implements Iterable<R> {
  readonly name: string;
  /** How many rows. */
  readonly length: number;
  readonly #module: TablesModule;
  readonly #stream: Uint8Array;
  #columns: Map<string, Column> | null = null;

  /** @internal */
  constructor(module: unknown, name: string, length: number, stream: Uint8Array) {
    this.#module = module as TablesModule;
    this.name = name;
    this.length = length;
    this.#stream = stream;
  }

  /** The names of the columns, in order. */
  get columnNames(): string[] {
    return [...this.#lay().keys()];
  }

  /** The columns by name. */
  get columns(): { readonly [K in keyof R]: Column } {
    return Object.fromEntries(this.#lay()) as { [K in keyof R]: Column };
  }

  /** A column. Throws `RangeError` for one that is not there. */
  column(name: keyof R & string): Column {
    const found = this.#lay().get(name);
    if (found === undefined) throw new RangeError(`there is no column ${name}: ${this.columnNames.join(", ")}`);
    return found;
  }

  /** The rows as objects, with times as `Date`, from `start` to before `end`. */
  rows(start = 0, end = this.length): R[] {
    return Array.from(this.#each(start, end));
  }

  /** The rows one by one. */
  [Symbol.iterator](): Iterator<R> {
    return this.#each(0, this.length);
  }

  /** The bytes of an Arrow IPC stream, with the exact types: `tableFromIPC` of `apache-arrow` reads it. */
  toArrow(): Uint8Array<ArrayBuffer> {
    return this.#stream.slice();
  }

  /** CSV with a line of column names. */
  toCSV(): string {
    return new TextDecoder().decode(asking(() => this.#module.csv(this.#stream)));
  }

  /** JSON, one object a line. */
  toNDJSON(): string {
    return new TextDecoder().decode(asking(() => this.#module.ndjson(this.#stream)));
  }

  /** The rows: `JSON.stringify` finds them. */
  toJSON(): R[] {
    return this.rows();
  }

  *#each(start: number, end: number): Generator<R, void, undefined> {
    const columns = [...this.#lay()].map(([name, column]) => [name, cells(column)] as const);
    for (let row = Math.max(0, start); row < Math.min(end, this.length); row++) {
      const object: Record<string, Cell> = {};
      for (const [name, cell] of columns) object[name] = cell(row);
      yield object as R;
    }
  }

  #lay(): Map<string, Column> {
    if (this.#columns === null) {
      const [block, layout] = asking(() => this.#module.columns(this.#stream)) as [
        Uint8Array<ArrayBuffer>,
        { rows: number; columns: Place[] },
      ];
      const pair = (place: Place) => [place.name ?? "", columnOf(block.buffer, place, layout.rows)] as const;
      this.#columns = new Map(layout.columns.map(pair));
    }
    return this.#columns;
  }
}

function cells(column: Column): (row: number) => Cell {
  if (column.kind !== "time") return (row) => column.get(row);
  return (row) => {
    const time = column.get(row);
    return time === null ? null : new Date(time);
  };
}

/** Tables by name, and the main one as `table`. `T` says what the rows of each look like. */
export type Tables<T, M extends keyof T = keyof T> = {
  readonly [K in keyof T]: Table<T[K] & object>;
} & {
  /** The main table: the only one of aggregates and listings. */
  readonly table: Table<T[M] & object>;
};

/** @internal The tables of these names, each read from the bytes when it is first asked for. */
export function lazily<T, M extends keyof T>(
  names: readonly string[],
  load: (names?: string[]) => Table[],
): Tables<T, M> {
  const read = new Map<string, Table>();
  const find = (name: string): Table | undefined => {
    // One alone costs a part of what all of them cost; from the fourth on it is cheaper to have them all.
    if (!read.has(name)) {
      for (const table of read.size < 3 ? load([name]) : load()) if (!read.has(table.name)) read.set(table.name, table);
    }
    return read.get(name);
  };
  const tables = {};
  for (const name of names) Object.defineProperty(tables, name, { get: () => find(name), enumerable: true });
  const [main] = names;
  Object.defineProperty(tables, "table", { get: () => (main === undefined ? undefined : find(main)) });
  return tables as Tables<T, M>;
}

/** @internal Reads the tables of an answer, or those named. */
export function decodeWith(
  module: TablesModule,
  context: Context | { report: object },
  body: Uint8Array,
  names?: readonly string[],
): Table[] {
  const decoded = asking(() => module.decode(context, body, names && [...names]));
  return decoded.map((table) => {
    const { name, rows, stream } = table;
    table.free();
    return new Table(module, name, rows, stream);
  });
}

/** @internal Several tables of one name as one. */
export function joined(module: TablesModule, parts: readonly Table[]): Table {
  const [first] = parts;
  if (first === undefined) throw new RangeError("nothing to put together");
  if (parts.length === 1) return first;
  const stream = asking(() => module.concat(parts.map((part) => part.toArrow())));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return new Table(module, first.name, length, stream);
}
