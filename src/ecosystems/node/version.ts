import semver from "semver";
import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import { dig, text } from "../../project/project.ts";
import type { Fact, Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import type { Parameters } from "../types.ts";
import { runtimeVersions } from "../versions.ts";

/** Code names of the lines with long-term support, as version managers write them: `lts/hydrogen`. */
const longTerm: Readonly<Record<string, string>> = {
  carbon: "8",
  dubnium: "10",
  erbium: "12",
  fermium: "14",
  gallium: "16",
  hydrogen: "18",
  iron: "20",
  jod: "22",
  krypton: "24",
};

/** The major version of Node.js: explicit files, Volta, engines, then the standard one. */
export function readVersion(project: Project, parameters: Parameters): Fact<string> {
  const { supported, standard } = runtimeVersions("node", parameters.today);
  if (parameters.version !== undefined) {
    return given(/^v?(\d+)/.exec(parameters.version)?.[1] ?? parameters.version, "version");
  }
  const manifest = project.json("package.json");
  for (const [file, pattern] of [
    [".nvmrc", /^\s*v?(\d+)/],
    [".node-version", /^\s*v?(\d+)/],
    [".tool-versions", /^\s*node(?:js)?\s+v?(\d+)/m],
    ["mise.toml", /^\s*node\s*=\s*"(\d+)/m],
    [".mise.toml", /^\s*node\s*=\s*"(\d+)/m],
  ] as const) {
    const major = pattern.exec(project.read(file) ?? "")?.[1];
    if (major !== undefined) return certain(major, evidence(project, file, major));
    const line = /^\s*(?:node(?:js)?\s+|node\s*=\s*")?lts\/(\w+)/m.exec(project.read(file) ?? "")?.[1];
    const named = line === undefined ? undefined : longTerm[line.toLowerCase()];
    if (named !== undefined) return certain(named, evidence(project, file, "lts/"));
  }
  const volta = /^(\d+)/.exec(text(dig(manifest, "volta", "node")) ?? "")?.[1];
  if (volta !== undefined) return certain(volta, evidence(project, "package.json", '"volta"'));
  const engines = text(dig(manifest, "engines", "node"));
  const range = engines === undefined ? null : semver.validRange(engines);
  const sass = newestForSass(project);
  if (range !== null) {
    const known = [standard, ...supported, "20", "18", "25", "23", "21", "19", "16", "14", "12", "10"];
    const pick = known.find(
      (major) => semver.intersects(range, `${major}.x`) && Number(major) <= Number(sass?.value ?? major),
    );
    if (pick !== undefined) return certain(pick, evidence(project, "package.json", /"node"\s*:/));
  }
  if (sass !== undefined && Number(sass.value) < Number(standard)) return sass;
  return assumed(
    standard,
    engines === undefined
      ? "no version is stated; the standard one is taken"
      : `engines asks for ${clean(engines, 40)}, of which no usable image is left; the standard one is taken`,
  );
}

/** The last release line of Node.js that each node-sass has binaries for (its README's table). */
const sassLines: readonly (readonly [sass: string, node: string])[] = [
  ["9.", "20"],
  ["8.", "19"],
  ["7.", "17"],
  ["6.", "16"],
  ["5.", "15"],
  ["4.14", "14"],
  ["4.13", "13"],
  ["4.12", "12"],
  ["4.", "10"],
];

/** The newest Node.js for the node-sass that is installed; undefined without one. */
function newestForSass(project: Project): Fact<string> | undefined {
  const manifest = project.json("package.json");
  const declared =
    text(dig(manifest, "dependencies", "node-sass")) ?? text(dig(manifest, "devDependencies", "node-sass"));
  if (declared === undefined) return undefined;
  const locked =
    text(dig(project.json("package-lock.json"), "packages", "node_modules/node-sass", "version")) ??
    text(dig(project.json("package-lock.json"), "dependencies", "node-sass", "version")) ??
    /^"?node-sass@[^\n]*:\n\s+version:? "?(\d[\w.]*)/m.exec(project.read("yarn.lock") ?? "")?.[1];
  const version = locked ?? (/^\^4/.test(declared) ? "4.14" : declared.replace(/^[^\d]*/, ""));
  const node = sassLines.find(([line]) => version.startsWith(line))?.[1];
  return node === undefined
    ? undefined
    : likely(
        node,
        `node-sass ${clean(version, 20)} has no binary for a newer one; sass replaces it`,
        evidence(project, "package.json", '"node-sass"'),
      );
}
