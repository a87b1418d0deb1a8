// A clock on which waiting takes no time.

import type { Clock } from "./clock.js";

// As they were before a test put others in their place.
const later = globalThis.setTimeout;
const real = performance.now.bind(performance);

/** Where something goes on that takes real time, how often it is looked at. */
const PATIENCE = 10;

interface Sleeper {
  until: number;
  wake: () => void;
}

/** Runs as the real one does, and leaps whenever all that goes on is waiting. */
export class VirtualClock implements Clock {
  #origin: number;
  #leapt = 0;
  readonly #speed: number;
  readonly #from = real();
  readonly #sleepers = new Set<Sleeper>();
  /** Exchanges that a `fetch` around the organisation's carries out, and those that wait in the organisation. */
  #outer = 0;
  #inner = 0;
  /** What takes real time besides. */
  #active = 0;
  #looking = false;

  /** Begins at a moment in milliseconds since 1970, `speed` times as fast as the real one. */
  constructor(now: number, speed: number) {
    this.#origin = now;
    this.#speed = speed;
  }

  readonly monotonic = (): number => this.#leapt + (real() - this.#from) * this.#speed;

  readonly now = (): number => this.#origin + this.monotonic();

  /** For ever, where the time is infinite, or until the signal says so. */
  readonly sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper = { until: this.monotonic() + milliseconds, wake };
      if (signal?.aborted) return resolve();
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", wake);
      this.#look();
    });

  readonly timer = this.sleep;

  /** Lets time pass, and wakes whoever waited for it. */
  leap(milliseconds: number): void {
    this.#leapt += milliseconds;
    // A sum of fractions may miss its end by less than anybody can tell.
    const now = this.monotonic() + 0.001;
    for (const sleeper of [...this.#sleepers]) if (sleeper.until <= now) sleeper.wake();
  }

  /** It is a given moment again; the monotonic one goes on. */
  restart(now: number): void {
    this.#origin = now - this.monotonic();
  }

  /** Stands still while something goes on that takes real time. */
  async during<T>(work: () => Promise<T> | T): Promise<T> {
    this.#active += 1;
    try {
      return await work();
    } finally {
      this.#active -= 1;
    }
  }

  /** The same for an exchange, unless the organisation lets it wait. */
  async around<T>(exchange: () => Promise<T>): Promise<T> {
    this.#outer += 1;
    try {
      return await exchange();
    } finally {
      this.#outer -= 1;
    }
  }

  /** An exchange waits in the organisation. */
  async within(milliseconds: number, signal: AbortSignal): Promise<void> {
    this.#inner += 1;
    await this.sleep(milliseconds, signal);
    this.#inner -= 1;
  }

  /** Once all that can go on has gone on, it is the time that somebody waits for. */
  #look(): void {
    if (this.#looking || !Number.isFinite(this.#next())) return;
    this.#looking = true;
    later(() => {
      this.#looking = false;
      // Who waited may have gone meanwhile.
      const left = this.#next() - this.monotonic();
      this.leap(this.#quiet() && Number.isFinite(left) ? Math.max(0, left) : 0);
      this.#look();
    }, this.#quiet() ? 0 : PATIENCE);
  }

  #quiet(): boolean {
    return this.#active === 0 && this.#outer <= this.#inner;
  }

  /** When the next one is woken; never, where nobody is. */
  #next(): number {
    return Math.min(...[...this.#sleepers].map(({ until }) => until));
  }
}
