// The package in Chromium: a page, a worker, a build of Vite, and the example.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { tableFromIPC } from "apache-arrow";
import { chromium } from "playwright-core";
import { REPOSITORY, Sandbox } from "./support.mjs";

const dist = dirname(fileURLToPath(import.meta.resolve("pegcount")));
const TYPES = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };
const FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** Serves the files of folders: the prefix of a path says which. */
async function serve(folders) {
  const server = createServer(({ url }, response) => {
    const [prefix, folder] = Object.entries(folders).find(([prefix]) => url.startsWith(prefix)) ?? [];
    const file = prefix === undefined ? "" : join(folder, url.slice(prefix.length) || "index.html");
    response.setHeader("Content-Type", TYPES[file.split(".").at(-1)] ?? "text/html");
    response.end(existsSync(file) ? readFileSync(file) : "<!doctype html><title>blank</title>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

let sandbox, browser, site, settings;
before(async () => {
  sandbox = await Sandbox.start("--org", "small", "--rate", "0");
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS.split(" ") });
  site = await serve({ "/pegcount/": dist });
  settings = { apiUrl: sandbox.ready.api, loginUrl: sandbox.ready.login, token: await sandbox.token() };
});
after(async () => {
  await browser?.close();
  site?.stop();
  await sandbox?.stop();
});

/** What the same report is in Node. */
async function inNode() {
  const client = await sandbox.client();
  const { segments } = await client.conversations({ interval: sandbox.interval }).read(["segments"]);
  await client.close();
  return segments.toCSV();
}

/** Runs in the page or the worker: text in, text out. */
const REPORT = `async ({ from, settings, interval }) => {
  const { Client } = await import(from);
  const client = await Client.create(settings);
  const { segments } = await client.conversations({ interval }).read(["segments"]);
  await client.close();
  return segments.toCSV();
}`;

test("a page gets the rows that Node gets, and loads the tables when it needs them", async () => {
  const page = await browser.newPage();
  const fetched = [];
  page.on("request", (request) => fetched.push(request.url().split("/").at(-1)));
  await page.goto(site.url);
  const named = await page.evaluate(async ({ settings }) => {
    const { Client } = await import("/pegcount/index.js");
    const client = await Client.create(settings);
    return client.call("GET", "/api/v2/organizations/me").json();
  }, { settings });
  assert.ok(named.name);
  assert.ok(fetched.includes("core.wasm") && !fetched.includes("tables.wasm"), `${fetched}`);
  const given = { from: "/pegcount/index.js", settings, interval: sandbox.interval };
  assert.equal(await page.evaluate(`(${REPORT})(${JSON.stringify(given)})`), await inNode());
  assert.ok(fetched.includes("tables.wasm"));
  await page.close();
});

test("a page is refused client credentials, with the reason", async () => {
  const page = await browser.newPage();
  await page.goto(site.url);
  const told = await page.evaluate(async (settings) => {
    const { Client, ConfigError } = await import("/pegcount/index.js");
    try {
      await Client.create(settings);
    } catch (error) {
      return { ours: error instanceof ConfigError, code: error.code, text: String(error.explanation) };
    }
  }, { ...sandbox.settings(), tokenStore: undefined });
  assert.deepEqual([told?.ours, told?.code], [true, "config.credentials"]);
  assert.match(told.text, /whoever opens the page can read the client secret/);
  await page.close();
});

test("a page has the sandbox inside it, and loads it when it is imported", async () => {
  const page = await browser.newPage();
  const fetched = [];
  page.on("request", (request) => fetched.push(request.url().split("/").at(-1)));
  await page.goto(site.url);
  const told = await page.evaluate(async () => {
    const { Client } = await import("/pegcount/index.js");
    const { sandbox } = await import("/pegcount/sandbox.js");
    const genesys = await sandbox({ now: "2026-03-10T09:00:00Z" });
    const client = await genesys.client();
    for (const fault of ["429", "reset-before", "truncated", "hang"]) {
      genesys.fault(fault);
      await client.directory({ of: "queues" }).read();
    }
    genesys.fault("reset-after");
    const lost = await genesys.fetch(genesys.url + "/api/v2/users/me").catch(({ name, message }) => [name, message]);
    const { segments } = await client.conversations({ interval: genesys.interval }).read(["segments"]);
    return { same: client instanceof Client, lost, rows: segments.length, asked: genesys.requests("/queues").length };
  });
  assert.deepEqual({ ...told, rows: told.rows > 200 }, { same: true, lost: ["TypeError", "Failed to fetch"], rows: true, asked: 8 });
  assert.deepEqual(fetched.filter((name) => !name.endsWith(".wasm") && name !== ""), ["index.js", "sandbox.js"]);
  await page.close();
});

/** A page at `site`, and how its user logs in on the log-in page. */
async function loginPage() {
  const page = await browser.newPage();
  await page.goto(site.url);
  const options = { apiUrl: settings.apiUrl, loginUrl: settings.loginUrl, clientId: sandbox.ready.clients.pkce.client_id, redirectUri: `${site.url}/callback` };
  const logIn = async (where, more = "button") => {
    await where.fill("[name=username]", sandbox.ready.user.username);
    await where.fill("[name=password]", sandbox.ready.user.password);
    await where.click(more);
  };
  return { page, options, logIn };
}

/** Runs in the page at the redirect. */
const ME = `async () => {
  const { Client, cameBack } = await import("/pegcount/index.js");
  const options = await cameBack();
  const client = await Client.create(options);
  const { id } = await client.call("GET", "/api/v2/users/me").json();
  const address = location.href;
  // A state of the page's own is nobody's log-in.
  history.replaceState(null, "", "?state=mine");
  return { id, address, kept: sessionStorage.length, again: await cameBack() };
}`;

test("a user logs in by leaving the page and coming back", async () => {
  const { page, options, logIn } = await loginPage();
  // Not waited for: the page may be gone before it can answer.
  await page.evaluate((options) => void import("/pegcount/index.js").then(({ leaveToLogIn }) => leaveToLogIn(options)), options);
  await page.waitForURL(`${settings.loginUrl}/oauth/authorize**`);
  await logIn(page);
  await page.waitForURL(`${options.redirectUri}?**`);
  const told = await page.evaluate(`(${ME})()`);
  assert.deepEqual(told, { id: sandbox.ready.user.id, address: options.redirectUri, kept: 0, again: null });
  await page.close();
});

test("a user logs in in a window beside the page", async () => {
  const { page, options, logIn } = await loginPage();
  for (const answer of ["allow", "deny"]) {
    const opened = page.waitForEvent("popup");
    const told = page.evaluate(async (options) => {
      const { Client, Login, logInBeside } = await import("/pegcount/index.js");
      const login = await Login.begin(options);
      try {
        const client = await Client.create(await logInBeside(login));
        return (await client.call("GET", "/api/v2/users/me").json()).id;
      } catch (error) {
        return error.name;
      }
    }, options);
    const popup = await opened;
    await logIn(popup, `[name=decision][value=${answer}]`);
    await popup.waitForURL(`${options.redirectUri}?**`);
    const closed = popup.waitForEvent("close");
    await popup.evaluate(`import("/pegcount/index.js").then(({ cameBack }) => void cameBack())`).catch(() => {});
    assert.equal(await told, answer === "allow" ? sandbox.ready.user.id : "AuthError");
    await closed;
  }
  const gone = await page.evaluate(async (options) => {
    const { Login, logInBeside } = await import("/pegcount/index.js");
    const login = await Login.begin(options);
    return logInBeside(login, { signal: AbortSignal.abort(new Error("enough")) }).catch(({ message }) => message);
  }, options);
  assert.equal(gone, "enough");
  await page.close();
});

test("a page hears of refusals and of networks that are not there", async () => {
  const page = await browser.newPage();
  await page.goto(site.url);
  const codes = await page.evaluate(async ({ settings, nobody }) => {
    const { Client } = await import("/pegcount/index.js");
    const told = [];
    for (const wrong of [{ token: "not-a-token" }, { apiUrl: nobody, loginUrl: nobody, deadline: 1500 }]) {
      const client = await Client.create({ ...settings, ...wrong });
      await client.directory({ of: "queues" }).read().catch((error) => told.push(error.name));
    }
    return told;
  }, { settings, nobody: "http://127.0.0.1:1" });
  assert.equal(codes[0], "AuthError");
  assert.ok(["NetworkError", "LimitError"].includes(codes[1]), codes[1]);
  await page.close();
});

test("a worker gets them too", async () => {
  const page = await browser.newPage();
  await page.goto(site.url);
  const given = { from: `${site.url}/pegcount/index.js`, settings, interval: sandbox.interval };
  const script = `(${REPORT})(${JSON.stringify(given)}).then(postMessage, (error) => postMessage("refused: " + error))`;
  const csv = await page.evaluate((script) => new Promise((resolve) => {
    const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })), { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve(message);
  }), script);
  assert.equal(csv, await inNode());
  await page.close();
});

test("a build of Vite finds both files", async () => {
  const project = join(process.env.PROJECT, "vite");
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "index.html"), '<!doctype html><script type="module" src="./main.js"></script>');
  const main = REPORT.replace("await import(from)", "pegcount");
  writeFileSync(join(project, "main.js"), `import * as pegcount from "pegcount";\nwindow.report = ${main};\n`);
  const vite = join(process.env.PROJECT, "node_modules/vite/bin/vite.js");
  const { status, stderr } = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], { cwd: project, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const built = await serve({ "/": join(project, "dist") });
  const page = await browser.newPage();
  await page.goto(built.url);
  const csv = await page.evaluate((given) => window.report(given), { settings, interval: sandbox.interval });
  assert.equal(csv, await inNode());
  await page.close();
  built.stop();
});

test("the example: a token, a day, a chart, a table, two files", async () => {
  const child = spawn(process.execPath, [`${REPOSITORY}/examples/browser/serve.mjs`, process.env.SANDBOX_BIN, dist], { stdio: ["ignore", "pipe", "inherit"] });
  const told = {};
  for await (const line of createInterface(child.stdout)) {
    const [name, value] = line.split(/: +/);
    told[name] = value;
    if (name === "day") break;
  }
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
  await page.goto(told.page);
  await page.fill("[name=region]", told.address);
  await page.fill("[name=token]", "not-a-token");
  await page.fill("[name=day]", told.day);
  await page.click("button");
  await page.waitForSelector("#told.refused");
  await page.fill("[name=token]", told.token);
  await page.click("button");
  await page.waitForSelector("#found:not([hidden])");
  assert.match(await page.textContent("#told"), /^\d+ conversations, \d+ segments$/);
  assert.ok((await page.locator("#chart rect").count()) > 1);
  assert.equal(await page.locator("#rows tr").count(), 101);
  const saved = async (link) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(link)]);
    return readFileSync(await download.path());
  };
  const csv = await saved("#csv");
  const arrow = tableFromIPC(await saved("#arrow"));
  assert.equal(csv.toString().trim().split("\r\n").length - 1, arrow.numRows);
  const picture = join(process.env.PROJECT, "example.png");
  await page.screenshot({ path: picture, fullPage: true });
  console.log(`the page as it looked: ${picture}`);
  await page.close();
  child.kill();
});
