// The tarball as its users load it: both ways in Node, and in TypeScript.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import * as pegcount from "pegcount";
import { ME, fine, scripted } from "./support.mjs";

const dist = dirname(fileURLToPath(import.meta.resolve("pegcount")));

test("import and require give the same classes, and both work", async () => {
  const required = createRequire(import.meta.url)("pegcount");
  assert.equal(required.Client, pegcount.Client);
  assert.equal(required.ForbiddenError, pegcount.ForbiddenError);
  const options = { region: "use1", clientId: "id", clientSecret: "s", tokenStore: false, fetch: scripted(fine) };
  for (const { Client } of [pegcount, required]) {
    const client = await Client.create(options);
    assert.deepEqual(await client.call(...ME).json(), { id: "me" });
    await client.close();
  }
});

test("the page's half has the same names, but for files", async () => {
  const page = await import(join(dist, "index.js"));
  assert.deepEqual(Object.keys(page).sort(), Object.keys(pegcount).filter((name) => name !== "FileStore" && name !== "default").sort());
});

test("nothing is installed along with it, and nothing is in it that nobody needs", () => {
  const manifest = JSON.parse(readFileSync(join(dist, "..", "package.json"), "utf8"));
  assert.equal(manifest.dependencies, undefined);
  assert.deepEqual(readdirSync(join(dist, "..")).sort(), ["README.md", "dist", "package.json"]);
  const large = readdirSync(dist).filter((name) => statSync(join(dist, name)).size > 200_000);
  assert.deepEqual(large.sort(), ["core.wasm", "node.wasm", "sandbox.wasm", "tables.wasm"]);
});

test("the types hold, in every way of loading them", () => {
  const tsc = join(process.env.PROJECT, "node_modules/.bin/tsc");
  for (const file of ["usage.ts", "usage.mts", "usage.cts"]) {
    const flags = ["--strict", "--noEmit", "--target", "es2022", "--lib", "es2023,dom,dom.iterable,esnext.disposable", "--types", "node"];
    const way = file === "usage.ts" ? ["--module", "esnext", "--moduleResolution", "bundler"] : ["--module", "nodenext"];
    const folder = join(process.env.PROJECT, "tests", "types");
    if (file !== "usage.ts") copyFileSync(join(folder, "usage.ts"), join(folder, file));
    const { status, stdout } = spawnSync(tsc, [...flags, ...way, join(folder, file)], { encoding: "utf8" });
    assert.equal(status, 0, `${file}:\n${stdout}`);
  }
});

test("no type is `any`", () => {
  for (const name of readdirSync(join(dist, "types"))) {
    const text = readFileSync(join(dist, "types", name), "utf8").replace(/\/\*\*.*?\*\//gs, "");
    assert.ok(!/[:<|,(] *any\b/.test(text), name);
  }
});
