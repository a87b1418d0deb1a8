// The package in browsers, workers and bundlers.

import { runOn } from "./platform.js";

runOn({
  // A page has a document, a worker imports scripts; a server's runtime has neither.
  browser: "document" in globalThis || "importScripts" in globalThis,
  keeps: false,
  // Written so that bundlers see which files belong to the package.
  module: async (name) =>
    name === "core" ? new URL("./core.wasm", import.meta.url) : new URL("./tables.wasm", import.meta.url),
  surroundings: async () => ({ environment: {} }),
  store: () => null,
});

export * from "./api.js";
