// What tests share: the sandbox, a stand-in server, a scripted `fetch`, a clock on which waiting takes no time.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

import { Client } from "pegcount";

export const REPOSITORY = process.env.REPOSITORY;
export const ME = ["GET", "/api/v2/users/me"];

/** A file of `tests/vectors`. */
export const vector = (name) => JSON.parse(readFileSync(`${REPOSITORY}/tests/vectors/${name}`, "utf8"));

/** A running sandbox. */
export class Sandbox {
  static async start(...options) {
    const child = spawn(process.env.SANDBOX_BIN, ["--until-stdin-closes", "--seed", "1", ...options], { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = await once(createInterface(child.stdout), "line");
    return new Sandbox(child, JSON.parse(line));
  }

  constructor(child, ready) {
    this.child = child;
    this.ready = ready;
    this.interval = ready.interval;
  }

  settings(name = "reporting") {
    const { client_id: clientId, client_secret: clientSecret } = this.ready.clients[name];
    return { apiUrl: this.ready.api, loginUrl: this.ready.login, clientId, clientSecret, tokenStore: false };
  }

  client(name, more = {}) {
    return Client.create({ ...this.settings(name), ...more });
  }

  /** A token of a client, as a server would give it to its page. */
  async token(name = "reporting") {
    const { client_id, client_secret } = this.ready.clients[name];
    const body = new URLSearchParams({ grant_type: "client_credentials", client_id, client_secret });
    const answer = await fetch(`${this.ready.login}/oauth/token`, { method: "POST", body });
    return (await answer.json()).access_token;
  }

  async control(method, path, body) {
    const answer = await fetch(this.ready.control + path, { method, body: body === undefined ? null : JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Logs the user in on the log-in page, as a browser would. Answers where the page sends the user. */
  async logIn(url) {
    const page = await (await fetch(url)).text();
    const names = [...page.matchAll(/<input[^>]* name="?(\w+)/g)].map(([, name]) => name);
    const fields = names.map((name) => [name, this.ready.user[name]]);
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
    return answer.headers.get("location");
  }

  fault(name, arg, more = {}) {
    return this.control("POST", "/faults", { name, arg, ...more });
  }

  async requests(path = "") {
    const { requests } = await this.control("GET", "/requests");
    return requests.filter((line) => line.path.endsWith(path));
  }

  /** As it was at the start. */
  reset() {
    return this.control("POST", "/reset");
  }

  async stop() {
    this.child.kill();
    if (this.child.exitCode === null) await once(this.child, "exit");
  }
}

/** A clock on which waiting takes no time, unless something happens meanwhile. */
export class FakeClock {
  mono = 1_000_000;
  wall = 1_773_136_800_000;
  waits = [];
  monotonic = () => this.mono;
  now = () => this.wall;
  sleep = async (milliseconds, signal) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) return;
    this.waits.push(milliseconds);
    this.mono += milliseconds;
    this.wall += milliseconds;
  };
}

/** A clock that takes the sandbox along. */
export class SharedClock extends FakeClock {
  constructor(sandbox) {
    super();
    const alone = this.sleep;
    this.sleep = async (milliseconds, signal) => {
      const before = this.waits.length;
      await alone(milliseconds, signal);
      if (this.waits.length > before) await sandbox.control("POST", "/clock", { advance_ms: milliseconds });
    };
  }
}

export const fine = () => new Response('{"id":"me"}', { headers: { "ININ-Correlation-Id": "x-1" } });

/** A `fetch` that answers log-ins with a token, and everything else as a test made up. */
export function scripted(respond) {
  const send = async (url, init) => {
    send.requests.push({ url, ...init });
    if (url.endsWith("/oauth/token")) return new Response('{"access_token":"tok-SECRET-1","expires_in":86400}');
    return respond(url, init);
  };
  send.requests = [];
  return send;
}

/** A client on a scripted `fetch`. */
export async function clientOn(respond, more = {}) {
  const send = scripted(respond);
  const client = await Client.create({ region: "eu-west-1", clientId: "id", clientSecret: "secret-SECRET", tokenStore: false, fetch: send, ...more });
  return { client, send };
}

/** What a promise is refused with. */
export const refusal = (promise) =>
  promise.then(
    () => {
      throw new Error("it was not refused");
    },
    (error) => error,
  );

/** A server that says exactly these bytes, one answer a connection; a function does with the socket what it likes. */
export async function standIn(...answers) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).once("data", () => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (typeof answer === "function") answer(socket);
      else socket.end(answer);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
