/**
 * Probability that at least one of `k` answers passes, estimated from `n` answers of which `c` passed:
 * 1 - C(n-c, k) / C(n, k), the unbiased estimator of Chen et al. 2021 (arXiv 2107.03374). Undefined when n < k.
 */
export function passAtK(n: number, c: number, k: number): number | undefined {
  if (n < k || k < 1) return undefined;
  if (n - c < k) return 1;
  let product = 1;
  for (let i = n - c + 1; i <= n; i++) product *= 1 - k / i;
  return 1 - product;
}

/**
 * Probability that `k` answers in a row all pass: C(c, k) / C(n, k) (Yao et al. 2024, arXiv 2406.12045).
 * Undefined when n < k.
 */
export function passHatK(n: number, c: number, k: number): number | undefined {
  if (n < k || k < 1) return undefined;
  let product = 1;
  for (let i = 0; i < k; i++) product *= (c - i) / (n - i);
  return Math.max(0, product);
}

/** The Wilson score interval of a proportion, 95 % unless `z` says otherwise; the whole range when nothing was tried. */
export function wilson(
  passed: number,
  n: number,
  z = 1.959963984540054,
): readonly [low: number, high: number] {
  if (n === 0) return [0, 1];
  const p = passed / n;
  const z2 = z * z;
  const centre = p + z2 / (2 * n);
  const spread = z * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}

/** The middle value; undefined of nothing. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** A seed of its own for every trial: mulberry32's step over a hash of the name. */
export function seedFor(seed: number, name: string): number {
  let hash = seed >>> 0;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  hash = (hash + 0x6d2b79f5) >>> 0;
  let t = Math.imul(hash ^ (hash >>> 15), 1 | hash);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return (t ^ (t >>> 14)) >>> 0;
}
