// The package in Node, and in whatever has its modules.

import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { FileStore, folder, read } from "./filestore.js";
import { runOn } from "./platform.js";

runOn({
  browser: false,
  keeps: true,
  // Its core reads profiles, too.
  module: (name) => readFile(join(__dirname, name === "core" ? "node.wasm" : "tables.wasm")),
  async surroundings(variables) {
    const set = variables.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
    return {
      environment: Object.fromEntries(set),
      pegcountToml: await text(join(folder("config"), "pegcount.toml")),
      gcToml: await text(join(homedir(), ".gc", "config.toml")),
    };
  },
  store: (key, path) => new FileStore(path ?? join(folder("cache"), `${key}.json`)),
});

/** A file that cannot be read is one that is not there. */
async function text(path: string): Promise<string | undefined> {
  return (await read(path).catch(() => null)) ?? undefined;
}

export { FileStore };
export * from "./api.js";
