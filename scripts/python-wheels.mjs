// Writes reference/data/python-wheels.json: of packages with compiled parts, the first release that has a wheel for
// Linux for each minor version of Python. Reads the simple index of PyPI (PEP 503): node scripts/python-wheels.mjs
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../reference/data/python-wheels.json", import.meta.url);
const facts = JSON.parse(readFileSync(file, "utf8"));
const newest = 14;

/** Numbers of a stable release, undefined for a pre-release. */
const numbers = (version) =>
  /^\d+(\.\d+)*(\.post\d+)?$/.test(version) ? version.match(/\d+/g).map(Number) : undefined;
const before = (left, right) => {
  for (let at = 0; at < Math.max(left.length, right.length); at++)
    if ((left[at] ?? 0) !== (right[at] ?? 0)) return (left[at] ?? 0) < (right[at] ?? 0);
  return false;
};

for (const name of Object.keys(facts.packages)) {
  const page = await fetch(`https://pypi.org/simple/${name}/`);
  if (!page.ok) throw new Error(`${name}: ${page.status}`);
  // Release by release, the minor versions it has a wheel for.
  const releases = new Map();
  for (const [, wheel] of (await page.text()).matchAll(/>\s*([^<>\s]+\.whl)\s*</g)) {
    const [, version, python, abi, platform] = wheel.replace(/\.whl$/, "").split("-");
    if (numbers(version) === undefined) continue;
    const served = releases.get(version) ?? new Set();
    releases.set(version, served);
    if (!/any|manylinux\S*x86_64/.test(platform)) continue;
    const tags = python.split(".");
    for (let minor = 6; minor <= newest; minor++)
      if (
        tags.includes(`cp3${minor}`) ||
        (abi === "abi3" && tags.some((tag) => Number(/^cp3(\d+)$/.exec(tag)?.[1] ?? 99) <= minor)) ||
        (platform === "any" && tags.includes("py3"))
      )
        served.add(minor);
  }
  const sorted = [...releases.keys()].sort((left, right) => (before(numbers(left), numbers(right)) ? 1 : -1));
  // Old Pythons were dropped at some time, and a broken release now and then has few wheels.
  const first = {};
  for (let minor = 6; minor <= newest; minor++) {
    const serving = sorted.filter((version) => releases.get(version).has(minor));
    const from = serving.findLast((version) => {
      const since = sorted.slice(sorted.indexOf(serving[0]), sorted.indexOf(version) + 1);
      return since.filter((one) => releases.get(one).has(minor)).length >= since.length * 0.9;
    });
    if (from !== undefined) first[`3.${minor}`] = from;
  }
  facts.packages[name] = first;
}
facts.asOf = new Date().toISOString().slice(0, 10);
writeFileSync(file, `${JSON.stringify(facts, null, 2)}\n`);
