/*
 * Agreement with other linters' own programs on a folder of Dockerfiles, per rule:
 *   npx tsx scripts/agreement.ts <folder> [--hadolint results.json ...] [--buildkit results.jsonl] [--trivy results.json]
 *     [--checkov results.json] [--semgrep results.json] [--dockerfile-utils results.jsonl] [--examples ID|all]
 * The results are what each program prints about the whole folder, with names relative to it (docs/conformance.md has the
 * commands). Files that the other program cannot parse are left out. A finding counts once for
 * an instruction and agrees when the same id is reported for the same instruction, or for one our finding names; where the
 * other program names no line, and for Checkov's CKV_ checks, which speak of a file, when it is for the same file.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { parseDockerfile } from "../src/dockerfile/parse.ts";
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

/** The first line of the instruction a line stands in: by it two tools mean the same place. */
function placeOf({ file }: LintResult, line: number): number {
  const around = file.instructions.findLast(({ range }) => file.lineAt(range.start) <= line);
  return around ? file.lineAt(around.range.start) : line;
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
      const lines = [...(location ? [location] : []), ...(related ?? [])].map(({ startLine }) => startLine);
      const ids: readonly string[] = aliasesOf[peer].flatMap((tool) => aliases[tool] ?? []);
      return ids.map((id) => ({
        id,
        places: new Set(lines.map((line) => placeOf(result, line))),
        seen: false,
      }));
    });
    const found = new Map(
      (byFile.get(name) ?? []).map(({ id, line }) => {
        const place = line === undefined ? undefined : placeOf(result, line);
        return [`${id} ${place}`, { id, place }];
      }),
    );
    for (const { id, place } of found.values()) {
      const matching = ours.filter((one) => one.id === id && (place === undefined || one.places.has(place)));
      for (const one of matching) one.seen = true;
      if (matching.length > 0) row(id).both++;
      else row(id).onlyThey.push(`${name}:${place ?? "-"}`);
    }
    const counted = new Set(
      [...found.values()].flatMap(({ id, place }) => (place === undefined ? [id] : [])),
    );
    for (const { id, places, seen } of ours) {
      const [place = "-"] = places;
      const once = peer === "checkov" && /^CKV_/.test(id) ? id : `${id} ${place}`;
      if (seen || counted.has(once)) continue;
      counted.add(once);
      row(id).onlyWe.push(`${name}:${place}`);
    }
  }
  return rows;
}

function print(title: string, files: number, rows: ReadonlyMap<string, Row>): void {
  const lines = [`${title}, ${files} files`, "", "| id | both | only they | only we |", "|---|---|---|---|"];
  for (const [id, { both, onlyThey, onlyWe }] of [...rows].sort(([a], [b]) => a.localeCompare(b))) {
    lines.push(`| ${id} | ${both} | ${onlyThey.length} | ${onlyWe.length} |`);
    if (values.examples === id || values.examples === "all") {
      lines.push(`  they: ${onlyThey.slice(0, 60).join(" ")}`, `  we:   ${onlyWe.slice(0, 60).join(" ")}`);
    }
  }
  process.stdout.write(`${lines.join("\n")}\n\n`);
}

/** Which files the other program and our parser refuse: BuildKit's parser is the one that counts. */
function printRefusals(files: readonly string[], unread: ReadonlySet<string>): void {
  const ours = new Set(
    files.filter(
      (name) => parseDockerfile(readFileSync(path.join(folder, name), "utf8")).problems.length > 0,
    ),
  );
  const both = files.filter((name) => ours.has(name) && unread.has(name)).length;
  const count = `${both} by both, ${unread.size - both} by BuildKit alone, ${ours.size - both} by us alone`;
  process.stdout.write(`refused files: ${count}\n\n`);
}

const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
  .sort();
for (const [peer, read] of Object.entries(readers) as [Peer, (typeof readers)[Peer]][]) {
  if (values[peer].length === 0) continue;
  const theirs = read(readTexts(values[peer]), names);
  print(peer, names.filter((name) => !theirs.unread.has(name)).length, compare(peer, names, theirs));
  if (peer === "buildkit") printRefusals(names, theirs.unread);
}
