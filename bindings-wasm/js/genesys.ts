// An organisation for tests, inside the process: the client's own, the clock, and what a test may tell it.

// The package itself, as whoever imports this has loaded it.
import { Client } from "pegcount";
import type { ClientOptions, Clock } from "pegcount";

import { answered } from "./simulated.js";
import { VirtualClock } from "./virtual.js";
import * as glue from "./wasm/sandbox.js";

/** Any will do: a request is answered by its path. */
const BASE = "https://sandbox.invalid";

/** What an organisation is made from. The same options and the same requests at the same times give the same answers. */
export interface SandboxOptions {
  /** Conversations a day: tiny 20, small 200, medium 5 000, large 100 000; `small` unless told. */
  org?: "tiny" | "small" | "medium" | "large" | undefined;
  /** Every id, name and conversation follows from it; 1 unless told. */
  seed?: bigint | number | undefined;
  /** The moment at which it starts; the present unless told. */
  now?: Date | string | number | undefined;
  /** How much faster than real time its clock runs, besides the leaps over what is waited for; 1 unless told. */
  speed?: number | undefined;
  /** Requests a minute for each token, 0 for any number; 300 unless told. */
  rate?: number | undefined;
  /** Milliseconds that a token lives; a day unless told. */
  tokenLife?: number | undefined;
}

/** An OAuth client of the organisation. */
export interface SandboxClient {
  readonly clientId: string;
  /** Of a confidential client. */
  readonly clientSecret?: string;
  /** Of a client for users. */
  readonly redirectUris?: readonly string[];
}

/** A line of the request log. */
export interface Asked {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The client whose token it was, by name. */
  readonly client: string | null;
  /** What became of the answer on its way. */
  readonly effect: string;
}

interface Ready {
  interval: string;
  org: string;
  user: { id: string; username: string; password: string };
  clients: Record<string, { client_id: string; client_secret?: string; redirect_uris?: string[] }>;
}

/** A fault that is on. */
export interface Fault {
  readonly name: string;
  readonly arg: number | null;
  /** How often it will strike yet; null means for ever. */
  readonly left: number | null;
  /** What the paths begin with that it strikes, if that was told. */
  readonly path: string | null;
}

/** @internal What a page and Node do each in their own way. */
export interface Host {
  browser: boolean;
  module(): Promise<BufferSource | URL>;
}

const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

/** A simulated organisation. What it simulates, and every fault by name: the README of `pegcount-sandbox`. */
export class Genesys {
  /** The base URL of API and log-in. `fetch` goes by the path alone: that of any region will do as well. */
  readonly url: string = BASE;
  /** A full day of finished conversations. */
  readonly interval: string;
  /** The organisation's short name, for who logs in by single sign-on. */
  readonly org: string;
  /** A user, for the log-in page. */
  readonly user: { readonly id: string; readonly username: string; readonly password: string };
  /** `reporting`, `no-analytics`, `emea-only`, `disabled`, `admin`, …, with the secrets of this moment. */
  readonly clients: Readonly<Record<string, SandboxClient>>;
  /** Runs as the real one does, and leaps over what its clients wait for. */
  readonly clock: Clock;
  /** Answers as the organisation does, with the faults of a network where they were asked for. */
  readonly fetch: typeof fetch;
  readonly #clock: VirtualClock;
  readonly #org: glue.Sandbox;
  readonly #browser: boolean;
  readonly #start: number;
  readonly #clients: Record<string, SandboxClient>;
  readonly #made: Client[] = [];

  /** @internal `sandbox` makes them. */
  constructor(host: object, options: SandboxOptions) {
    const { org = "small", seed = 1, now = Date.now(), speed = 1, rate = 300, tokenLife = 86_400_000, ...others } = options;
    const [other] = Object.keys(others);
    if (other !== undefined) throw new RangeError(`there is no option ${other}`);
    this.#start = moment(now);
    if (BigInt(seed) < 0n) throw new RangeError(`seed: ${seed} is less than 0`);
    if (!(speed >= 0 && Number.isFinite(speed))) throw new RangeError(`speed: ${speed} is no number from 0 on`);
    this.#org = new glue.Sandbox(BigInt(seed), org, this.#start, rate, Math.ceil(tokenLife / 1000));
    this.#browser = (host as Host).browser;
    this.clock = this.#clock = new VirtualClock(this.#start, speed);
    this.fetch = async (input, init) => answered(this.#org, this.#clock, new Request(input, init), this.#browser);
    const ready = this.#ready();
    this.interval = ready.interval;
    this.org = ready.org;
    this.user = ready.user;
    this.clients = this.#clients = ready.clients;
  }

  /** What `Client.create` needs to work here. A page may not use a secret: `client` brings it a token. */
  settings(name = "reporting"): ClientOptions {
    const { clientId, clientSecret } = this.#named(name);
    const here = { apiUrl: BASE, loginUrl: BASE, fetch: this.fetch, clock: this.clock };
    // Its pauses are the same each time.
    return { ...here, clientId, clientSecret, seed: 1, tokenStore: false };
  }

  /**
   * A client of this organisation, on its clock, which shares its token with nobody unless told. Where `clock` is
   * undefined, the client waits in real time.
   */
  async client(name = "reporting", options: ClientOptions = {}): Promise<Client> {
    const { fetch: around, credentials: provider, ...rest } = options;
    const settings: ClientOptions = { ...this.settings(name), ...rest };
    if (this.#browser && !("token" in rest)) {
      settings.token = await this.token(name);
      settings.clientId = settings.clientSecret = undefined;
    }
    if (around) settings.fetch = (input, init) => this.#clock.around(() => around(input, init));
    if (provider) {
      settings.clientSecret = undefined;
      settings.credentials = (signal) => this.#clock.during(() => provider(signal));
    }
    const client = await Client.create(settings);
    this.#made.push(client);
    return client;
  }

  /** A token of a client, as a server would give it to its page. */
  async token(name = "reporting"): Promise<string> {
    const { clientId, clientSecret = "" } = this.#named(name);
    const body = new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret });
    const answer = await this.fetch(`${BASE}/oauth/token`, { method: "POST", body });
    const { access_token: token, ...refusal } = (await answer.json()) as { access_token?: string };
    if (token === undefined) throw new Error(`${name} gets no token: ${JSON.stringify(refusal)}`);
    return token;
  }

  /** Switches a fault on: for the next `count` requests (0: for ever) whose path begins with `path`. */
  fault(name: string, arg?: number, { count, path }: { count?: number; path?: string } = {}): void {
    this.control("POST", "/faults", { name, arg, count, path });
  }

  /** The faults that are on, in the order they were. */
  faults(): Fault[] {
    return (this.control("GET", "/faults") as { faults: Fault[] }).faults;
  }

  /** Switches all faults off. */
  clearFaults(): void {
    this.control("DELETE", "/faults");
  }

  /** Lets time pass, for the organisation and for who waits on its clock. */
  advance(milliseconds: number): void {
    this.#clock.leap(finite("milliseconds", milliseconds));
  }

  /** Sets the clock; for who waits on it no time passes. */
  setClock(now: Date | string | number): void {
    this.#clock.restart(moment(now));
  }

  /** Replaces the secret of a client. Answers the new one. */
  rotateSecret(name = "reporting"): string {
    const { client_secret: clientSecret } = this.control("POST", `/clients/${name}/rotate-secret`) as { client_secret: string };
    this.#clients[name] = { ...this.#named(name), clientSecret };
    return clientSecret;
  }

  /** Changes the role of a client, for all clients with that role, `after` so many milliseconds. */
  permissions(name: string, change: { add?: readonly string[]; remove?: readonly string[]; after?: number }): void {
    const { add = [], remove = [], after = 0 } = change;
    this.control("POST", `/clients/${name}/permissions`, { add, remove, after_ms: after });
  }

  /** Where a client has its role: divisions by name or id, null for all; `after` so many milliseconds. */
  divisions(name: string, divisions: readonly string[] | null, { after = 0 }: { after?: number } = {}): void {
    this.control("POST", `/clients/${name}/divisions`, { divisions, after_ms: after });
  }

  /** Whether the organisation enforces the scopes of users' tokens; at the start it does not. */
  enforceScopes(enforce = true): void {
    this.control("POST", "/scopes", { enforce });
  }

  /** What a client may do for users who log in to it from here on: `code`, `pkce`, `saml`. */
  scopes(name: string, scopes: readonly string[]): void {
    this.control("POST", `/clients/${name}/scopes`, { scopes });
  }

  /** Voids every access token. */
  revokeTokens(): void {
    this.control("POST", "/tokens/revoke");
  }

  /** Voids the refresh tokens of a client. */
  revokeRefresh(name: string): void {
    this.control("POST", `/clients/${name}/revoke-refresh`);
  }

  /** Milliseconds that tokens live that are minted from here on; without use, that any token does (0: for ever). */
  tokenLife(milliseconds: number, { idle = 0 }: { idle?: number } = {}): void {
    this.control("POST", "/token-life", { seconds: Math.ceil(milliseconds / 1000), idle_seconds: Math.ceil(idle / 1000) });
  }

  /** How many requests a minute each token has; 0 for any number. */
  limit(aMinute: number): void {
    this.control("POST", "/rate", { allowed: aMinute });
  }

  /** How many tokens a minute all clients together are given; 0 for any number. */
  limitLogins(aMinute: number): void {
    this.control("POST", "/mint", { per_minute: aMinute });
  }

  /** What was asked, in order, of paths that end so. */
  requests(path = ""): Asked[] {
    const { requests } = this.control("GET", "/requests") as { requests: Asked[] };
    return requests.filter((line) => line.path.endsWith(path));
  }

  /** Forgets what was asked, for whoever counts from here on. */
  clearRequests(): void {
    this.control("DELETE", "/requests");
  }

  /** How many tokens were asked for. */
  logins(): number {
    return this.requests("/oauth/token").length;
  }

  /** Everything as it was at the start: secrets, tokens, faults, clock, limits, log. */
  reset(): void {
    this.control("POST", "/reset");
    this.#clock.restart(this.#start);
    Object.assign(this.#clients, this.#ready().clients);
  }

  /** A call of the sandbox's control, for what has no method here. */
  control(method: string, path: string, body?: unknown): unknown {
    // JSON would make null of it, and so nothing.
    const whole = (name: string, value: unknown) => (typeof value === "number" ? finite(name, value) : value);
    const sent = new TextEncoder().encode(body === undefined ? "" : JSON.stringify(body, whole));
    const answer = this.#org.handle(method, BASE, `/sandbox${path}`, [], sent, this.#clock.now());
    const told = JSON.parse(new TextDecoder().decode(answer.body)) as { error?: string } | null;
    answer.free();
    if (typeof told?.error === "string") throw new Error(`${method} ${path}: ${told.error}`);
    return told;
  }

  /** Closes the clients that it made, and gives its memory back. */
  async close(): Promise<void> {
    await Promise.all(this.#made.splice(0).map((client) => client.close()));
    this.#org.free();
  }

  [asyncDispose](): Promise<void> {
    return this.close();
  }

  #ready() {
    const { interval, org, user, clients } = JSON.parse(this.#org.ready(BASE)) as Ready;
    const named: Record<string, SandboxClient> = {};
    for (const [name, { client_id: clientId, client_secret: clientSecret, redirect_uris: redirectUris }] of Object.entries(clients)) {
      named[name] = { clientId, ...(clientSecret && { clientSecret }), ...(redirectUris && { redirectUris }) };
    }
    return { interval, org, user, clients: named };
  }

  #named(name: string): SandboxClient {
    const client = this.clients[name];
    const known = Object.keys(this.clients).join(", ");
    if (client === undefined) throw new RangeError(`no client is called ${name}; known are ${known}`);
    return client;
  }
}

function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${name}: ${value} is no number`);
  return value;
}

function moment(now: Date | string | number): number {
  const time = new Date(now).getTime();
  if (!Number.isFinite(time)) throw new RangeError(`${String(now)} is no time`);
  return time;
}

/** @internal Loads the module once, when first needed. */
export function sandboxOn(host: Host): (options?: SandboxOptions) => Promise<Genesys> {
  let loaded: Promise<unknown> | undefined;
  const load = async () => glue.default({ module_or_path: await host.module() });
  return async (options = {}) => {
    await (loaded ??= load().catch((error: unknown) => {
      // A file that could not be fetched may be there the next time.
      loaded = undefined;
      throw error;
    }));
    return new Genesys(host, options);
  };
}
