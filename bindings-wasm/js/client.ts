// The client: one credential, one region, one rate allowance.

import { CLOCK, type Clock } from "./clock.js";
import type { Provider } from "./credentials.js";
import { asking } from "./errors.js";
import type { CallTables, OptionsOf, Report, TablesOf } from "./generated.js";
import { loadCore } from "./modules.js";
import type { Notice } from "./notice.js";
import { plain, snake } from "./plain.js";
import { platform } from "./platform.js";
import { Pump } from "./pump.js";
import type { Asking } from "./result.js";
import { Result } from "./result.js";
import type { TokenStore } from "./store.js";

export type { Clock };

/** What a client is made of. What is not given comes, in Node, from the environment or a profile. */
export interface ClientOptions {
  /** A region in any spelling: `eu_west_1`, `mypurecloud.ie`, `https://api.mypurecloud.ie`, …. */
  region?: string | undefined;
  clientId?: string | undefined;
  /** Never in a browser: whoever opens the page could read it. */
  clientSecret?: string | undefined;
  /** Gives id and secret, of a vault say, instead of `clientSecret`. */
  credentials?: Provider | undefined;
  /** Told by what else is given. `authorization_code` alone is the log-in that lies in the token store. */
  grant?: "client_credentials" | "authorization_code" | "refresh_token" | "saml2_bearer" | undefined;
  /** What `Login.finish` gives, with `redirectUri`, where the log-in page sent the user. */
  code?: string | undefined;
  codeVerifier?: string | undefined;
  redirectUri?: string | undefined;
  /** Of an earlier log-in of a user. */
  refreshToken?: string | undefined;
  /** A SAML assertion, base64url, and the short name of the organisation that it is for. */
  samlAssertion?: string | undefined;
  org?: string | undefined;
  /** Whose log-in it is, where one client logs several users in: their tokens are kept apart by it. */
  account?: string | undefined;
  /** A token that somebody else obtained, instead of all that. */
  token?: string | undefined;
  /** The profile to read. */
  profile?: string | undefined;
  /** Base URLs, for a gateway or a sandbox. */
  apiUrl?: string | undefined;
  loginUrl?: string | undefined;
  /** How id and secret are sent. */
  clientAuth?: "basic" | "form" | undefined;
  /** Milliseconds for one exchange; 60 000 unless told. */
  timeout?: number | undefined;
  /** Milliseconds for a whole report with its waits; no limit unless told. */
  deadline?: number | undefined;
  /** Exchanges under way at once; 4 unless told. */
  maxInFlight?: number | undefined;
  /** The largest body to accept, in decompressed bytes; 128 MiB unless told. */
  maxBody?: number | undefined;
  /** Requests a minute until the server says otherwise; 300 unless told. */
  pace?: number | undefined;
  /** Requests that the client may send, log-ins not counted; no limit unless told. */
  maxCalls?: number | undefined;
  userAgent?: string | undefined;
  /** Instead of the global `fetch`. */
  fetch?: typeof fetch | undefined;
  /** Closes the client. */
  signal?: AbortSignal | undefined;
  /**
   * Where the token is shared: in Node a file in the user's cache folder, or one at this path; elsewhere nowhere. Or an
   * object of your own, or false.
   */
  tokenStore?: TokenStore | string | false | undefined;
  clock?: Clock | undefined;
  /** 64 bits from which pauses are drawn; random unless told. */
  seed?: bigint | number | undefined;
}

/** Wishes for one report. */
export interface CallOptions {
  /** Cancels the report. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for each exchange. */
  timeout?: number | undefined;
  /** Milliseconds for the whole report with its waits. */
  deadline?: number | undefined;
  /** Requests that the report may send, log-ins not counted. */
  maxCalls?: number | undefined;
}

/** An interval as people write it, or from one time to another, the end not included. */
export type Asked = string | readonly [Date | string, Date | string];

/** What an operation is asked with. */
export interface CallWishes extends CallOptions {
  /** Placeholders, and whatever else goes into the query string; a list repeats its key. */
  params?: object | undefined;
  /** The JSON body. */
  body?: unknown;
  /** Whether pages are followed. */
  paging?: OptionsOf<"call">["paging"];
  /** Entities a page. */
  pageSize?: number | undefined;
  /** An operation that the catalogue does not have is an error. */
  strict?: boolean | undefined;
}

/** How many notices are kept. */
const LATEST = 1000;

const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

/**
 * Asks one organisation for reports. Everything may be under way at once.
 *
 * `addEventListener("notice", …)` tells what it waits for: a `CustomEvent` whose `detail` is a `Notice`.
 */
export class Client extends EventTarget {
  /** Base of the API host. */
  readonly api: string;
  /** Where the token is shared. */
  readonly tokenStore: TokenStore | null;
  readonly #pump: Pump;
  readonly #notices: Notice[] = [];

  /** Makes a client. Nothing is sent. */
  static async create(options: ClientOptions = {}): Promise<Client> {
    const { fetch: given, signal, tokenStore, clock, timeout, deadline, seed, credentials: provider, ...rest } = options;
    if (!isStore(tokenStore)) throw new TypeError("tokenStore is a path, an object that keeps a record, or false");
    const host = platform();
    const core = await loadCore();
    const { environment, pegcountToml, gcToml } = await host.surroundings(core.variables());
    const args = {
      ...snake(counted(rest)),
      ...counted({ timeout_ms: timeout, deadline_ms: deadline }),
      provider: provider !== undefined,
      share: tokenStore !== false && (typeof tokenStore === "object" || host.keeps),
      seed: seed ?? crypto.getRandomValues(new BigUint64Array(1))[0],
      browser: host.browser,
    };
    const session = asking(() => new core.Session(args, environment, pegcountToml, gcToml));
    const key = session.tokenKey;
    const store =
      typeof tokenStore === "object"
        ? tokenStore
        : tokenStore === false || key === undefined
          ? null
          : host.store(key, tokenStore);
    // A page's own `fetch` must be called on the page.
    const send = given ?? ((input, init) => fetch(input, init));
    const base = { core, session, send, store, provider, clock: clock ?? CLOCK, browser: host.browser };
    const client = new Client(base);
    if (signal?.aborted) await client.close();
    else signal?.addEventListener("abort", () => void client.close(), { once: true });
    return client;
  }

  /** @internal `Client.create` makes clients. */
  constructor(base: object) {
    super();
    const host = base as Omit<ConstructorParameters<typeof Pump>[0], "listener">;
    this.api = host.session.api;
    this.tokenStore = host.store;
    this.#pump = new Pump({ ...host, listener: (notice) => this.#tell(notice) });
  }

  /** What the client waited for and why: the latest thousand. */
  get notices(): readonly Notice[] {
    return this.#notices;
  }

  /** The latest notice, if there was one. */
  get lastNotice(): Notice | null {
    return this.#notices.at(-1) ?? null;
  }

  /**
   * Conversation details by interval or by ids. `via: "job"` asks for them by a job: complete, with the attributes of
   * participants, some hours late.
   */
  conversations(wishes: OptionsOf<"conversations"> & CallOptions): Result<TablesOf<"conversations">, "conversations"> {
    return this.#start("conversations", wishes);
  }

  /** Aggregated metrics over an interval: a row a group, bucket and metric; `wide` makes a column a metric. */
  aggregates(wishes: OptionsOf<"aggregates"> & CallOptions): Result<TablesOf<"aggregates">, "aggregates"> {
    return this.#start("aggregates", wishes);
  }

  /** Until when jobs have everything. */
  availability(
    wishes: OptionsOf<"availability"> & CallOptions = {},
  ): Result<TablesOf<"availability">, "availability"> {
    return this.#start("availability", wishes);
  }

  /** What is going on at the moment. */
  observations(
    wishes: OptionsOf<"observations"> & CallOptions = {},
  ): Result<TablesOf<"observations">, "observations"> {
    return this.#start("observations", wishes);
  }

  /** Listings that turn ids into names. */
  directory<Of extends keyof TablesOf<"directory">>(
    wishes: OptionsOf<"directory"> & CallOptions & { of: Of },
  ): Result<Pick<TablesOf<"directory">, Of>, Of> {
    return this.#start("directory", wishes);
  }

  /** Any operation, with the same log-in, limits, retries and errors. `paging: "none"` asks for one page only. */
  call(method: string, path: string, wishes: CallWishes = {}): Result<CallTables> {
    return this.#start("call", { ...wishes, method, path });
  }

  /** Any report as plain data: `{ report: "conversations", interval: "yesterday" }`. */
  report<R extends Report>(report: R, options: CallOptions = {}): Result<TablesOf<R["report"]>> {
    return this.#run(plain(report) as Asking, options);
  }

  /**
   * Cancels what is open and lets go of everything. What is asked afterwards throws `CancelledError`.
   *
   * It is due before `process.exit`. A report that was read to its end has left nothing to do; one that is under way may
   * leave the lock of the token store behind, for which others then wait forty seconds, or a job on the server.
   */
  close(): Promise<void> {
    return this.#pump.close();
  }

  [asyncDispose](): Promise<void> {
    return this.close();
  }

  override addEventListener(
    type: "notice",
    listener: ((event: CustomEvent<Notice>) => void) | null,
    options?: AddEventListenerOptions | boolean,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void;
  override addEventListener(
    type: string,
    listener: ((event: CustomEvent<Notice>) => void) | EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void {
    super.addEventListener(type, listener as EventListenerOrEventListenerObject | null, options);
  }

  /** Starts a report from the wishes of its method: their names are those of the report's fields, in camelCase. */
  #start<T, M extends keyof T>(report: string, wishes: object): Result<T, M> {
    const { signal, timeout, deadline, maxCalls, interval, ...rest } = wishes as CallOptions & { interval?: Asked };
    const ends = typeof interval === "string" ? interval : interval?.map((end) => plain(end)).join("/");
    return this.#run({ report, ...snake({ ...rest, interval: ends }) }, { signal, timeout, deadline, maxCalls });
  }

  #run<T, M extends keyof T>(report: Asking, { signal, timeout, deadline, maxCalls }: CallOptions): Result<T, M> {
    const options = counted({ timeout, deadline, max_calls: maxCalls });
    return new Result<T, M>(this.#pump, this.#pump.start(report, options), report, signal);
  }

  #tell(notice: Notice): void {
    if (notice.kind !== "progress") {
      this.#notices.push(notice);
      if (this.#notices.length > LATEST) this.#notices.shift();
    }
    this.dispatchEvent(new CustomEvent("notice", { detail: notice }));
  }
}

/** With 0, which the core refuses, for what is no number: JSON would make nothing of it, and nothing is no limit. */
function counted(settings: object): object {
  const count = (given: unknown) => (typeof given === "number" && !Number.isFinite(given) ? 0 : given);
  return Object.fromEntries(Object.entries(settings).map(([name, given]) => [name, count(given)]));
}

/** Whether it is what its type says; who writes JavaScript may say anything. */
function isStore(given: unknown): boolean {
  if (given === null || given === "") return false;
  return given === undefined || given === false || typeof given === "string" || typeof given === "object";
}
