// Where the package runs: what a page, a worker and Node do each in their own way.

import type { TokenStore } from "./store.js";

/** What is known of the configuration beside the arguments. */
export interface Surroundings {
  environment: Record<string, string>;
  pegcountToml?: string | undefined;
  gcToml?: string | undefined;
}

export interface Platform {
  /** Whether this is a page or a worker in a browser. */
  readonly browser: boolean;
  /** Whether tokens are kept here unless told otherwise. */
  readonly keeps: boolean;
  /** What a module is made of: bytes, or the place to fetch it from. */
  module(name: "core" | "tables"): Promise<BufferSource | URL>;
  /** The environment variables of these names, and the profiles. */
  surroundings(variables: string[]): Promise<Surroundings>;
  /** The place where the token of this key is shared, or one at a path; null where there is none. */
  store(key: string, path?: string): TokenStore | null;
}

let current: Platform | undefined;

/** Said once, by the package's entry. */
export function runOn(platform: Platform): void {
  current = platform;
}

export function platform(): Platform {
  if (current === undefined) throw new Error("pegcount was loaded in pieces");
  return current;
}
