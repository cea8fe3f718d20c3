import type { Severity } from "../types.ts";

/** A severity and who gave it. */
export interface Rating {
  readonly severity: Severity;
  readonly severitySource: string;
}

const words: Readonly<Record<string, Severity>> = {
  critical: "critical",
  fatal: "high",
  high: "high",
  important: "high",
  error: "high",
  medium: "medium",
  moderate: "medium",
  warn: "medium",
  warning: "medium",
  low: "low",
  note: "low",
  info: "low",
  minor: "low",
  negligible: "info",
  unimportant: "info",
};

/** A scanner's word for a severity. What nobody has rated counts as medium, and its source is `not rated`. */
export function rate(word: string, source: string): Rating {
  const key = word.trim().toLowerCase();
  const severity = Object.hasOwn(words, key) ? words[key] : undefined;
  return severity === undefined
    ? { severity: "medium", severitySource: "not rated" }
    : { severity, severitySource: source };
}

/** The qualitative severity of a CVSS score (CVSS 3.1 section 5, the same bands in 4.0). */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return "critical";
  if (score >= 7) return "high";
  if (score >= 4) return "medium";
  return score > 0 ? "low" : "info";
}
