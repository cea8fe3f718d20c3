import { z } from "zod";
import { InputError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { readYaml } from "./read.ts";
import { isKnownRule, profileNames } from "./select.ts";
import type { Checklist, Config, RuleSetting } from "./types.ts";

/** The names of our configuration file, in the order they are looked for. */
export const dockwrightFiles = ["dockwright.yaml", "dockwright.yml", ".dockwright.yaml"] as const;

const severity = z.enum(["error", "warning", "info", "style"]);
const size = z.union([
  z.number().int().positive(),
  z.string().regex(/^\d+(?:\.\d+)?\s*(?:[kKMGT]i?)?B?$/, "a size such as 300MB"),
]);

const ruleSetting = z.union([
  z.enum(["off", "on", "error", "warning", "info", "style"]).describe("off, on, or a severity"),
  z.boolean().describe("on or off (YAML reads the plain words as booleans)"),
  z
    .looseObject({ severity: z.union([severity, z.literal("off"), z.literal(false)]).optional() })
    .describe("a severity and the rule's own settings"),
]);

const item = z.strictObject({
  id: z.string().min(1),
  title: z.string().min(1),
  rules: z
    .array(z.string())
    .default([])
    .describe("rules that must stay silent, by name or another tool's id"),
  note: z.string().optional(),
});

/** The shape of dockwright.yaml; reference/schema/dockwright.schema.json is made from it. */
export const dockwrightFile = z.strictObject({
  $schema: z.string().optional(),
  profile: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe(`which rules run: ${profileNames.join(", ")}`),
  failOn: z
    .enum(["error", "warning", "info", "style", "none"])
    .optional()
    .describe("findings that fail a run"),
  ignore: z.array(z.string()).optional().describe("rules that stay silent, by name or another tool's id"),
  rules: z.record(z.string(), ruleSetting).optional().describe("settings by rule name or another tool's id"),
  pragmas: z.boolean().optional().describe("false: comments in a Dockerfile cannot silence anything"),
  trustedRegistries: z
    .array(z.string())
    .optional()
    .describe("registries images may come from; * matches any text"),
  labelSchema: z
    .record(z.string(), z.enum(["text", "rawtext", "url", "semver", "hash", "rfc3339", "spdx", "email"]))
    .optional()
    .describe("labels an image must have, and what they hold"),
  strictLabels: z.boolean().optional().describe("true: no other labels are allowed"),
  checklists: z
    .record(z.string(), z.strictObject({ title: z.string(), items: z.array(item).min(1) }))
    .optional()
    .describe("the team's own checklists, by name"),
  budgets: z
    .record(z.string(), size)
    .optional()
    .describe("largest image size by kind of application: backend: 500MB"),
});

/** Reads a dockwright.yaml. Throws InputError with the place for what it does not understand. */
export function parseDockwrightConfig(text: string, file = "dockwright.yaml"): Partial<Config> {
  const parsed = dockwrightFile.safeParse(readYaml(text, file) ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join(".") ?? "";
    throw new InputError(
      `${clean(file)}: ${clean(where === "" ? "" : `${where}: `)}${clean(issue?.message ?? "not understood")}`,
      "see docs/rules.md (Configuration) or reference/schema/dockwright.schema.json",
    );
  }
  const { data } = parsed;
  const named = [
    ...(data.ignore ?? []),
    ...Object.keys(data.rules ?? {}),
    ...Object.values(data.checklists ?? {}).flatMap((list) => list.items.flatMap((entry) => entry.rules)),
  ];
  const unknown = named.find((id) => !isKnownRule(id));
  if (unknown !== undefined) {
    throw new InputError(
      `${clean(file)}: there is no rule ${clean(unknown)}`,
      "docs/rules.md lists all names and ids",
    );
  }
  const shared: Record<string, unknown> = {};
  for (const key of ["trustedRegistries", "labelSchema", "strictLabels"] as const) {
    if (data[key] !== undefined) shared[key] = data[key];
  }
  return {
    shared,
    rules: Object.fromEntries(
      Object.entries(data.rules ?? {}).map(([id, setting]) => [id, toSetting(setting)]),
    ),
    ...(data.profile === undefined ? {} : { profiles: [data.profile].flat() }),
    ...(data.ignore ? { ignore: data.ignore } : {}),
    ...(data.failOn ? { failOn: data.failOn } : {}),
    ...(data.pragmas === undefined ? {} : { pragmas: data.pragmas }),
    ...(data.checklists ? { checklists: toChecklists(data.checklists) } : {}),
    ...(data.budgets
      ? {
          budgets: Object.fromEntries(
            Object.entries(data.budgets).map(([kind, value]) => [kind, toBytes(value)]),
          ),
        }
      : {}),
  };
}

/** "300MB" -> 300,000,000; "1GiB" -> 1,073,741,824. Numbers are bytes already. */
export function toBytes(value: string | number): number {
  if (typeof value === "number") return value;
  const match = /^([\d.]+)\s*([kKMGT])?(i)?/.exec(value);
  const step = match?.[3] === "i" ? 1024 : 1000;
  const power = match?.[2] === undefined ? 0 : "kMGT".indexOf(match[2].replace("K", "k")) + 1;
  return Math.round(Number(match?.[1] ?? 0) * step ** power);
}

function toSetting(setting: z.output<typeof ruleSetting>): RuleSetting {
  if (setting === true || setting === "on") return { options: {} };
  if (setting === false || setting === "off") return { severity: "off" };
  if (typeof setting === "string") return { severity: setting };
  const { severity: wanted, ...options } = setting;
  return { options, ...(wanted === undefined ? {} : { severity: wanted === false ? "off" : wanted }) };
}

function toChecklists(
  lists: Readonly<Record<string, { title: string; items: readonly z.output<typeof item>[] }>>,
): Record<string, Checklist> {
  return Object.fromEntries(
    Object.entries(lists).map(([name, { title, items }]) => [
      name,
      {
        name,
        title,
        items: items.map(({ id, title: label, rules, note }) => ({
          id,
          title: label,
          rules,
          ...(note === undefined ? {} : { note }),
        })),
      },
    ]),
  );
}

/** The JSON Schema (2020-12) of dockwright.yaml, for editors. */
export function configSchema(): object {
  return {
    $id: "https://unpkg.com/dockwright/reference/schema/dockwright.schema.json",
    title: "dockwright.yaml",
    ...z.toJSONSchema(dockwrightFile, { io: "input" }),
  };
}
