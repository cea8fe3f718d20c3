// Compares the matching of advisories with what the records themselves say: `npm run osv-check -- DIRECTORY [PAIRS]`.
// DIRECTORY holds osv-scanner/<ecosystem>/all.zip. The expected answers come from the text of the records and plain
// arithmetic on `1.2.3`, not from the order of versions that is under test.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { openZip, readZipEntry, zipEntries } from "../src/image/blob/zip.ts";
import { offlineAdvisories } from "../src/scan/advisories/offline.ts";
import { readAdvisory } from "../src/scan/advisories/read.ts";
import type { Advisory, OsvAffected } from "../src/scan/advisories/types.ts";

interface Pair {
  readonly id: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  readonly affected: boolean;
  readonly why: string;
}

const [directory = "", wanted = "200"] = process.argv.slice(2);
const base = existsSync(path.join(directory, "osv-scanner"))
  ? path.join(directory, "osv-scanner")
  : directory;
if (directory === "" || !existsSync(base)) {
  console.error("usage: npm run osv-check -- DIRECTORY [PAIRS | all]");
  process.exit(2);
}
const most = wanted === "all" ? Number.POSITIVE_INFINITY : Number(wanted);
const ecosystems = readdirSync(base).filter((name) => existsSync(path.join(base, name, "all.zip")));

let wrong = 0;
let total = 0;
for (const ecosystem of ecosystems) {
  const pairs = sample(
    [...records(path.join(base, ecosystem, "all.zip"))].flatMap(pairsOf),
    most / ecosystems.length,
  );
  const { matches } = await offlineAdvisories(path.resolve(directory)).lookup(
    pairs,
    new AbortController().signal,
  );
  const counts = new Map<string, { right: number; wrong: number }>();
  pairs.forEach((pair, index) => {
    const found = matches[index]?.some(({ advisory }) => advisory.id === pair.id) ?? false;
    const kind = `${pair.affected ? "inside " : "outside"} ${pair.why}`;
    const count = counts.get(kind) ?? { right: 0, wrong: 0 };
    counts.set(kind, count);
    total++;
    if (found === pair.affected) count.right++;
    else {
      count.wrong++;
      wrong++;
      console.log(`WRONG ${pair.id} ${pair.name} ${pair.version}: ${kind}, answered ${found}`);
    }
  });
  console.log(`${ecosystem}: ${pairs.length} pairs`);
  for (const [kind, count] of [...counts].sort())
    console.log(`  ${kind}: ${count.right} right, ${count.wrong} wrong`);
}
console.log(`${total - wrong} of ${total} right`);
process.exitCode = wrong === 0 && total > 0 ? 0 : 1;

function* records(file: string): Generator<Advisory> {
  const bytes = openZip(file);
  try {
    for (const entry of zipEntries(bytes) ?? []) {
      const content = readZipEntry(bytes, entry, 64 * 1024 * 1024);
      const advisory = content === undefined ? undefined : readAdvisory(JSON.parse(content.toString("utf8")));
      if (advisory !== undefined) yield advisory;
    }
  } finally {
    bytes.close();
  }
}

function pairsOf(advisory: Advisory): Pair[] {
  return advisory.affected.flatMap((affected): Pair[] => {
    // The same package may have several entries, and the answer is about all of them.
    const same = advisory.affected.filter(({ name }) => name === affected.name);
    if (same.length > 1) return [];
    return boundaries(affected).map(({ version, inside, why }) => ({
      id: advisory.id,
      ecosystem: affected.ecosystem,
      name: affected.name,
      version,
      affected: inside && !advisory.withdrawn,
      why: advisory.withdrawn ? "withdrawn" : why,
    }));
  });
}

interface Boundary {
  readonly version: string;
  readonly inside: boolean;
  readonly why: string;
}

function boundaries({ versions, ranges }: OsvAffected): Boundary[] {
  const events = ranges.flatMap((range) => range.events);
  const of = (kind: string): string[] =>
    events.filter((event) => event.kind === kind).map((event) => event.version);
  const [introduced, fixed, last] = [of("introduced"), of("fixed"), of("lastAffected")];
  const listed = new Set(versions);
  const found: Boundary[] = [
    ...versions.slice(0, 1).map((version) => ({ version, inside: true, why: "first of the list" })),
    ...versions.slice(-1).map((version) => ({ version, inside: true, why: "last of the list" })),
    ...introduced
      .filter((version) => version !== "0" && !fixed.includes(version))
      .map((version) => ({ version, inside: true, why: "where it was introduced" })),
    ...last.map((version) => ({ version, inside: true, why: "last affected" })),
  ];
  // In one interval the fix is outside; with several, when the list of affected versions is complete and lacks it.
  for (const version of fixed) {
    const alone = introduced.length === 1 && fixed.length === 1;
    if (!listed.has(version) && (alone || listed.size > 0))
      found.push({ version, inside: false, why: "the fix" });
  }
  const [start] = introduced;
  const [end] = fixed;
  if (introduced.length !== 1 || fixed.length > 1 || start === undefined) return found;
  const first = plain(start === "0" ? "0.0.0" : start);
  const fix = plain(end ?? "");
  if (first !== undefined && fix !== undefined && fix[2] > 0) {
    const before = [fix[0], fix[1], fix[2] - 1] as const;
    if (less(first, before) || before.every((part, at) => part === first[at])) {
      found.push({ version: before.join("."), inside: true, why: "one before the fix" });
    }
  }
  if (fix !== undefined) {
    found.push({ version: `${fix[0]}.${fix[1]}.${fix[2] + 1}`, inside: false, why: "one after the fix" });
    found.push({ version: `${fix[0]}.${fix[1] + 1}.0`, inside: false, why: "one minor after the fix" });
  }
  if (start !== "0" && first !== undefined && first[2] > 0) {
    found.push({
      version: `${first[0]}.${first[1]}.${first[2] - 1}`,
      inside: false,
      why: "one before the start",
    });
  }
  return found.filter(({ version, inside }) => inside || !listed.has(version));
}

type Plain = readonly [number, number, number];

function plain(version: string): Plain | undefined {
  const [, major, minor, patch] = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/.exec(version) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

function less(a: Plain, b: Plain): boolean {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}

/** Spread evenly over the list: the same input gives the same pairs. */
function sample(pairs: readonly Pair[], count: number): Pair[] {
  if (count >= pairs.length) return [...pairs];
  return Array.from(
    { length: Math.floor(count) },
    (_, index) => pairs[Math.floor((index * pairs.length) / count)],
  ).filter((pair) => pair !== undefined);
}
