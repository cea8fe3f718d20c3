/**
 * One answer from the answers for several files: lists are joined, counts added up, `passed` holds when it
 * holds for all, `truncated` when it does for one. Other values are the first's.
 */
export function mergeAnswers(answers: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const answer of answers) {
    for (const [key, value] of Object.entries(answer)) merged[key] = merge(key, merged[key], value);
  }
  return merged;
}

function merge(key: string, before: unknown, value: unknown): unknown {
  if (before === undefined) return value;
  if (Array.isArray(before) && Array.isArray(value)) return [...before, ...value];
  if (typeof before === "number" && typeof value === "number") return before + value;
  if (typeof before === "boolean" && typeof value === "boolean")
    return key === "passed" ? before && value : before || value;
  if (isRecord(before) && isRecord(value)) return mergeAnswers([before, value]);
  return before;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
