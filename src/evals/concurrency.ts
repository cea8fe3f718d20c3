import { CancelledError } from "../security/errors.ts";

/**
 * Works through a list, at most `width` at a time; results in the list's order. The first error stops new work
 * and is thrown once what was begun has ended. Throws CancelledError when the signal fires.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  async function worker(): Promise<void> {
    for (let index = next++; index < items.length && failure === undefined; index = next++) {
      if (signal.aborted) throw new CancelledError();
      const item = items[index];
      if (item === undefined) continue;
      try {
        results.set(index, await work(item));
      } catch (error) {
        failure ??= { error };
      }
    }
  }
  const workers = Array.from({ length: Math.max(1, Math.min(width, items.length)) }, worker);
  const ended = await Promise.allSettled(workers);
  if (failure !== undefined) throw failure.error;
  for (const each of ended) if (each.status === "rejected") throw each.reason;
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
