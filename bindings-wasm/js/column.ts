// Columns over one block of bytes, in the layout of `pegcount::tables::write::flat`.

/** Where a column lies in its block. */
export interface Place {
  name?: string;
  kind: "bool" | "float" | "int" | "list" | "text" | "time" | "unknown";
  validity?: number | null;
  values?: number | null;
  offsets?: number | null;
  items?: Place | null;
}

interface Cells<V> extends Iterable<V | null> {
  readonly name: string;
  /** How many rows. */
  readonly length: number;
  /** A bitmap of the rows that hold a value, the lowest bit first; null where all do. */
  readonly validity: Uint8Array | null;
  /** The value of a row, or null. */
  get(row: number): V | null;
  /** All of them. */
  toArray(): (V | null)[];
}

/** Numbers; of `time` in milliseconds since 1970 UTC. Whole numbers above 2^53 lose digits here, but not in `toArrow()`. */
export interface NumberColumn extends Cells<number> {
  readonly kind: "float" | "int" | "time";
  /** One a row; 0 where there is no value. */
  readonly values: Float64Array;
}

export interface BoolColumn extends Cells<boolean> {
  readonly kind: "bool";
  /** 1 or 0, one a row. */
  readonly values: Uint8Array;
}

/** Text, made into strings when it is asked for. */
export interface TextColumn extends Cells<string> {
  readonly kind: "text";
  /** UTF-8. */
  readonly values: Uint8Array;
  /** Where the text of each row begins in `values`, and where the last one ends. */
  readonly offsets: Int32Array;
}

export interface ListColumn extends Cells<(string | null)[]> {
  readonly kind: "list";
  /** Where the list of each row begins in `items`, and where the last one ends. */
  readonly offsets: Int32Array;
  readonly items: TextColumn;
}

export type Column = NumberColumn | BoolColumn | TextColumn | ListColumn;

/** Lays a column over its block. */
export function columnOf(block: ArrayBuffer, place: Place, length: number): Column {
  const { kind } = place;
  const words = place.values === undefined || place.values === null ? null : place.values;
  const empty = words === null && !place.items;
  const validity =
    empty && length > 0
      ? new Uint8Array(bytesOf(length))
      : at(place.validity, (from) => new Uint8Array(block, from, bytesOf(length)));
  const has = (row: number) => row >= 0 && row < length && (validity === null || bit(validity, row));
  const cells = <V>(value: (row: number) => V): Cells<V> => ({
    name: place.name ?? "",
    length,
    validity,
    get: (row) => (has(row) ? value(row) : null),
    toArray: () => Array.from({ length }, (_, row) => (has(row) ? value(row) : null)),
    *[Symbol.iterator]() {
      for (let row = 0; row < length; row++) yield has(row) ? value(row) : null;
    },
  });
  const offsets = at(place.offsets, (from) => new Int32Array(block, from, length + 1)) ?? new Int32Array(length + 1);
  const end = offsets[length] ?? 0;
  switch (kind) {
    case "float":
    case "int":
    case "time": {
      const numbers = words === null ? new Float64Array(length) : new Float64Array(block, words, length);
      const values = kind === "float" || words === null ? numbers : whole(new Int32Array(block, words, length * 2));
      return { kind, values, ...cells((row) => values[row] ?? 0) };
    }
    case "bool": {
      const bits = words === null ? new Uint8Array(bytesOf(length)) : new Uint8Array(block, words, bytesOf(length));
      const values = Uint8Array.from({ length }, (_, row) => Number(bit(bits, row)));
      return { kind, values, ...cells((row) => values[row] === 1) };
    }
    case "list": {
      const items = columnOf(block, place.items ?? { kind: "text" }, end) as TextColumn;
      const list = (row: number) => Array.from(span(offsets, row), (item) => items.get(item));
      return { kind, offsets, items, ...cells(list) };
    }
    case "text":
    case "unknown": {
      const values = words === null ? new Uint8Array() : new Uint8Array(block, words, end);
      return { kind: "text", values, offsets, ...cells(texts(values, offsets)) };
    }
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads texts one by one. Where all is ASCII, which is nearly always, they are cut from one string: ten times faster. */
function texts(bytes: Uint8Array, offsets: Int32Array): (row: number) => string {
  let joined: string | null = null;
  let looked = false;
  return (row) => {
    if (!looked) {
      looked = true;
      const text = decoder.decode(bytes);
      if (text.length === bytes.length) joined = text;
    }
    const [from, to] = [offsets[row] ?? 0, offsets[row + 1] ?? 0];
    return joined === null ? decoder.decode(bytes.subarray(from, to)) : joined.slice(from, to);
  };
}

/** 64-bit integers, little-endian, as the numbers that JavaScript has. */
function whole(halves: Int32Array): Float64Array {
  const values = new Float64Array(halves.length / 2);
  for (let row = 0; row < values.length; row++) {
    values[row] = (halves[2 * row + 1] ?? 0) * 4_294_967_296 + ((halves[2 * row] ?? 0) >>> 0);
  }
  return values;
}

function* span(offsets: Int32Array, row: number): Iterable<number> {
  for (let item = offsets[row] ?? 0; item < (offsets[row + 1] ?? 0); item++) yield item;
}

function at<T>(position: number | null | undefined, view: (from: number) => T): T | null {
  return position === undefined || position === null ? null : view(position);
}

function bit(bitmap: Uint8Array, row: number): boolean {
  return (((bitmap[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}

function bytesOf(bits: number): number {
  return Math.ceil(bits / 8);
}
