/*
 * Agreement with other linters' own programs on a folder of Dockerfiles, per rule:
 *   npx tsx scripts/agreement.ts <folder> [--hadolint results.json ...] [--buildkit results.jsonl] [--trivy results.json]
 *     [--checkov results.json] [--semgrep results.json] [--dockerfile-utils results.jsonl] [--examples ID|all]
 * The results are what each program prints about the whole folder, with names relative to it (docs/conformance.md has the
 * commands). Files that the other program cannot parse are left out. A finding agrees when the same id is reported for
 * the same instruction, by its first line or by a line our finding names; where the other program names no line, and for
 * Checkov, which reports a check once a file, when it is reported for the same file.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Location } from "../src/dockerfile/types.ts";
import type { Aliases } from "../src/rules/types.ts";
import { mergeConfigs } from "../src/validate/config/merge.ts";
import type { LintResult } from "../src/validate/run.ts";
import { validate } from "../src/validate/run.ts";
import { type PeerFinding, type PeerResults, readers, readTexts } from "./peer-results.ts";

type Peer = keyof typeof readers;

const aliasesOf = {
  hadolint: ["hadolint", "shellcheck"],
  buildkit: ["buildkit"],
  trivy: ["trivy"],
  checkov: ["checkov"],
  semgrep: ["semgrep"],
  "dockerfile-utils": ["dockerfileUtils"],
} as const satisfies Record<Peer, readonly (keyof Aliases)[]>;

const results = { type: "string", multiple: true, default: [] as string[] } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    hadolint: results,
    buildkit: results,
    trivy: results,
    checkov: results,
    semgrep: results,
    "dockerfile-utils": results,
    examples: { type: "string" },
  },
});
const folder = positionals[0] ?? "";
if (folder === "") {
  process.stderr.write("name the folder the results are about: npx tsx scripts/agreement.ts <folder> ...\n");
  process.exit(2);
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

function compare(peer: Peer, names: readonly string[], theirs: PeerResults): Map<string, Row> {
  const config = mergeConfigs({ profiles: [peer] });
  const byFile = new Map<string, PeerFinding[]>();
  for (const one of theirs.findings) byFile.set(one.file, [...(byFile.get(one.file) ?? []), one]);
  const rows = new Map<string, Row>();
  const row = (id: string): Row => {
    const known = rows.get(id) ?? { both: 0, onlyThey: [], onlyWe: [] };
    rows.set(id, known);
    return known;
  };
  for (const name of names) {
    if (theirs.unread.has(name)) continue;
    const text = readFileSync(path.join(folder, name), "utf8");
    const result = validate(text, { name, today: "2026-11-21", config });
    const ours = result.findings.flatMap(({ aliases, location, related }) => {
      const lines = linesOf(result, [...(location ? [location] : []), ...(related ?? [])]);
      const ids: readonly string[] = aliasesOf[peer].flatMap((tool) => aliases[tool] ?? []);
      return ids.map((id) => ({ id, lines, seen: false }));
    });
    const found = distinct(byFile.get(name) ?? []);
    for (const { id, line } of found) {
      const matching = ours.filter((one) => one.id === id && (line === undefined || one.lines.has(line)));
      for (const one of matching) one.seen = true;
      if (matching.length > 0) row(id).both++;
      else row(id).onlyThey.push(`${name}:${line ?? "-"}`);
    }
    const oncePerFile = new Set(peer === "checkov" ? found.map(({ id }) => id) : []);
    for (const { id, lines, seen } of ours) {
      if (seen || oncePerFile.has(id)) continue;
      if (peer === "checkov") oncePerFile.add(id);
      row(id).onlyWe.push(`${name}:${[...lines][0] ?? "-"}`);
    }
  }
  return rows;
}

function distinct(findings: readonly PeerFinding[]): PeerFinding[] {
  return [...new Map(findings.map((one) => [`${one.id} ${one.line}`, one])).values()];
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

const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
  .sort();
for (const [peer, read] of Object.entries(readers) as [Peer, (typeof readers)[Peer]][]) {
  if (values[peer].length === 0) continue;
  const theirs = read(readTexts(values[peer]), names);
  print(peer, names.filter((name) => !theirs.unread.has(name)).length, compare(peer, names, theirs));
}
