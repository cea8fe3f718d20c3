const steps = ["B", "kB", "MB", "GB", "TB"] as const;

/** Bytes for people, in powers of 1000 as `docker images` writes them: `95.9 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let step = 0;
  while (Math.abs(value) >= 999.5 && step < steps.length - 1) {
    value /= 1000;
    step++;
  }
  const digits = step === 0 || Math.abs(value) >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${steps[step]}`;
}

/** A share in percent: `40.7%`. */
export function formatShare(part: number, whole: number): string {
  return whole === 0 ? "0%" : `${((100 * part) / whole).toFixed(1)}%`;
}

/** A bar of `width` characters, filled in eighths. */
export function bar(part: number, whole: number, width: number): string {
  const eighths = whole === 0 ? 0 : Math.round((8 * width * Math.max(0, part)) / whole);
  const full = Math.min(width, Math.floor(eighths / 8));
  const rest = full < width ? ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8] : "";
  return `${"█".repeat(full)}${rest}`.padEnd(width);
}
