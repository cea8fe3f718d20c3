import { CancelledError } from "../security/errors.ts";

let last: Promise<unknown> = Promise.resolve();

/**
 * Does work after all that was handed in before has ended. Builders join equal steps of builds that run at the same
 * time, whatever their secrets are: one of them then holds the other's value, and is searched for its own.
 * Throws CancelledError when the signal fires before it begins, and what the work throws.
 */
export function inTurn<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  const mine = last.then(() => {
    if (signal.aborted) throw new CancelledError();
    return work();
  });
  last = mine.catch(() => undefined);
  const { promise: cancelled, reject } = withReject();
  const onAbort = (): void => reject(new CancelledError());
  signal.addEventListener("abort", onAbort, { once: true });
  return Promise.race([mine, cancelled]).finally(() => signal.removeEventListener("abort", onAbort));
}

function withReject(): { readonly promise: Promise<never>; readonly reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  return { promise, reject };
}
