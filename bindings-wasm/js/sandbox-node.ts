// A simulated organisation for tests, in Node.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { sandboxOn } from "./genesys.js";

/** Founds an organisation of its own for a test. */
export const sandbox = sandboxOn({ browser: false, module: () => readFile(join(__dirname, "sandbox.wasm")) });

export { Genesys } from "./genesys.js";
export type { Asked, Fault, SandboxClient, SandboxOptions } from "./genesys.js";
