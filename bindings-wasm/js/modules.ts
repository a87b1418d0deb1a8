// The two WebAssembly modules, each loaded once, when first needed.

import { platform } from "./platform.js";
import * as core from "./wasm/core.js";
import * as tables from "./wasm/tables.js";

export type Core = typeof core;
export type TablesModule = typeof tables;

interface Glue {
  default(options: { module_or_path: BufferSource | URL }): Promise<unknown>;
}

function once<G extends Glue>(name: "core" | "tables", glue: G): () => Promise<G> {
  let loaded: Promise<G> | undefined;
  const load = async (): Promise<G> => {
    await glue.default({ module_or_path: await platform().module(name) });
    return glue;
  };
  return () =>
    (loaded ??= load().catch((error: unknown) => {
      // A file that could not be fetched may be there the next time.
      loaded = undefined;
      throw error;
    }));
}

/** The session and all that needs no tables. */
export const loadCore = once("core", core);
/** Decoding, columns, texts. */
export const loadTables = once("tables", tables);
