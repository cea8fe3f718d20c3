import { rules } from "../rules/index.ts";
import type { Aliases, Rule } from "../rules/types.ts";

let byId: ReadonlyMap<string, readonly Rule[]> | undefined;

/** The rules an id means: our name, or any tool's id for it (`DL3008`, `AVD-DS-0001`, `dockerfile.security.x.x`). */
export function rulesOf(id: string): readonly Rule[] {
  byId ??= indexRules();
  return byId.get(normalId(id)) ?? [];
}

/** One spelling for an id: lower case, Trivy's old prefix and Semgrep's path left out. */
export function normalId(id: string): string {
  const trimmed = id
    .trim()
    .toLowerCase()
    .replace(/^avd-ds-/, "ds-");
  if (/^ds\d{3,4}$/.test(trimmed)) return `ds-${trimmed.slice(2).padStart(4, "0")}`;
  return trimmed.startsWith("dockerfile.") ? trimmed.slice(trimmed.lastIndexOf(".") + 1) : trimmed;
}

/** The tools in the order their ids are shown. */
export const toolOrder: readonly (keyof Aliases)[] = [
  "hadolint",
  "shellcheck",
  "buildkit",
  "trivy",
  "checkov",
  "semgrep",
  "dockle",
  "dockerfileUtils",
];

/** All ids in an alias table, tool by tool. */
export function aliasIds(aliases: Aliases): string[] {
  return toolOrder.flatMap((tool) => aliases[tool] ?? []);
}

function indexRules(): Map<string, Rule[]> {
  const index = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const id of new Set([rule.meta.name, ...aliasIds(rule.meta.aliases)].map(normalId))) {
      index.set(id, [...(index.get(id) ?? []), rule]);
    }
  }
  return index;
}
