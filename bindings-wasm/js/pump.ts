// The pump: carries orders of the core out and tells it what happened. It decides nothing.
//
// There is one thread, so no order waits for somebody to carry it out: each is begun when it is polled. The events of a
// call lie in its box until they are asked for. Time passes only while somebody waits.

import { type Clock, pass } from "./clock.js";
import type { Provider } from "./credentials.js";
import { provided } from "./credentials.js";
import { asError, asking } from "./errors.js";
import { Broken, exchange } from "./exchange.js";
import type { Core } from "./modules.js";
import type { Notice } from "./notice.js";
import { noticeOf } from "./notice.js";
import type { TokenStore } from "./store.js";
import { kindOf, perform } from "./store.js";
import type { Emit, Failure, Order, Send, StoreOrder, WireNotice } from "./wire.js";

/** A host that sleeps for days notices at least once a minute what a lost wake-up would cost. */
const LONGEST_WAIT = 60_000;

/** What is there for whoever waits for a call. */
interface Box {
  events: Event[];
  body: Uint8Array;
  wake: (() => void) | null;
}

/** @internal A page or the last word of a call, with the bytes of the page. */
export interface Event {
  emit: Emit;
  body: Uint8Array;
}

/** @internal What the pump works with. */
export interface Host {
  core: Core;
  session: InstanceType<Core["Session"]>;
  send: typeof fetch;
  store: TokenStore | null;
  /** Gives id and secret, where the options do not. */
  provider: Provider | undefined;
  clock: Clock;
  browser: boolean;
  /** Is told every notice. */
  listener: (notice: Notice) => void;
}

const NOTHING = new Uint8Array();

/** No call and no log-in: what it ends on the server would go on without it, so closing waits for it. */
const stays = ({ purpose }: Send) => purpose === "chore";

/** @internal One session, its `fetch` and its store, for any number of calls. */
export class Pump {
  readonly #host: Host;
  readonly #boxes = new Map<number, Box>();
  /** What closing cuts short is told apart from what it waits for. */
  readonly #flights = new Map<number, { abort: AbortController; stays: boolean }>();
  readonly #tasks = new Set<Promise<void>>();
  /** What the store is asked, one thing after another. */
  #keeping: Promise<void> | null = null;
  #sleep: { until: number; wake: AbortController } | null = null;
  #closing: Promise<void> | null = null;
  #closed = false;
  /** A fault of this library: nobody shall wait for what will not come. */
  #fault: Error | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Checks and plans a report. Nothing is sent. */
  start(report: object, options: object): number {
    const call = asking(() => this.#host.session.start(report, options, ...this.#now()));
    this.#boxes.set(call, { events: [], body: NOTHING, wake: null });
    this.#turn();
    return call;
  }

  /** Asks for the next page and waits until it, or the call's last word, is there. One at a time for each call. */
  async next(call: number): Promise<Event> {
    const box = this.#boxes.get(call);
    if (box === undefined) throw new Error("the call has had its last word");
    if (box.events.length === 0) asking(() => this.#host.session.pull(call, ...this.#now()));
    for (;;) {
      const woken = new Promise<void>((resolve) => (box.wake = resolve));
      this.#turn();
      if (this.#fault !== null) throw this.#fault;
      const event = box.events.shift();
      if (event !== undefined) {
        box.wake = null;
        if (event.emit.event !== "page") this.#boxes.delete(call);
        this.#turn();
        return event;
      }
      await woken;
    }
  }

  /** Ends a call; whoever waits for it, or asks next, hears so. */
  cancel(call: number): void {
    if (this.#closing !== null || !this.#boxes.has(call)) return;
    this.#host.session.cancel(call, ...this.#now());
    this.#turn();
  }

  /** Ends a call for which nobody will ask again. */
  forget(call: number): void {
    this.cancel(call);
    if (this.#boxes.get(call)?.wake === null) this.#boxes.delete(call);
  }

  /**
   * Waits until the store has what it was given, or for the signal: a process may exit with its report, and would leave
   * the lock behind.
   */
  async settled(signal?: AbortSignal): Promise<void> {
    if (this.#keeping === null) return;
    const over = new AbortController();
    const aborted = new Promise((resolve) => signal?.addEventListener("abort", resolve, { signal: over.signal }));
    while (this.#keeping !== null && signal?.aborted !== true) await Promise.race([this.#keeping, aborted]);
    over.abort();
  }

  /**
   * Cancels what is open, gives back what is held (a lock of the token store), ends what nobody wants any more (a job
   * on the server), and lets go of the session.
   */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    for (const call of this.#boxes.keys()) this.#host.session.cancel(call, ...this.#now());
    this.#turn();
    while (this.#tasks.size > 0) {
      for (const { abort, stays } of this.#flights.values()) if (!stays) abort.abort();
      await Promise.all(this.#tasks);
    }
    this.#closed = true;
    this.#sleep?.wake.abort();
    this.#host.session.close();
  }

  #now(): [number, number] {
    const { clock } = this.#host;
    return [Math.max(0, Math.floor(clock.monotonic())), Math.floor(clock.now())];
  }

  /** Begins every order, and sleeps until the core's time has come. */
  #turn(): void {
    if (this.#closed) return;
    const { session } = this.#host;
    let until: number | null = null;
    polling: for (;;) {
      const order = session.poll(...this.#now()) as Order;
      switch (order.action) {
        case "send":
          this.#run(this.#fly(order));
          break;
        case "store":
          this.#keeping = this.#run(this.#keep(order));
          break;
        case "credentials":
          this.#run(this.#provide(order.id));
          break;
        case "abort":
          this.#flights.get(order.id)?.abort.abort();
          break;
        case "emit":
          this.#deliver(order);
          break;
        case "wait":
          until = order.until;
          break polling;
        case "idle":
          break polling;
      }
    }
    this.#rest(until);
    for (let told; (told = session.observe() as WireNotice | null) !== null; ) this.#host.listener(noticeOf(told));
  }

  #deliver(emit: Emit): void {
    const box = this.#boxes.get(emit.call);
    if (box === undefined) return;
    box.events.push({ emit, body: emit.event === "page" ? box.body : NOTHING });
    box.body = NOTHING;
    box.wake?.();
  }

  #rest(until: number | null): void {
    const waited = [...this.#boxes.values()].some((box) => box.wake !== null);
    if (this.#sleep !== null && this.#sleep.until === until && waited) return;
    this.#sleep?.wake.abort();
    this.#sleep = null;
    if (until === null || !waited) return;
    const wake = new AbortController();
    const sleep = (this.#sleep = { until, wake });
    // In whole milliseconds, and never none: a rounded clock would otherwise come back too early, again and again.
    const left = Math.min(Math.max(1, until - this.#now()[0]), LONGEST_WAIT);
    const passed = (this.#host.clock.sleep ?? pass)(left, wake.signal);
    const over = () => {
      if (this.#sleep !== sleep) return;
      this.#sleep = null;
      this.#turn();
    };
    this.#run(passed.then(over), false);
  }

  /** Keeps an eye on what goes on beside whoever waits; a sleep needs no end before the client closes. */
  #run(task: Promise<void>, awaited = true): Promise<void> {
    const watched = task.catch((fault: unknown) => {
      this.#fault ??= asError(fault);
      for (const box of this.#boxes.values()) box.wake?.();
    });
    if (awaited) {
      this.#tasks.add(watched);
      void watched.then(() => this.#tasks.delete(watched));
    }
    return watched;
  }

  async #fly(order: Send): Promise<void> {
    const { core, session, send, browser, clock } = this.#host;
    const abort = new AbortController();
    this.#flights.set(order.id, { abort, stays: stays(order) });
    try {
      const answer = await exchange(order, send, abort.signal, browser, clock);
      const seen = core.inspect(order.look, answer.status, answer.headers, answer.body);
      const box = order.call === null ? undefined : this.#boxes.get(order.call);
      if (box !== undefined) box.body = answer.body;
      session.handleResponse(order.id, seen, ...this.#now());
    } catch (error) {
      const unknown: Failure = { sent: "maybe", cause: "broken", detail: kindOf(error) };
      session.handleFailure(order.id, error instanceof Broken ? error.failure : unknown, ...this.#now());
    } finally {
      this.#flights.delete(order.id);
    }
    this.#turn();
  }

  async #provide(id: number): Promise<void> {
    const abort = new AbortController();
    this.#flights.set(id, { abort, stays: false });
    const answer = await provided(this.#host.provider, abort.signal);
    this.#flights.delete(id);
    this.#tell(answer, (told) => this.#host.session.handleCredentials(id, told, ...this.#now()));
  }

  async #keep(order: StoreOrder): Promise<void> {
    const answer = await perform(this.#host.store, order);
    // What is asked next comes in its place.
    this.#keeping = null;
    this.#tell(answer, (told) => this.#host.session.handleStore(order.id, told, ...this.#now()));
  }

  /** Tells the core what a part of the caller's answered. No question may stay open. */
  #tell(answer: object | string, handle: (told: object | string) => void): void {
    try {
      handle(answer);
    } catch {
      handle({ failed: "it gave what cannot be read" });
    }
    this.#turn();
  }
}
