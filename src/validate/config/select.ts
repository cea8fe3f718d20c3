import { rules } from "../../rules/index.ts";
import type { Aliases, Rule, Severity } from "../../rules/types.ts";
import { InputError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { normalId, rulesOf } from "../ids.ts";
import type { Config } from "./types.ts";

/** A rule that runs, and how. */
export interface SelectedRule {
  readonly rule: Rule;
  /** Replaces what the rule says. */
  readonly severity?: Severity;
  readonly options: Readonly<Record<string, unknown>>;
  /** Its findings are wanted for their own sake; false when only a tool's profile chose it. */
  readonly own: boolean;
  /** Whatever these tools would report is wanted too, harmless cases (`Problem.parity`) included. */
  readonly tools: readonly (keyof Aliases)[];
}

const tools = {
  hadolint: ["hadolint", "shellcheck"],
  buildkit: ["buildkit"],
  trivy: ["trivy"],
  checkov: ["checkov"],
  semgrep: ["semgrep"],
  dockle: ["dockle"],
  "dockerfile-utils": ["dockerfileUtils"],
} as const satisfies Record<string, readonly (keyof Aliases)[]>;

/** Checks the tools themselves run only when asked. */
const offByDefault = new Set(["dl1001", "dl3057", "invaliddefinitiondescription"]);

/** The profiles that choose rules: ours, everything, one category, or what one other tool checks. */
export const profileNames: readonly string[] = ["recommended", "all", "security", ...Object.keys(tools)];

const cache = new WeakMap<Config, readonly SelectedRule[]>();

/** The rules a configuration runs. Throws InputError for a profile nobody knows. */
export function selectRules(config: Config): readonly SelectedRule[] {
  let selected = cache.get(config);
  if (!selected) {
    selected = select(config);
    cache.set(config, selected);
  }
  return selected;
}

/** True when an id is a rule of ours or another tool's id for one. */
export function isKnownRule(id: string): boolean {
  return rulesOf(id).length > 0;
}

function select(config: Config): SelectedRule[] {
  for (const profile of config.profiles) {
    if (!profileNames.includes(profile)) {
      throw new InputError(
        `there is no profile ${clean(profile)}`,
        `choose one of: ${profileNames.join(", ")}, or a checklist`,
      );
    }
  }
  const off = new Set(config.ignore.flatMap((id) => rulesOf(id).map((rule) => rule.meta.name)));
  const settings = new Map<string, { severity?: Severity | "off"; options: Record<string, unknown> }>();
  for (const [id, setting] of Object.entries(config.rules)) {
    for (const rule of rulesOf(id)) {
      const known = settings.get(rule.meta.name);
      settings.set(rule.meta.name, {
        ...known,
        ...(setting.severity === undefined ? {} : { severity: setting.severity }),
        options: { ...known?.options, ...setting.options },
      });
    }
  }
  return rules.flatMap((rule): SelectedRule[] => {
    const setting = settings.get(rule.meta.name);
    if (off.has(rule.meta.name) || setting?.severity === "off") return [];
    const reach = reachOf(rule, config.profiles, setting !== undefined);
    const own = reach.own || setting !== undefined;
    if (!own && reach.tools.length === 0) return [];
    return [
      {
        rule,
        own,
        tools: reach.tools,
        options: setting ? { ...config.shared, ...setting.options } : config.shared,
        ...(setting?.severity === undefined ? {} : { severity: setting.severity }),
      },
    ];
  });
}

/** Which findings of a rule the profiles want: all that matter, and those of some tools. */
function reachOf(
  rule: Rule,
  profiles: readonly string[],
  asked: boolean,
): Pick<SelectedRule, "own" | "tools"> {
  const wanted: (keyof Aliases)[] = [];
  let own = false;
  for (const profile of profiles) {
    if (profile === "all") return { own: true, tools: Object.values(tools).flat() };
    if (profile === "recommended" && rule.meta.enabled !== false) own = true;
    if (profile === "security" && rule.meta.category === "security" && rule.meta.enabled !== false)
      own = true;
    for (const tool of Object.entries(tools).find(([name]) => name === profile)?.[1] ?? []) {
      if (rule.meta.aliases[tool]?.some((id) => asked || !offByDefault.has(normalId(id)))) wanted.push(tool);
    }
  }
  return { own, tools: wanted };
}
