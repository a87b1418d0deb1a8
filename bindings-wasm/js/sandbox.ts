// A simulated organisation for tests, in browsers, workers and bundlers.

import { sandboxOn } from "./genesys.js";

/** Founds an organisation of its own for a test. */
export const sandbox = sandboxOn({
  // A page has a document, a worker imports scripts; a server's runtime has neither.
  browser: "document" in globalThis || "importScripts" in globalThis,
  // Written so that bundlers see which file belongs to it.
  module: async () => new URL("./sandbox.wasm", import.meta.url),
});

export { Genesys } from "./genesys.js";
export type { Asked, Fault, SandboxClient, SandboxOptions } from "./genesys.js";
