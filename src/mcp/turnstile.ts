import { CancelledError } from "../security/errors.ts";

/** Lets a few pieces of work through at a time; the others wait their turn. */
export type Turnstile = <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

/** A turnstile for `width` at a time. Waiting ends with CancelledError when the signal fires. */
export function makeTurnstile(width: number): Turnstile {
  let inside = 0;
  const waiting = new Set<() => void>();
  const leave = (): void => {
    inside -= 1;
    const [next] = waiting;
    if (next) next();
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
      if (signal.aborted) throw new CancelledError();
    }
    inside += 1;
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
