// Plain data of what people hold in hand: what the core can read.

/** Deeper than any request body; a list that holds itself ends here. */
const DEPTH = 100;

/** Takes times, iterables and maps for what they mean, and leaves out what is undefined. */
export function plain(value: unknown, depth = 0): unknown {
  if (depth > DEPTH) throw new TypeError("what is nested so deep cannot become JSON");
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`${value} cannot become JSON`);
  if (typeof value === "function" || typeof value === "symbol") throw new TypeError(`a ${typeof value} cannot become JSON`);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return fields(value, depth);
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, (item) => plain(item ?? null, depth + 1));
  return fields(Object.entries(value), depth);
}

/** The same with names as the core writes them: `groupBy` becomes `group_by`. What lies deeper keeps its names. */
export function snake(value: object): Record<string, unknown> {
  const entries = Object.entries(plain(value) as object);
  return Object.fromEntries(entries.map(([name, item]) => [name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`), item]));
}

function fields(entries: Iterable<[unknown, unknown]>, depth: number): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, item] of entries) {
    // Defined, not assigned: a key may be called `__proto__`.
    if (item !== undefined) {
      const value = plain(item, depth + 1);
      Object.defineProperty(object, String(name), { value, enumerable: true, configurable: true, writable: true });
    }
  }
  return object;
}
