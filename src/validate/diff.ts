import { createTwoFilesPatch } from "diff";

/** A unified diff that `patch` and `git apply` take; empty when nothing changed. */
export function unifiedDiff(name: string, before: string, after: string): string {
  if (before === after) return "";
  return createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, {
    context: 3,
  }).replace(/^=+\n/, "");
}
