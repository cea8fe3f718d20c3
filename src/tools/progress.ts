type Report = (message: string, done?: number, total?: number) => void;

/** Passes on at most one report in `intervalMs`, and the last one of a counted piece of work. Never throws. */
export function throttled(report: Report, now: () => number, intervalMs = 200): Report {
  let last = Number.NEGATIVE_INFINITY;
  return (message, done, total) => {
    const time = now();
    const finished = done !== undefined && done === total;
    if (time - last < intervalMs && !finished) return;
    last = time;
    try {
      report(message, done, total);
    } catch {
      // Nobody listens any more; the work goes on.
    }
  };
}
