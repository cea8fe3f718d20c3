import { type Config, defaultConfig } from "./types.ts";

/** Lays configurations over each other, the later ones winning; `ignore` lists add up. */
export function mergeConfigs(...parts: readonly Partial<Config>[]): Config {
  return parts.reduce<Config>(
    (base, part) => ({
      profiles: part.profiles ?? base.profiles,
      rules: { ...base.rules, ...part.rules },
      ignore: [...base.ignore, ...(part.ignore ?? [])],
      failOn: part.failOn ?? base.failOn,
      pragmas: part.pragmas ?? base.pragmas,
      shared: { ...base.shared, ...part.shared },
      checklists: { ...base.checklists, ...part.checklists },
      budgets: { ...base.budgets, ...part.budgets },
    }),
    defaultConfig,
  );
}
