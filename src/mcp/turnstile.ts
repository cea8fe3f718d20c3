import { CancelledError } from "../security/errors.ts";

/** Lets a few pieces of work through at a time; the others wait their turn. */
export type Turnstile = <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

/** A turnstile for `width` at a time. Waiting ends with CancelledError when the signal fires. */
export function makeTurnstile(width: number): Turnstile {
  let inside = 0;
  const waiting = new Set<() => void>();
  const wakeNext = (): void => {
    const [next] = waiting;
    if (next && inside < width) next();
  };
  return async (signal, work) => {
    while (inside >= width) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener("abort", wake, { once: true });
      });
      if (signal.aborted) {
        // The turn may have come at the same time: it goes to the next.
        wakeNext();
        throw new CancelledError();
      }
    }
    inside += 1;
    try {
      return await work();
    } finally {
      inside -= 1;
      wakeNext();
    }
  };
}
