/*
 * Compares our findings with facts taken from other linters' test suites:
 *   npm run conformance -- --cases <folder of .jsonl files> [--json] [--source hadolint] [--rule DL3008] [--show]
 * Each line of a file is one case: {source, rule, dockerfile, expect: "fire"|"silent", line, context, ...}.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { contextView } from "../src/dockerfile/context.ts";
import type { Aliases, Finding } from "../src/rules/types.ts";
import { mergeConfigs } from "../src/validate/config/merge.ts";
import type { Config, RuleSetting } from "../src/validate/config/types.ts";
import { normalId } from "../src/validate/ids.ts";
import { type LintResult, validate } from "../src/validate/run.ts";

const caseSchema = z.looseObject({
  source: z.string(),
  rule: z.string(),
  dockerfile: z.string(),
  expect: z.enum(["fire", "silent"]),
  line: z.number().nullish(),
  lines: z.array(z.number()).optional(),
  onbuild: z.boolean().optional(),
  name: z.string().optional(),
  context: z
    .looseObject({
      labelSchema: z.record(z.string(), z.string()).optional(),
      strictLabels: z.boolean().optional(),
      allowedRegistries: z.array(z.string()).optional(),
      ignoreRules: z.array(z.string()).optional(),
      enable: z.array(z.string()).optional(),
      experimental: z.array(z.string()).optional(),
      buildArgs: z.record(z.string(), z.string()).optional(),
      dockerignore: z.string().optional(),
      lineScoped: z.unknown().optional(),
      settings: z.record(z.string(), z.number()).optional(),
    })
    .nullish(),
});
type Case = z.output<typeof caseSchema>;

interface Disagreement {
  readonly rule: string;
  readonly name: string;
  readonly expected: string;
  readonly got: string;
  readonly dockerfile: string;
}

const tools: Readonly<Record<string, { profile: string; alias: keyof Aliases }>> = {
  hadolint: { profile: "hadolint", alias: "hadolint" },
  buildkit: { profile: "buildkit", alias: "buildkit" },
  "trivy-checks": { profile: "trivy", alias: "trivy" },
  checkov: { profile: "checkov", alias: "checkov" },
  "semgrep-rules": { profile: "semgrep", alias: "semgrep" },
  "dockerfile-utils": { profile: "dockerfile-utils", alias: "dockerfileUtils" },
};

const settingRules: Readonly<Record<string, readonly string[]>> = {
  deprecatedMaintainer: ["DEPRECATED_MAINTAINER"],
  directiveCasing: ["CASING_DIRECTIVE"],
  emptyContinuationLine: ["EMPTY_CONTINUATION_LINE"],
  instructionCasing: ["CASING_INSTRUCTION"],
  instructionCmdMultiple: ["MULTIPLE_INSTRUCTIONS"],
  instructionJSONInSingleQuotes: ["JSON_IN_SINGLE_QUOTES"],
  instructionWorkdirRelative: ["WORKDIR_IS_NOT_ABSOLUTE"],
};

const { values } = parseArgs({
  options: {
    cases: { type: "string" },
    json: { type: "boolean", default: false },
    show: { type: "boolean", default: false },
    source: { type: "string" },
    rule: { type: "string" },
  },
});

if (values.cases === undefined) {
  process.stderr.write("say where the cases are: npm run conformance -- --cases <folder>\n");
  process.exit(2);
}

interface Row {
  total: number;
  agree: number;
  readonly rules: Map<string, [number, number]>;
  readonly disagreements: Disagreement[];
}

const perSource = new Map<string, Row>();
const cache = new Map<string, LintResult>();

for (const testCase of readCases(values.cases)) {
  const source = testCase.source.split(":")[0] ?? "";
  const tool = tools[source];
  if (!tool) continue;
  const name = tool.profile;
  if (values.source !== undefined && values.source !== name) continue;
  if (values.rule !== undefined && normalId(values.rule) !== normalId(testCase.rule)) continue;
  const row: Row = perSource.get(name) ?? { total: 0, agree: 0, rules: new Map(), disagreements: [] };
  perSource.set(name, row);
  const rule = row.rules.get(testCase.rule) ?? [0, 0];
  row.rules.set(testCase.rule, rule);
  row.total++;
  rule[1]++;
  const got = judge(testCase, tool);
  if (got === undefined) {
    row.agree++;
    rule[0]++;
  } else {
    row.disagreements.push({
      rule: testCase.rule,
      name: `${testCase.source} ${testCase.name ?? ""}`.trim(),
      expected: `${testCase.expect}${testCase.expect === "fire" && linesOf(testCase).length > 0 ? ` on line ${linesOf(testCase).join(", ")}` : ""}`,
      got,
      dockerfile: testCase.dockerfile,
    });
  }
}

if (values.json) {
  const sources = Object.fromEntries(
    [...perSource].map(([name, { total, agree, disagreements }]) => [name, { total, agree, disagreements }]),
  );
  process.stdout.write(`${JSON.stringify({ sources }, undefined, 2)}\n`);
} else {
  for (const [name, { total, agree, rules, disagreements }] of perSource) {
    process.stdout.write(`${name}: ${agree} of ${total} (${((100 * agree) / total).toFixed(2)} %)\n`);
    for (const [rule, [ok, all]] of [...rules].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
      if (ok < all) process.stdout.write(`  ${rule}: ${ok} of ${all}\n`);
    }
    if (values.show) {
      for (const { rule, name: where, expected, got, dockerfile } of disagreements) {
        process.stdout.write(
          `\n${rule} ${where}\n  expected ${expected}; ${got}\n${dockerfile.replace(/^/gm, "    | ")}\n`,
        );
      }
    }
  }
}

/** Undefined when we agree, else what we said. */
function judge(testCase: Case, tool: { profile: string; alias: keyof Aliases }): string | undefined {
  const result = run(testCase, tool.profile);
  const matching = result.findings.filter((finding) => matches(testCase.rule, finding, tool.alias, testCase));
  const scoped =
    testCase.context?.lineScoped && testCase.line
      ? matching.filter((finding) => onLine(result, finding, testCase.line ?? 0))
      : matching;
  if (testCase.expect === "silent") {
    return scoped.length === 0 ? undefined : `we report ${describe(scoped)}`;
  }
  if (scoped.length === 0) return `we report nothing (${describe(result.findings)})`;
  const missed = linesOf(testCase).filter((line) => !scoped.some((finding) => onLine(result, finding, line)));
  return missed.length === 0 ? undefined : `we report ${describe(scoped)}, not line ${missed.join(", ")}`;
}

function matches(rule: string, finding: Finding, alias: keyof Aliases, testCase: Case): boolean {
  const ids = finding.aliases[alias] ?? [];
  if (rule === "SC*") return finding.aliases.shellcheck !== undefined;
  if (rule === "*") {
    const off = offBySettings(testCase);
    return (
      ids.some((id) => !off.has(id)) || (alias === "hadolint" && finding.aliases.shellcheck !== undefined)
    );
  }
  return ids.some((id) => normalId(id) === normalId(rule));
}

function offBySettings(testCase: Case): ReadonlySet<string> {
  const settings = testCase.context?.settings ?? {};
  return new Set(
    Object.entries(settings).flatMap(([key, level]) => (level === 0 ? (settingRules[key] ?? []) : [])),
  );
}

/** Tools that know no columns name an instruction by its first line; a related place counts as named. */
function onLine({ file }: LintResult, finding: Finding, line: number): boolean {
  return [finding.location, ...(finding.related ?? [])].some((place) => {
    if (!place) return false;
    if (place.startLine <= line && line <= place.endLine) return true;
    const instruction = file.instructions.findLast(
      ({ range }) => file.lineAt(range.start) <= place.startLine,
    );
    return instruction !== undefined && file.lineAt(instruction.range.start) === line;
  });
}

function linesOf(testCase: Case): number[] {
  if (testCase.expect !== "fire") return [];
  if (testCase.lines) return testCase.lines;
  return testCase.line ? [testCase.line] : [];
}

function run(testCase: Case, profile: string): LintResult {
  const key = JSON.stringify([profile, testCase.dockerfile, testCase.context]);
  const known = cache.get(key);
  if (known) return known;
  const context = testCase.context ?? {};
  const enable = [...(context.enable ?? []), ...(context.experimental ?? [])];
  const shared: Record<string, unknown> = {};
  if (context.allowedRegistries) shared.trustedRegistries = context.allowedRegistries;
  if (context.labelSchema) shared.labelSchema = context.labelSchema;
  if (context.strictLabels) shared.strictLabels = true;
  const config: Config = mergeConfigs({
    profiles: [profile],
    rules: Object.fromEntries(enable.map((id): [string, RuleSetting] => [id, {}])),
    ignore: context.ignoreRules ?? [],
    shared,
  });
  const result = validate(testCase.dockerfile, {
    config,
    today: "2026-11-21",
    ...(context.buildArgs ? { buildArgs: context.buildArgs } : {}),
    ...(context.dockerignore === undefined
      ? {}
      : {
          context: contextView({
            files: [".dockerignore", "Dockerfile"],
            ignore: { name: ".dockerignore", text: context.dockerignore },
            read: (path) => (path === ".dockerignore" ? context.dockerignore : undefined),
          }),
        }),
  });
  cache.set(key, result);
  return result;
}

function describe(findings: readonly Finding[]): string {
  if (findings.length === 0) return "no findings";
  return findings
    .slice(0, 6)
    .map(({ rule, location, message }) => `${rule}:${location?.startLine ?? "?"} ${message}`)
    .join("; ");
}

function* readCases(folder: string): Generator<Case> {
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(".jsonl")) continue;
    for (const line of readFileSync(path.join(folder, file), "utf8").split("\n")) {
      if (line.trim() === "") continue;
      const parsed = caseSchema.safeParse(JSON.parse(line));
      if (parsed.success) yield parsed.data;
    }
  }
}
