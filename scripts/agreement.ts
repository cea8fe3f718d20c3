/*
 * Agreement with the real hadolint and BuildKit's real linter on a folder of Dockerfiles, per rule:
 *   npx tsx scripts/agreement.ts <folder> [--hadolint results.json ...] [--buildkit results.jsonl] [--examples ID]
 * results.json is what `hadolint --no-fail -f json <files>` prints, results.jsonl what scripts/buildkit-lint prints, with
 * names relative to the folder. Files that the other tool cannot parse are left out. A finding agrees when the same id
 * is reported for the same instruction, by its first line or by a line our finding names.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import type { Location } from "../src/dockerfile/types.ts";
import { mergeConfigs } from "../src/validate/config/merge.ts";
import type { LintResult } from "../src/validate/run.ts";
import { validate } from "../src/validate/run.ts";

type Tool = "hadolint" | "buildkit";

interface Theirs {
  readonly file: string;
  readonly id: string;
  readonly line: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    hadolint: { type: "string", multiple: true, default: [] },
    buildkit: { type: "string", multiple: true, default: [] },
    examples: { type: "string" },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  process.stderr.write("name the folder the results are about: npx tsx scripts/agreement.ts <folder> ...\n");
  process.exit(2);
}

const hadolintLine = z.object({ file: z.string(), code: z.string(), line: z.number() });
const buildkitLine = z.object({
  file: z.string(),
  error: z.string().optional(),
  findings: z.array(z.object({ rule: z.string(), line: z.number() })),
});

function readHadolint(files: readonly string[]): { theirs: Theirs[]; unread: Set<string> } {
  const all = files.flatMap((file) =>
    z.array(hadolintLine).parse(JSON.parse(readFileSync(file, "utf8") || "[]")),
  );
  const unread = new Set(all.filter(({ code }) => code === "DL1000").map(({ file }) => path.normalize(file)));
  return {
    theirs: all.map(({ file, code, line }) => ({ file: path.normalize(file), id: code, line })),
    unread,
  };
}

function readBuildkit(files: readonly string[]): { theirs: Theirs[]; unread: Set<string>; names: string[] } {
  const lines = files.flatMap((file) => readFileSync(file, "utf8").trim().split("\n"));
  const all = lines.map((line) => buildkitLine.parse(JSON.parse(line)));
  return {
    names: all.map(({ file }) => path.normalize(file)),
    theirs: all.flatMap(({ file, findings }) =>
      findings.map(({ rule, line }) => ({ file: path.normalize(file), id: rule, line })),
    ),
    unread: new Set(all.filter(({ error }) => error !== undefined).map(({ file }) => path.normalize(file))),
  };
}

/** Lines by which a finding can be meant: its own, those it names, the first lines of the instructions around them. */
function linesOf(result: LintResult, locations: readonly Location[]): Set<number> {
  const lines = new Set<number>();
  for (const { startLine } of locations) {
    lines.add(startLine);
    const around = result.file.instructions.findLast(
      ({ range }) => result.file.lineAt(range.start) <= startLine,
    );
    if (around) lines.add(result.file.lineAt(around.range.start));
  }
  return lines;
}

interface Row {
  both: number;
  readonly onlyThey: string[];
  readonly onlyWe: string[];
}

function compare(
  tool: Tool,
  names: readonly string[],
  theirs: readonly Theirs[],
  unread: Set<string>,
): Map<string, Row> {
  const config = mergeConfigs({ profiles: [tool] });
  const byFile = new Map<string, Theirs[]>();
  for (const one of theirs) byFile.set(one.file, [...(byFile.get(one.file) ?? []), one]);
  const rows = new Map<string, Row>();
  const row = (id: string): Row => {
    const known = rows.get(id) ?? { both: 0, onlyThey: [], onlyWe: [] };
    rows.set(id, known);
    return known;
  };
  for (const name of names) {
    if (unread.has(name)) continue;
    const result = validate(readFileSync(path.join(folder ?? "", name), "utf8"), {
      name,
      today: "2026-11-21",
      config,
    });
    const ours = result.findings.flatMap(({ aliases, location, related }) => {
      const lines = linesOf(result, [...(location ? [location] : []), ...(related ?? [])]);
      const ids =
        tool === "buildkit" ? aliases.buildkit : [...(aliases.hadolint ?? []), ...(aliases.shellcheck ?? [])];
      return (ids ?? []).map((id) => ({ id, lines, seen: false }));
    });
    const told = new Set<string>();
    for (const { id, line } of byFile.get(name) ?? []) {
      if (told.has(`${id} ${line}`)) continue;
      told.add(`${id} ${line}`);
      const matching = ours.filter((one) => one.id === id && one.lines.has(line));
      for (const one of matching) one.seen = true;
      if (matching.length > 0) row(id).both++;
      else row(id).onlyThey.push(`${name}:${line}`);
    }
    for (const { id, lines, seen } of ours) if (!seen) row(id).onlyWe.push(`${name}:${[...lines][0]}`);
  }
  return rows;
}

function print(title: string, files: number, rows: ReadonlyMap<string, Row>): void {
  const lines = [`${title}, ${files} files`, "", "| id | both | only they | only we |", "|---|---|---|---|"];
  for (const [id, { both, onlyThey, onlyWe }] of [...rows].sort(([a], [b]) => a.localeCompare(b))) {
    lines.push(`| ${id} | ${both} | ${onlyThey.length} | ${onlyWe.length} |`);
    if (values.examples === id || values.examples === "all") {
      lines.push(`  they: ${onlyThey.slice(0, 12).join(" ")}`, `  we:   ${onlyWe.slice(0, 12).join(" ")}`);
    }
  }
  process.stdout.write(`${lines.join("\n")}\n\n`);
}

const buildkit = readBuildkit(values.buildkit);
const hadolint = readHadolint(values.hadolint);
if (values.hadolint.length > 0) {
  const names = [
    ...new Set(buildkit.names.length > 0 ? buildkit.names : hadolint.theirs.map(({ file }) => file)),
  ];
  print(
    "hadolint",
    names.length - hadolint.unread.size,
    compare("hadolint", names, hadolint.theirs, hadolint.unread),
  );
}
if (values.buildkit.length > 0) {
  print(
    "BuildKit",
    buildkit.names.length - buildkit.unread.size,
    compare("buildkit", buildkit.names, buildkit.theirs, buildkit.unread),
  );
}
