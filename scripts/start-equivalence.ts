// Compares the start commands that generate finds with those that are known, for every application below a folder:
//   npx tsx scripts/start-equivalence.ts <folder> --expect INDEX.json [--language L] [--own-dockerfile]
// INDEX.json is a list of { name, language, expected: { startCommand? } }; a Procfile's web process counts too, and
// with --own-dockerfile the last CMD and ENTRYPOINT of the application's own Dockerfile, where neither says anything.
// Nothing is built. The exit code is 1 when a command differs.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Generated, generate } from "../src/generate/generate.ts";
import { dig, isRecord, text } from "../src/project/project.ts";
import { readProject } from "../src/project/read.ts";
import type { Project } from "../src/project/types.ts";
import { defaultLimits } from "../src/security/limits.ts";
import { equivalent, type Manifests, type StartCommand, startOf } from "./start-command.ts";

type Verdict = "same" | "differs" | "asks" | "refused" | "rightly refused";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    expect: { type: "string" },
    language: { type: "string" },
    "own-dockerfile": { type: "boolean", default: false },
  },
});
const [folder] = positionals;
if (folder === undefined || values.expect === undefined) {
  console.error(
    "usage: npx tsx scripts/start-equivalence.ts <folder of applications> --expect INDEX.json [--language L]",
  );
  process.exit(2);
}
const index: unknown = JSON.parse(readFileSync(values.expect, "utf8"));
const counts = new Map<string, Map<Verdict, number>>();
for (const app of Array.isArray(index) ? index : []) {
  const name = text(dig(app, "name")) ?? "";
  const language = text(dig(app, "language")) ?? "-";
  const directory = path.join(folder, name);
  if ((values.language ?? language) !== language || !existsSync(directory)) continue;
  const project = await readProject(directory, defaultLimits, new AbortController().signal);
  const known = knownStart(project, text(dig(app, "expected", "startCommand")));
  if (known === undefined) continue;
  const { verdict, ours } = judge(project, known);
  const row = counts.get(language) ?? new Map<Verdict, number>();
  counts.set(language, row.set(verdict, (row.get(verdict) ?? 0) + 1));
  if (verdict !== "same")
    console.log(
      `${verdict.padEnd(15)} ${language.padEnd(6)} ${name}\n    known: ${known}\n    ours:  ${ours}`,
    );
}
let differing = 0;
for (const [language, row] of counts) {
  const all = [...row.values()].reduce((sum, count) => sum + count, 0);
  const right = (row.get("same") ?? 0) + (row.get("rightly refused") ?? 0);
  differing += all - right;
  const parts = [...row].map(([verdict, count]) => `${count} ${verdict}`).join(", ");
  console.log(`${language}: ${right} of ${all} equivalent (${((100 * right) / all).toFixed(1)} %): ${parts}`);
}
process.exit(differing === 0 ? 0 : 1);

function judge(project: Project, known: string): { verdict: Verdict; ours: string } {
  const today = new Date().toISOString().slice(0, 10);
  const make = (app?: string) =>
    generate({
      project,
      parameters: {
        variant: "production",
        upgrade: false,
        tests: false,
        today,
        ...(app === undefined ? {} : { app }),
      },
    });
  const made = make();
  const want = startOf(known, manifestsOf(project));
  if (made.kind === "generated") {
    const words = shown(made);
    return { verdict: equivalent(want, ourStart(made, project)) ? "same" : "differs", ours: words };
  }
  if (made.kind === "choice") {
    const offered = made.apps.find((app) => {
      const chosen = make(app.path || app.name);
      return chosen.kind === "generated" && equivalent(want, ourStart(chosen, project));
    });
    return { verdict: "asks", ours: `${made.reason}${offered ? `; same with target ${offered.name}` : ""}` };
  }
  // A program of a language that no ecosystem reads has no Dockerfile here.
  const foreign = /^(ruby|php|bundle|\/)|\.wasm$/.test(known);
  return { verdict: foreign ? "rightly refused" : "refused", ours: made.reason };
}

function ourStart(made: Generated, project: Project): StartCommand {
  const start = made.facts.start?.value;
  const words = Array.isArray(start) ? start.filter((word) => typeof word === "string") : [];
  const found = startOf(words, manifestsOf(project));
  // The name of the one program of a Go module is the builder's choice.
  if (made.facts.mainPackage?.value === ".") return { kind: "binary", target: "*" };
  // Next.js's standalone output is started by a server.js that the build makes.
  const standalone =
    made.facts.framework?.value === "Next.js" && found.target === "server" && !project.has("server.js");
  return standalone ? { kind: "next", target: "*" } : found;
}

function shown(made: Generated): string {
  return JSON.stringify(made.facts.start?.value ?? null);
}

/** The command that somebody wrote down: the index, else the Procfile, else (when asked) the project's own Dockerfile. */
function knownStart(project: Project, expected: string | undefined): string | undefined {
  const web = /^web:\s*(.+)$/m.exec(project.read("Procfile") ?? "")?.[1];
  const dockerfile = values["own-dockerfile"]
    ? (project.read("Dockerfile") ?? "").replace(/\\\n\s*/g, "")
    : "";
  const last = (instruction: string): string | undefined =>
    [...dockerfile.matchAll(new RegExp(`^${instruction}\\s+(.+)$`, "gm"))].at(-1)?.[1]?.trim();
  const own = [last("ENTRYPOINT"), last("CMD")].flatMap((line) =>
    line === undefined ? [] : [unquoted(line)],
  );
  return expected ?? web ?? (own.length > 0 ? own.join(" ").trim() || undefined : undefined);
}

function unquoted(line: string): string {
  try {
    const words: unknown = JSON.parse(line);
    return Array.isArray(words) ? words.join(" ") : line;
  } catch {
    return line;
  }
}

function manifestsOf(project: Project): Manifests {
  const at = (folder: string): unknown =>
    project.json(
      folder === "" || folder === "." ? "package.json" : `${folder.replace(/\/$/, "")}/package.json`,
    );
  return {
    script: (folder, name) => {
      const scripts = dig(at(folder), "scripts");
      return isRecord(scripts) ? text(scripts[name]) : undefined;
    },
    main: (folder) => text(dig(at(folder), "main")),
    folderOf: (name) =>
      project.files
        .filter((file) => file.endsWith("/package.json"))
        .map((file) => file.slice(0, -"/package.json".length))
        .find((candidate) => text(dig(at(candidate), "name")) === name),
  };
}
