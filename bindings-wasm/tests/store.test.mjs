// The token file: shared by clients, by processes, and with Python.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";

import { FileStore } from "pegcount";
import { FakeClock, ME, Sandbox, clientOn, fine, refusal } from "./support.mjs";

let sandbox;
before(async () => (sandbox = await Sandbox.start("--org", "small", "--rate", "0")));
after(() => sandbox.stop());
beforeEach(() => sandbox.reset());
const folder = () => mkdtempSync(join(tmpdir(), "pegcount-"));
const logins = async () => (await sandbox.requests("/oauth/token")).length;

test("the four operations", async () => {
  const store = new FileStore(join(folder(), "deep", "token.json"));
  assert.equal(await store.load(), null);
  assert.equal(await store.lock("a", null), "a");
  assert.equal(await store.lock("b", null), "a");
  assert.equal(await store.lock("b", "c"), "a");
  assert.equal(await store.lock("b", "a"), "b");
  await store.unlock("a");
  assert.equal(await store.lock("a", null), "b");
  await store.unlock("b");
  await store.save("one");
  await store.save("two");
  assert.equal(await store.load(), "two");
  assert.equal(statSync(store.path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(store.path, "..")), ["token.json"]);
  assert.equal(await store.clear(), true);
  assert.equal(await store.clear(), false);
});

test("a lock that cannot be written is not there, with hard links and without", async (t) => {
  const { path } = new FileStore(join(folder(), "token.json"));
  const store = new FileStore(path);
  const tried = async () => {
    // What is no text fails as a full disk does: once the file is open.
    assert.ok((await refusal(store.lock(7, null))) instanceof Error);
    assert.deepEqual(readdirSync(join(path, "..")), []);
    assert.equal(await store.lock("a", null), "a");
    assert.equal(await store.lock("b", null), "a");
    assert.equal(statSync(`${path}.lock`).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(path, "..")), ["token.json.lock"]);
    await store.unlock("a");
  };
  await tried();
  const linked = t.mock.method(createRequire(import.meta.url)("node:fs/promises"), "link", async () => {
    throw Object.assign(new Error("no hard links here"), { code: "EPERM" });
  });
  await tried();
  assert.equal(linked.mock.callCount(), 2);
});

test("a process that dies while it makes the lock leaves none", { skip: process.platform === "win32" && "no limit of that kind" }, async () => {
  const path = join(folder(), "token.json");
  // The first byte is one too many: whoever writes it is killed, or told so.
  const program = `import { FileStore } from "pegcount"; await new FileStore(${JSON.stringify(path)}).lock("a", null);`;
  const limited = ["-c", 'ulimit -c 0; ulimit -f 0; exec "$0" --input-type=module -e "$1"', process.execPath, program];
  const { status } = spawnSync("sh", limited, { cwd: join(process.env.PROJECT, "tests"), encoding: "utf8" });
  assert.notEqual(status, 0);
  assert.ok(!readdirSync(join(path, "..")).includes("token.json.lock"));
  assert.equal(await new FileStore(path).lock("b", null), "b");
});

test("a lock without an owner is taken over, too", async () => {
  const path = join(folder(), "token.json");
  writeFileSync(`${path}.lock`, "");
  const { client } = await clientOn(fine, { tokenStore: path, clock: new FakeClock() });
  assert.deepEqual(await client.call(...ME).json(), { id: "me" });
  await client.close();
  assert.deepEqual(readdirSync(join(path, "..")), ["token.json"]);
});

test("what a process left behind that died while it wrote is removed by the next that saves", async () => {
  const path = join(folder(), "token.json");
  const old = ["token.json.12.0a1b2c3d", "token.json.lock.12.0a1b2c3d"];
  const others = ["token.json.12.0a1b2c3e", "token.json.bak", "token.json.2024.12", "other.json.12.0a1b2c3d", "xtoken.json.12.0a1b2c3d"];
  const now = Date.now() / 1000;
  for (const name of [...old, ...others]) {
    writeFileSync(join(path, "..", name), "");
    // The first of the others is young: whoever makes it may be about to rename it.
    if (name !== others[0]) utimesSync(join(path, "..", name), now - 90, now - 90);
  }
  await new FileStore(path).save("record");
  assert.deepEqual(readdirSync(join(path, "..")).sort(), [...others, "token.json"].sort());
});

test("clients share a log-in, and leave no lock", async () => {
  const path = join(folder(), "token.json");
  for (let n = 0; n < 3; n++) {
    const client = await sandbox.client("reporting", { tokenStore: path });
    assert.ok((await client.directory({ of: "queues" }).read()).table.length > 0);
    await client.close();
  }
  assert.equal(await logins(), 1);
  assert.deepEqual(readdirSync(join(path, "..")), ["token.json"]);
});

test("a file that is open to others is not used", async () => {
  const path = join(folder(), "token.json");
  const ask = async () => {
    const client = await sandbox.client("reporting", { tokenStore: path });
    await client.directory({ of: "queues" }).read();
    await client.close();
    return client.notices;
  };
  await ask();
  const { uid } = statSync(path);
  // A file can be given away by root alone.
  const spoilt = [[0o644, uid, "has mode 0644, which lets others at the token"], ...(uid === 0 ? [[0o600, 12345, "(mode 0600) belongs to another user"]] : [])];
  for (const [mode, owner, why] of spoilt) {
    chmodSync(path, mode);
    chownSync(path, owner, -1);
    const [told, minted] = await ask();
    assert.deepEqual([told.kind, minted.kind], ["store", "minted"]);
    assert.ok(told.text.includes(`${path} ${why}`) && told.text.includes(`chmod 600 ${path}`), told.text);
    assert.ok(!told.text.includes(JSON.parse(readFileSync(path, "utf8")).access_token));
    chmodSync(path, 0o600);
    chownSync(path, uid, -1);
  }
  assert.deepEqual((await ask()).map(({ kind }) => kind), ["shared"]);
  assert.equal(await logins(), 1 + spoilt.length);
});

test("many clients that begin at once log in once", async () => {
  const path = join(folder(), "token.json");
  const ask = async () => {
    const client = await sandbox.client("reporting", { tokenStore: path });
    await client.directory({ of: "queues" }).read();
    await client.close();
  };
  await Promise.all(Array.from({ length: 8 }, ask));
  assert.equal(await logins(), 1);
});

test("a client that is closed while it logs in gives the lock back", async () => {
  const path = join(folder(), "token.json");
  let asked;
  const begun = new Promise((resolve) => (asked = resolve));
  const hang = () => (asked(), new Promise(() => {}));
  const { client } = await clientOn(fine, { fetch: hang, tokenStore: path });
  const waiting = refusal(client.call(...ME).json());
  await begun;
  assert.ok(readFileSync(`${path}.lock`, "utf8").length > 0);
  await client.close();
  assert.equal((await waiting).code, "cancelled");
  assert.deepEqual(readdirSync(join(path, "..")), []);
});

test("a lock that nobody holds any more is taken over", async () => {
  const path = join(folder(), "token.json");
  writeFileSync(`${path}.lock`, "gone");
  const { client } = await clientOn(fine, { tokenStore: path, clock: new FakeClock() });
  assert.deepEqual(await client.call(...ME).json(), { id: "me" });
  await client.close();
  assert.deepEqual(readdirSync(join(path, "..")), ["token.json"]);
});

test("a store of one's own, and none for a ready token", async () => {
  const kept = new Map();
  const store = { load: () => kept.get("record") ?? null, lock: (owner) => owner, save: (record) => void kept.set("record", record), unlock: () => {} };
  const { client } = await clientOn(fine, { tokenStore: store });
  await client.call(...ME).json();
  assert.ok(kept.get("record").includes("tok-SECRET-1"));
  assert.equal(client.tokenStore, store);
  await client.close();
  const ready = await sandbox.client("reporting", { clientId: undefined, clientSecret: undefined, token: "t", tokenStore: undefined });
  assert.equal(ready.tokenStore, null);
  await ready.close();
});

/** A store in memory that lets others go first, and remembers what was asked of it. */
function slowStore(more = {}) {
  const asked = [];
  const slowly = (name, answer) => async (...given) => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    asked.push(name);
    return answer(...given);
  };
  const store = { load: slowly("load", () => null), lock: slowly("lock", (owner) => owner), save: slowly("save", () => {}), unlock: slowly("unlock", () => {}) };
  return Object.assign(store, more, { asked });
}

test("when a report has ended, the log-in that it caused is saved and unlocked", async () => {
  const whole = ["load", "lock", "load", "save", "unlock"];
  const ends = {
    read: (result) => result.read(),
    json: (result) => result.json(),
    "the loop": async (result) => {
      for await (const page of result) assert.equal(page.number, 1);
    },
    "leaving the loop": async (result) => {
      for await (const _ of result) break;
    },
  };
  for (const [name, end] of Object.entries(ends)) {
    const tokenStore = slowStore();
    const { client } = await clientOn(() => new Response('{"entities":[],"total":0}'), { tokenStore });
    await end(client.directory({ of: "queues" }));
    assert.deepEqual(tokenStore.asked, whole, name);
    await client.close();
  }
  const tokenStore = slowStore();
  const { client } = await clientOn(() => new Response("{}", { status: 404 }), { tokenStore });
  assert.equal((await refusal(client.call(...ME).json())).name, "NotFoundError");
  assert.deepEqual(tokenStore.asked, whole);
  await client.close();
});

test("who cancels does not wait for the store", async () => {
  const stop = new AbortController();
  let go;
  const held = new Promise((resolve) => (go = resolve));
  const tokenStore = slowStore({ save: () => (stop.abort(), held) });
  const { client } = await clientOn(fine, { tokenStore });
  const error = await refusal(client.call(...ME, { signal: stop.signal }).json());
  assert.equal(error.code, "cancelled");
  assert.ok(!tokenStore.asked.includes("unlock"));
  go();
  await client.close();
  assert.equal(tokenStore.asked.at(-1), "unlock");
});

test("who cancels while the store is waited for does not wait on", async () => {
  const stop = new AbortController();
  let go;
  const held = new Promise((resolve) => (go = resolve));
  const tokenStore = slowStore({ save: () => held });
  const { client } = await clientOn(fine, { tokenStore });
  const result = client.call(...ME, { signal: stop.signal });
  assert.equal((await result.next()).value.number, 1);
  let ended = false;
  const end = result.next().then((last) => ((ended = true), last));
  while (result.summary === null && !ended) await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  assert.equal((await end).done, true);
  go();
  await client.close();
});

test("a process that exits after its report leaves neither lock nor temporary file", () => {
  const path = join(folder(), "token.json");
  const program = `import { ME, clientOn, fine } from "./support.mjs";
const { client } = await clientOn(fine, { tokenStore: ${JSON.stringify(path)} });
await client.call(...ME).json(); process.exit(0);`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { cwd: join(process.env.PROJECT, "tests"), encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.deepEqual(readdirSync(join(path, "..")), ["token.json"]);
});

test("a store that gives what it should not is told once, and reports go on", async () => {
  const ring = new Error("tok-SECRET-1");
  ring.cause = ring;
  const fit = { load: () => null, lock: (owner) => owner, save: () => {}, unlock: () => {} };
  const wrong = [
    [{ load: () => Buffer.from("tok-SECRET-1") }, /load gave a\w* object/],
    [{ load: () => 7 }, /load gave a number/],
    [{ load: () => ({ access_token: "tok-SECRET-1" }) }, /load gave a\w* object/],
    [{ lock: () => undefined }, /lock gave undefined/],
    [{ lock: () => null }, /lock gave null/],
    [{ lock: async () => true }, /lock gave a boolean/],
    [{ lock: () => Symbol("tok-SECRET-1") }, /lock gave a symbol/],
    [{ load: () => { throw ring; } }, /Error/],
    [{ save: () => Promise.reject({ class: "Config", message: "tok-SECRET-1" }) }, /object/],
    [{ load: undefined }, /TypeError/],
  ];
  for (const [more, said] of wrong) {
    const { client } = await clientOn(fine, { tokenStore: { ...fit, ...more } });
    for (let n = 0; n < 2; n++) assert.deepEqual(await client.call(...ME).json(), { id: "me" }, `${said}`);
    await client.close();
    const told = client.notices.filter(({ kind }) => kind === "store").map(({ text }) => text);
    assert.equal(told.length, 1, `${said}: ${told}`);
    assert.match(told[0], said);
    assert.ok(!told[0].includes("SECRET"));
  }
});

test("environment, profiles and the token file are those of Python", { skip: process.env.PYTHON === undefined && "no Python package here" }, async () => {
  const home = folder();
  const { clientId, clientSecret, apiUrl, loginUrl } = sandbox.settings();
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    XDG_CACHE_HOME: join(home, "cache"),
    XDG_CONFIG_HOME: join(home, "config"),
    SANDBOX_BIN: process.env.SANDBOX_BIN,
    REPOSITORY: process.env.REPOSITORY,
    PEGCOUNT_API_URL: apiUrl,
    PEGCOUNT_LOGIN_URL: loginUrl,
    GENESYSCLOUD_OAUTHCLIENT_ID: clientId,
    GENESYSCLOUD_OAUTHCLIENT_SECRET: clientSecret,
  };
  const run = (program, ...args) => {
    const { status, stdout, stderr } = spawnSync(program, args, { env, cwd: join(process.env.PROJECT, "tests"), encoding: "utf8", maxBuffer: 1 << 28 });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  // The same rows, byte for byte, from one log-in.
  const interval = sandbox.interval;
  const python = `import pegcount, sys; t = pegcount.Client().conversations("${interval}").read()
for name in t: sys.stdout.write(t[name].to_csv() or "")`;
  const node = `import { Client } from "pegcount"; const c = await Client.create();
const t = await c.conversations({ interval: "${interval}" }).read();
for (const name of Object.keys(t)) process.stdout.write(t[name].toCSV()); await c.close();`;
  const rows = run(process.env.PYTHON, "-c", python);
  assert.equal(await logins(), 1);
  assert.equal(run(process.execPath, "--input-type=module", "-e", node), rows);
  assert.equal(await logins(), 1);
  assert.ok(rows.length > 100_000);
});
