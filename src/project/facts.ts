import { clean } from "../security/untrusted.ts";
import type { Evidence, Fact, Project } from "./types.ts";

/** A fact read from a declaration in the project. */
export function certain<T>(value: T, ...evidence: readonly Evidence[]): Fact<T> {
  return { value, evidence, confidence: "certain" };
}

/** A fact inferred from what is there; `note` says how. */
export function likely<T>(value: T, note: string, ...evidence: readonly Evidence[]): Fact<T> {
  return { value, evidence, confidence: "likely", note };
}

/** A default nobody stated; `note` says why this one. */
export function assumed<T>(value: T, note: string): Fact<T> {
  return { value, evidence: [], confidence: "assumed", note };
}

/** A value the caller gave as a parameter. */
export function given<T>(value: T, parameter: string): Fact<T> {
  return { value, evidence: [], confidence: "certain", note: `given as ${parameter}` };
}

/** Evidence for a file, at the first line that matches when a pattern is given. */
export function evidence(project: Project, file: string, pattern?: RegExp | string): Evidence {
  const content = pattern === undefined ? undefined : project.read(file);
  if (content === undefined || pattern === undefined) return { file };
  const lines = content.split("\n");
  const at = lines.findIndex((line) =>
    typeof pattern === "string" ? line.includes(pattern) : pattern.test(line),
  );
  const line = lines[at];
  return line === undefined ? { file } : { file, line: at + 1, text: clean(line, 120) };
}
