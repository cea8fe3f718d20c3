// Compares reference/data/ with its public sources and shows the difference.
//   npm run update-facts               shows what changed; exit 1 when something did
//   npm run update-facts -- --write    saves it, with the new day
//   --only eol|versions                one kind of facts
//   --source URL                       another address of the end-of-life API (default https://endoflife.date/api)
// Dates come from endoflife.date; versions of package managers from npm (`npm view`) and PyPI. What a person decided
// (extended support, notes, recommended versions, pitfalls) stays as it is.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

const { values: options } = parseArgs({
  options: {
    write: { type: "boolean", default: false },
    only: { type: "string" },
    source: { type: "string", default: "https://endoflife.date/api" },
    today: { type: "string", default: new Date().toISOString().slice(0, 10) },
  },
});
const folder = new URL("../reference/data/", import.meta.url);
const changes = [];
const unreachable = [];

if (options.only !== "versions") await updateDates();
if (options.only !== "eol") await updateVersions();

for (const line of changes) console.log(line);
for (const line of unreachable) console.error(`not reachable: ${line}`);
if (changes.length === 0 && unreachable.length === 0) console.log("nothing has changed");
process.exitCode = unreachable.length > 0 ? 3 : changes.length > 0 && !options.write ? 1 : 0;

async function updateDates() {
  const facts = read("eol");
  let reached = 0;
  for (const [name, product] of Object.entries(facts.products)) {
    const slug = /^https:\/\/endoflife\.date\/([\w-]+)$/.exec(product.source)?.[1];
    if (slug === undefined) continue;
    const rows = await fetchJson(`${options.source}/${slug}.json`);
    if (rows === undefined) continue;
    reached++;
    const fresh = rows.map((row) => cycleOf(row));
    for (const cycle of fresh) {
      const known = product.cycles.find((one) => one.cycle === cycle.cycle);
      if (known === undefined) {
        changes.push(`${name} ${cycle.cycle}: new, end of life ${cycle.eol || "not announced"}`);
        product.cycles.unshift(cycle);
        continue;
      }
      for (const field of ["eol", "lts", "supportEnds", "released", "codename"]) {
        if (cycle[field] === undefined || cycle[field] === known[field]) continue;
        // An older list may know an LTS day where the API only says true.
        if (field === "lts" && cycle.lts === true && known.lts) continue;
        changes.push(`${name} ${cycle.cycle}: ${field} ${known[field] ?? "unknown"} -> ${cycle[field]}`);
        known[field] = cycle[field];
      }
    }
    product.cycles.sort((a, b) => compare(b.cycle, a.cycle));
  }
  if (reached > 0) save("eol", facts);
}

/** One row of the API in our shape. */
function cycleOf(row) {
  return {
    cycle: String(row.cycle),
    ...(row.releaseDate ? { released: row.releaseDate } : {}),
    ...(row.codename ? { codename: row.codename.split(" ")[0].toLowerCase() } : {}),
    eol: row.eol === true ? (row.latestReleaseDate ?? row.releaseDate) : row.eol,
    ...(row.lts ? { lts: row.lts } : {}),
    ...(typeof row.support === "string" ? { supportEnds: row.support } : {}),
  };
}

async function updateVersions() {
  const facts = read("package-managers");
  const npm = { npm: "npm", pnpm: "pnpm", "yarn-berry": "@yarnpkg/cli-dist", bun: "bun" };
  const pypi = ["poetry", "uv", "pdm", "pipenv"];
  for (const manager of facts.managers) {
    const version =
      manager.name in npm
        ? await npmVersion(npm[manager.name])
        : pypi.includes(manager.name)
          ? (await fetchJson(`https://pypi.org/pypi/${manager.name}/json`))?.info.version
          : undefined;
    if (version === undefined || version === manager.version) continue;
    changes.push(`${manager.name}: ${manager.version} -> ${version}`);
    manager.version = version;
  }
  save("package-managers", facts);
}

async function npmVersion(name) {
  try {
    const { stdout } = await promisify(execFile)("npm", ["view", name, "version"], { timeout: 30_000 });
    return stdout.trim();
  } catch {
    unreachable.push(`npm ${name}`);
    return undefined;
  }
}

async function fetchJson(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
    if (!response.ok) throw new Error(String(response.status));
    return await response.json();
  } catch {
    unreachable.push(url);
    return undefined;
  }
}

function read(name) {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));
}

function save(name, facts) {
  if (!options.write) return;
  facts.retrieved = options.today;
  writeFileSync(fileURLToPath(new URL(`${name}.json`, folder)), `${JSON.stringify(facts, null, 2)}\n`);
}

function compare(a, b) {
  const [left, right] = [a, b].map((text) => text.replace(/^\D+/, "").split(".").map(Number));
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
