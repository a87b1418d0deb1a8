// Serves the page on a free port, and says what to type into it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

const [program, dist] = process.argv.slice(2);
const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", wasm: "application/wasm" };

const server = createServer(async ({ url }, response) => {
  const name = url === "/" ? "index.html" : url.slice(1);
  // `pegcount/` is the package; nothing else has a folder.
  const file = name.startsWith("pegcount/") ? `${dist}/${name.slice(9)}` : new URL(name, import.meta.url);
  const found = /^(pegcount\/)?\w+\.\w+$/.test(name) ? await readFile(file).catch(() => null) : null;
  response.writeHead(found === null ? 404 : 200, { "Content-Type": TYPES[name.split(".").at(-1)] ?? "text/plain" });
  response.end(found);
}).listen(0, "127.0.0.1");
await once(server, "listening");

// Its input is a pipe: it ends with this process, however that ends.
const sandbox = spawn(program, ["--seed", "7", "--until-stdin-closes"], { stdio: ["pipe", "pipe", "inherit"] });
const [line] = await once(createInterface(sandbox.stdout), "line");
const ready = JSON.parse(line);
const answer = await fetch(`${ready.login}/oauth/token`, {
  method: "POST",
  body: new URLSearchParams({ grant_type: "client_credentials", ...ready.clients.reporting }),
});
console.log(`page:    http://127.0.0.1:${server.address().port}/`);
console.log(`address: ${ready.api}`);
console.log(`token:   ${(await answer.json()).access_token}`);
console.log(`day:     ${ready.interval.slice(0, 10)}`);
