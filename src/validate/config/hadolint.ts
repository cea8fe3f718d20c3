import { z } from "zod";
import type { Severity } from "../../rules/types.ts";
import { InputError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { readYaml } from "./read.ts";
import type { Config, RuleSetting, Threshold } from "./types.ts";

const severities = ["error", "warning", "info", "style"] as const satisfies readonly Severity[];
const threshold = z.enum([...severities, "ignore", "none"]);
const ids = z.array(z.coerce.string()).nullish();
const schemaKinds = ["text", "rawtext", "url", "semver", "hash", "rfc3339", "spdx", "email"] as const;

const hadolintFile = z.looseObject({
  "failure-threshold": threshold.nullish(),
  "no-fail": z.boolean().nullish(),
  ignored: ids,
  "disable-ignore-pragma": z.boolean().nullish(),
  "strict-labels": z.boolean().nullish(),
  "label-schema": z.record(z.string(), z.enum(schemaKinds)).nullish(),
  trustedRegistries: ids,
  override: z.object({ error: ids, warning: ids, info: ids, style: ids }).partial().nullish(),
  format: z.string().nullish(),
});

/** The names of hadolint's configuration file, in the order it looks for them. */
export const hadolintFiles = [".hadolint.yaml", ".hadolint.yml"] as const;

/**
 * Reads a `.hadolint.yaml` (https://github.com/hadolint/hadolint#configure) into our configuration;
 * hadolint's own checks run in full then, beside ours. Throws InputError for what it does not understand.
 */
export function parseHadolintConfig(text: string, file = ".hadolint.yaml"): Partial<Config> {
  const parsed = hadolintFile.safeParse(readYaml(text, file) ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InputError(
      `${clean(file)}: ${clean(issue?.path.join(".") ?? "")}: ${clean(issue?.message ?? "not understood")}`,
      "see https://github.com/hadolint/hadolint#configure",
    );
  }
  const { data } = parsed;
  return toConfig({
    failOn: data["no-fail"] ? "none" : data["failure-threshold"],
    ignored: data.ignored,
    pragmas: data["disable-ignore-pragma"] === true ? false : undefined,
    strictLabels: data["strict-labels"],
    labelSchema: data["label-schema"],
    trustedRegistries: data.trustedRegistries,
    override: data.override,
  });
}

/** The variables that say how to judge; others (a HADOLINT_VERSION of the job that installs it) mean nothing here. */
const variables = [
  "HADOLINT_NOFAIL",
  "HADOLINT_FAILURE_THRESHOLD",
  "HADOLINT_IGNORE",
  "HADOLINT_DISABLE_IGNORE_PRAGMA",
  "HADOLINT_STRICT_LABELS",
  "HADOLINT_REQUIRE_LABELS",
  "HADOLINT_TRUSTED_REGISTRIES",
  "HADOLINT_OVERRIDE_ERROR",
  "HADOLINT_OVERRIDE_WARNING",
  "HADOLINT_OVERRIDE_INFO",
  "HADOLINT_OVERRIDE_STYLE",
] as const;

/**
 * Reads hadolint's environment variables (`HADOLINT_IGNORE=DL3008,DL3009`, `HADOLINT_FAILURE_THRESHOLD` ...).
 * Undefined when none is set to something.
 */
export function hadolintEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Partial<Config> | undefined {
  if (variables.every((name) => !env[name])) return undefined;
  const list = (name: (typeof variables)[number]): string[] | undefined => {
    const items = (env[name] ?? "").split(",").map((item) => item.trim());
    const said = items.filter((item) => item !== "");
    return said.length > 0 ? said : undefined;
  };
  const flag = (name: (typeof variables)[number]): boolean => /^(?:1|y|yes|true|on)$/i.test(env[name] ?? "");
  const labels = list("HADOLINT_REQUIRE_LABELS")?.map((entry) => entry.split(":"));
  const failOn = threshold.safeParse(env.HADOLINT_FAILURE_THRESHOLD);
  return toConfig({
    failOn: flag("HADOLINT_NOFAIL") ? "none" : failOn.success ? failOn.data : undefined,
    ignored: list("HADOLINT_IGNORE"),
    pragmas: flag("HADOLINT_DISABLE_IGNORE_PRAGMA") ? false : undefined,
    strictLabels: flag("HADOLINT_STRICT_LABELS") || undefined,
    labelSchema: labels && Object.fromEntries(labels.map(([name = "", kind = "text"]) => [name, kind])),
    trustedRegistries: list("HADOLINT_TRUSTED_REGISTRIES"),
    override: {
      error: list("HADOLINT_OVERRIDE_ERROR"),
      warning: list("HADOLINT_OVERRIDE_WARNING"),
      info: list("HADOLINT_OVERRIDE_INFO"),
      style: list("HADOLINT_OVERRIDE_STYLE"),
    },
  });
}

interface Read {
  readonly failOn: Threshold | "ignore" | null | undefined;
  readonly ignored: readonly string[] | null | undefined;
  readonly pragmas: false | undefined;
  readonly strictLabels: boolean | null | undefined;
  readonly labelSchema: Readonly<Record<string, string>> | null | undefined;
  readonly trustedRegistries: readonly string[] | null | undefined;
  readonly override:
    | Readonly<Partial<Record<Severity, readonly string[] | null | undefined>>>
    | null
    | undefined;
}

function toConfig(read: Read): Partial<Config> {
  const rules: Record<string, RuleSetting> = {};
  // The heaviest severity wins when an id stands in several lists.
  for (const severity of [...severities].reverse()) {
    for (const id of read.override?.[severity] ?? []) rules[id] = { severity };
  }
  const shared: Record<string, unknown> = {};
  if (read.labelSchema) shared.labelSchema = read.labelSchema;
  if (read.strictLabels) shared.strictLabels = true;
  if (read.trustedRegistries) shared.trustedRegistries = read.trustedRegistries;
  return {
    profiles: ["recommended", "hadolint"],
    rules,
    ignore: read.ignored ?? [],
    ...(read.pragmas === false ? { pragmas: false } : {}),
    shared,
    ...(read.failOn ? { failOn: read.failOn === "ignore" ? "none" : read.failOn } : {}),
  };
}
