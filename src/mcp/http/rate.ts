/** Says whether a client may send another request now. */
export type RateLimit = (client: string) => boolean;

/** Most clients that are remembered; the one not seen for longest is forgotten. */
const clients = 1_000;

/**
 * A token bucket for each client: `burst` requests at once, `perSecond` in the long run. `now` in milliseconds.
 */
export function makeRateLimit(burst: number, perSecond: number, now: () => number): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();
  return (client) => {
    const time = now();
    const bucket = buckets.get(client) ?? { left: burst, at: time };
    const refilled = Math.min(burst, bucket.left + ((time - bucket.at) / 1000) * perSecond);
    buckets.delete(client);
    const allowed = refilled >= 1;
    buckets.set(client, { left: allowed ? refilled - 1 : refilled, at: time });
    const [oldest] = buckets.keys();
    if (buckets.size > clients && oldest !== undefined) buckets.delete(oldest);
    return allowed;
  };
}
