// Generates, builds, runs and probes every application below a folder, and prints what came of each:
//   npm run e2e:apps -- <folder> [--only REGEXP] [--limit N] [--minutes N] [--json FILE] [--resume] [--markdown FILE]
// The JSON file is kept: a later run replaces the rows it tries again (with --resume it tries none again), and the table
// is made from all of them. Each failure says whose it is, told from its log.
// What an application needs to run (variables, servers) is in e2e-apps.needs.json, by its name.
// An application is a folder with a manifest; its own Dockerfile is left out of the copy that is built.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { generate } from "../src/generate/generate.ts";
import { readProject } from "../src/project/read.ts";
import { defaultLimits } from "../src/security/limits.ts";
import { makeRoots } from "../src/security/paths.ts";
import { clean } from "../src/security/untrusted.ts";
import type { ClaimId, EvidenceRecord, VerifyInput } from "../src/verify/types.ts";
import { verify } from "../src/verify/verify.ts";
import { type Cause, causeOf, unbuildableHere } from "./e2e-cause.ts";

/** By application: the environment and the servers it does not start without. */
type Needs = Readonly<Record<string, Pick<VerifyInput, "env" | "services">>>;

interface Row {
  readonly name: string;
  readonly language: string;
  readonly manager: string;
  readonly framework: string;
  readonly outcome: "answered" | "started" | "refused" | "not built" | "silent";
  readonly user: string;
  readonly megabytes: string;
  readonly cached: string;
  readonly why: string;
  /** Of a failure. */
  readonly cause?: Cause;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string" },
    limit: { type: "string" },
    minutes: { type: "string", default: "10" },
    resume: { type: "boolean", default: false },
    json: { type: "string" },
    markdown: { type: "string" },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error(
    "usage: npm run e2e:apps -- <folder of applications> [--only REGEXP] [--limit N] [--minutes N] [--json FILE] [--resume] [--markdown FILE]",
  );
  process.exit(2);
}
const only = values.only === undefined ? undefined : new RegExp(values.only);
const known = new Set(values.resume ? earlier().map((row) => row.name) : []);
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && (only?.test(entry.name) ?? true) && !known.has(entry.name))
  .map((entry) => entry.name)
  .slice(0, Number(values.limit ?? Number.MAX_SAFE_INTEGER));

const needs: Needs = JSON.parse(readFileSync(new URL("e2e-apps.needs.json", import.meta.url), "utf8"));
const rows: Row[] = [];
for (const name of names) {
  const row = await tryOut(path.join(folder, name), name);
  rows.push(row);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(merged(rows), null, 2)}\n`);
  console.log(
    `${row.outcome.padEnd(9)} ${name.padEnd(40)} ${row.language}/${row.manager} ${row.megabytes} MB ${row.why}`,
  );
}
const tried = rows.filter((row) => row.outcome !== "refused");
const good = tried.filter((row) => row.outcome === "answered" || row.outcome === "started");
console.log(`${good.length} of ${tried.length} run (${rows.length - tried.length} refused)`);
if (values.markdown !== undefined) writeFileSync(values.markdown, markdown(merged(rows)));
process.exit(good.length === tried.length ? 0 : 1);

/** The rows of earlier runs in the JSON file. */
function earlier(): readonly Row[] {
  return values.json !== undefined && existsSync(values.json)
    ? JSON.parse(readFileSync(values.json, "utf8"))
    : [];
}

/** The rows of earlier runs, replaced by those of this one. */
function merged(fresh: readonly Row[]): readonly Row[] {
  const names = new Set(fresh.map((row) => row.name));
  return [...earlier().filter((row) => !names.has(row.name)), ...fresh].sort((left, right) =>
    left.name < right.name ? -1 : 1,
  );
}

async function tryOut(source: string, name: string): Promise<Row> {
  const work = mkdtempSync(path.join(tmpdir(), "dockwright-app-"));
  const empty = { name, language: "-", manager: "-", framework: "-", user: "-", megabytes: "-", cached: "-" };
  try {
    cpSync(source, work, {
      recursive: true,
      filter: (file) => !/(^|\/)(node_modules|\.git|Dockerfile|\.dockerignore)$/.test(file),
    });
    const signal = AbortSignal.timeout(Number(values.minutes) * 60_000);
    const project = await readProject(work, defaultLimits, signal);
    const today = new Date().toISOString().slice(0, 10);
    const made = generate({
      project,
      parameters: { variant: "production", upgrade: false, tests: false, today },
    });
    if (made.kind !== "generated")
      return { ...empty, outcome: "refused", why: `${made.reason}; ${made.decide}` };
    const context = path.join(work, made.path);
    writeFileSync(path.join(context, "Dockerfile"), made.dockerfile);
    writeFileSync(path.join(context, ".dockerignore"), made.dockerignore);
    const record = await verify(
      { context, ...needs[name], skip: ["reproducible", "read-only-root"] satisfies ClaimId[] },
      {
        signal,
        progress: () => undefined,
        limits: defaultLimits,
        roots: await makeRoots([work]),
        today,
        env: process.env,
      },
    );
    return {
      ...empty,
      ...judged(record),
      language: made.plan.language,
      manager: String(made.facts.packageManager?.value ?? "-"),
      framework: String(made.facts.framework?.value ?? "-"),
    };
  } catch (error) {
    const why = clean(error instanceof Error ? error.message : String(error), 160);
    return { ...empty, outcome: "not built", why, cause: causeOf([why]) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function judged(
  record: EvidenceRecord,
): Pick<Row, "outcome" | "user" | "megabytes" | "cached" | "why" | "cause"> {
  const claim = (id: ClaimId): EvidenceRecord["claims"][number] | undefined =>
    record.claims.find((one) => one.id === id);
  const proved = (id: ClaimId): boolean => claim(id)?.verdict === "proved";
  const outcome = !proved("builds")
    ? "not built"
    : proved("answers-probe")
      ? "answered"
      : proved("starts")
        ? "started"
        : "silent";
  const refuted = record.claims.filter((one) => one.verdict === "refuted" && one.required);
  const [failed] = refuted;
  return {
    outcome,
    ...(outcome === "answered" || outcome === "started" || failed === undefined
      ? {}
      : { cause: causeOf([failed.reason ?? "", ...(failed.log ?? [])]) }),
    user: record.image?.user ?? "-",
    megabytes:
      record.image === undefined
        ? "-"
        : String(Math.round(record.image.layers.reduce((sum, layer) => sum + layer.bytes, 0) / 1e6)),
    cached: claim("dependencies-cached")?.verdict ?? "-",
    why: refuted
      .slice(0, 1)
      .map((one) => `${one.id}: ${clean(one.reason ?? "", 120)} ${clean(telling(one.log ?? []), 200)}`)
      .join("; "),
  };
}

/** The line of a log that says most: the last that speaks of an error in its own words. */
function telling(log: readonly string[]): string {
  const lines = log.filter((line) => !/executor failed|did not complete successfully|^\s*$/.test(line));
  return (
    lines
      .filter((line) => /ENOTFOUND|EAI_AGAIN|resolve|unreachable|not known|failed to fetch/i.test(line))
      .at(-1) ??
    lines.filter((line) => /error|cannot|not found|missing|must|no such/i.test(line)).at(-1) ??
    lines.at(-1) ??
    ""
  );
}

function markdown(all: readonly Row[]): string {
  const works = (row: Row): boolean => row.outcome === "answered" || row.outcome === "started";
  const lines = all.map((row) => {
    const cause = works(row) || row.outcome === "refused" ? "" : (row.cause ?? causeOf([row.why]));
    const why = row.outcome === "refused" || cause === "ours or unknown" ? clean(row.why, 200) : "";
    const last = [cause, why]
      .filter((part) => part !== "")
      .join(": ")
      .replaceAll("|", "/");
    return `| ${[row.name, row.language, row.manager, row.framework, row.outcome, row.user, row.megabytes, row.cached, last].join(" | ")} |`;
  });
  const tried = all.filter((row) => row.outcome !== "refused");
  const able = tried.filter((row) => works(row) || !unbuildableHere(row.cause ?? causeOf([row.why])));
  const summary = (by: (row: Row) => string): readonly string[] =>
    [...new Set(tried.map(by))]
      .filter((name) => name !== "-")
      .sort()
      .map((name) => {
        const own = tried.filter((row) => by(row) === name);
        const count = (outcome: Row["outcome"]): number =>
          own.filter((row) => row.outcome === outcome).length;
        return `| ${name} | ${own.length} | ${count("answered")} | ${count("started")} | ${count("silent")} | ${count("not built")} | ${own.filter((row) => row.cached === "proved").length} |`;
      });
  const heads = "tried | answered | started | silent | not built | dependencies cached |";
  return `${[
    "# Examples, generated, built and run",
    "",
    "Public applications, built with the Dockerfile that `generate` writes for them, run, and asked. Made by",
    "`npm run e2e:apps -- <folder> --json FILE --markdown docs/examples.md`. Sizes are those of the stand-in base images",
    "of `test/bases`; the builds reach package registries and nothing else.",
    "",
    `${tried.filter(works).length} of ${tried.length} run, ${able.filter(works).length} of the ${able.length} that could be built (a base image, a host or`,
    "the time was missing for the others). *answered*: the port or route answered; *started*: a program without a port",
    "ended well or stayed up; *silent*: it was built, and did not stay up alone. The last column is told from the log, by a reader where that says too little.",
    "",
    `| language | ${heads}`,
    "|---|---|---|---|---|---|---|",
    ...summary((row) => row.language),
    "",
    `| manager | ${heads}`,
    "|---|---|---|---|---|---|---|",
    ...summary((row) => (row.manager === "-" ? "-" : `${row.language}: ${row.manager}`)),
    "",
    "| application | language | manager | framework | outcome | user | MB | dependencies cached | why not |",
    "|---|---|---|---|---|---|---|---|---|",
    ...lines,
  ].join("\n")}\n`;
}
