// How time passes: by itself, or as the caller says.

/** Two clocks, in milliseconds, and two ways to wait. */
export interface Clock {
  /** On a clock that never goes back. */
  monotonic(): number;
  /** Since 1970 UTC. */
  now(): number;
  /** Lets time pass in its own way, until the signal says that something happened. */
  sleep?(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** The same for the time that an exchange may take; unless given, that is real time. */
  timer?(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** @internal */
export const CLOCK: Clock = { monotonic: () => performance.now(), now: () => Date.now() };

/** @internal Real time. */
export function pass(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
