import { satisfies } from "@renovatebot/pep440";
import { eolProduct } from "../../data/eol.ts";
import { compareVersions } from "../../data/version.ts";
import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import { dig, text } from "../../project/project.ts";
import type { Evidence, Fact, Project } from "../../project/types.ts";
import { sources } from "../sources.ts";
import type { Parameters } from "../types.ts";
import { requirementFiles } from "./dependencies.ts";
import { ownVersion } from "./own-dockerfile.ts";
import { compiledWith, readPins } from "./pins.ts";
import { readSpace } from "./space.ts";
import { readLockedWheels } from "./wheels.ts";

/**
 * The minor version (`3.13`) the project asks for: explicit files first, then the newest supported one its range allows.
 * `part` is the member of the workspace that is meant, or the project itself.
 */
export function readVersion(
  project: Project,
  part: Project,
  parameters: Parameters,
  supported: readonly string[],
  standard: string,
): Fact<string> {
  if (parameters.version !== undefined)
    return given(minor(parameters.version) ?? parameters.version, "version");
  const exact = explicitVersion(part) ?? explicitVersion(project);
  const range = declaredRange(part) ?? declaredRange(project);
  // A manager with a lock file goes by requires-python; what another tool's file says does not move it.
  const overruled =
    range !== undefined &&
    exact?.evidence[0]?.file !== ".python-version" &&
    ["uv.lock", "poetry.lock", "pdm.lock"].some((file) => project.has(file)) &&
    !allows(range.specifier, exact?.value ?? "");
  if (exact && !overruled) return exact;
  const space = readSpace(part);
  if (space?.python !== undefined && range === undefined) return certain(space.python, space.evidence);
  const old = range === undefined ? printStatement(part) : undefined;
  if (old !== undefined)
    return likely("2.7", "the source is written in Python 2: print is a statement there", old);
  const ended = (eolProduct("python")?.cycles ?? [])
    .map(({ cycle }) => cycle)
    .filter((cycle) => /^3\.\d+$/.test(cycle) && compareVersions(cycle, supported.at(-1) ?? standard) < 0);
  const allowed = [standard, ...supported, ...ended].filter(
    (version) => range === undefined || allows(range.specifier, version),
  );
  const chosen = (value: string, note: string, ...because: readonly Evidence[]): Fact<string> => ({
    ...certain(value, ...(range ? [range.evidence] : []), ...because),
    confidence: "likely",
    note,
  });
  // A version that came out after the lock file was written has no wheels for its packages: they would be compiled.
  const wheels = readLockedWheels(project);
  const served = wheels && allowed.find((version) => wheels.serves(version));
  if (wheels && served !== undefined && served !== allowed[0])
    return chosen(served, `the newest version that the wheels in ${wheels.file} are for`, {
      file: wheels.file,
    });
  const own = ownVersion(part) ?? ownVersion(project);
  // An ended version is kept only where releases of its time are pinned that nothing is known of.
  const pinned = readPins(project);
  const kept =
    own &&
    ((supported.includes(own.version) && pinned?.serve(own.version) !== false) ||
      (compareVersions(own.version, "3.9") < 0 && pinned?.most === true && pinned.serve(standard)));
  if (wheels === undefined && own && kept && allowed.includes(own.version) && range === undefined)
    return chosen(own.version, "the version of the project's own Dockerfile", own.evidence);
  if (wheels === undefined) {
    const compiled = compiledWith(project);
    if (compiled && allowed.includes(compiled.version))
      return chosen(compiled.version, "the version the requirements were resolved with", compiled.evidence);
    // Exact pins without a list of wheels: the release line before the newest has wheels of far more old releases.
    const pins = readPins(project);
    const fits = allowed.find((version) => pins?.serve(version) && (!pins.most || older(version)));
    if (pins && fits !== undefined && fits !== allowed[0]) {
      const newer = allowed.findLast((version) => compareVersions(version, fits) > 0 && !pins.serve(version));
      const old = newer === undefined ? undefined : pins.against(newer);
      return old === undefined
        ? chosen(
            fits,
            "releases are pinned, and old ones have no wheels for the newest Python; state the version in .python-version",
            { file: requirementFiles(project)[0] ?? "README.md" },
          )
        : chosen(fits, "the newest version that the requirements have wheels for", old);
    }
  }
  if (range) {
    const [pick] = allowed;
    if (pick !== undefined) return certain(pick, range.evidence);
  }
  return assumed(standard, "no version is stated; the standard one is taken");
}

/** A `print "text"` of a source none of whose files calls print as a function. */
function printStatement(project: Project): Evidence | undefined {
  const files = sources(project, [".py"]);
  const statement = /^[ \t]*print[ \t]+(?:["'][^"'\n]*["']|\w+(?:\.\w+)*)[ \t]*(?:[%,].*)?$/m;
  const found = files.find((file) => statement.test(project.read(file) ?? ""));
  const called = files.some((file) => /\bprint\(|^\s*from __future__ import/m.test(project.read(file) ?? ""));
  return found === undefined || called ? undefined : evidence(project, found, statement);
}

/** The line before the newest two years' releases: as of Python 3.14 and 3.15 that is 3.13. */
function older(version: string): boolean {
  return Number(version.split(".")[1]) <= 13;
}

function explicitVersion(project: Project): Fact<string> | undefined {
  const files: readonly (readonly [string, RegExp])[] = [
    [".python-version", /^\s*(?:cpython-|python-?)?(\d+\.\d+)/m],
    ["runtime.txt", /^\s*python-(\d+\.\d+)/m],
    ["app.yaml", /^\s*runtime:\s*["']?python(\d+(?:\.\d+)?)/m],
    [".tool-versions", /^\s*python\s+(\d+\.\d+)/m],
    ["mise.toml", /^\s*python\s*=\s*"(\d+\.\d+)/m],
    [".mise.toml", /^\s*python\s*=\s*"(\d+\.\d+)/m],
    ["Pipfile", /^\s*python_(?:full_)?version\s*=\s*["'](\d+\.\d+)/m],
    // What a platform is told.
    ["app.yaml", /^\s+runtime_version:\s*["']?(\d+\.\d+)/m],
    [".platform.app.yaml", /^type:\s*["']?python:(\d+\.\d+)/m],
    ["apprunner.yaml", /^\s*runtime-version:\s*["']?(\d+\.\d+)/m],
    ["render.yaml", /^\s*-?\s*key:\s*PYTHON_VERSION\s*\n\s*value:\s*["']?(\d+\.\d+)/m],
    ["nixpacks.toml", /^\s*NIXPACKS_PYTHON_VERSION\s*=\s*["'](\d+\.\d+)/m],
  ];
  for (const [file, pattern] of files) {
    // App Engine writes 3.13 as 313.
    const version = pattern.exec(project.read(file) ?? "")?.[1]?.replace(/^3(\d+)$/, "3.$1");
    if (version?.includes(".") === true) return certain(version, evidence(project, file, pattern));
  }
  return undefined;
}

/** `requires-python` and its like: the PEP 440 specifier and where it stands. */
export function declaredRange(project: Project): { specifier: string; evidence: Evidence } | undefined {
  const pyproject = project.toml("pyproject.toml");
  const requires = text(dig(pyproject, "project", "requires-python"));
  if (requires !== undefined) {
    return { specifier: requires, evidence: evidence(project, "pyproject.toml", "requires-python") };
  }
  const poetry = text(dig(pyproject, "tool", "poetry", "dependencies", "python"));
  if (poetry !== undefined) {
    return {
      specifier: poetryRange(poetry),
      evidence: evidence(project, "pyproject.toml", /^\s*python\s*=/),
    };
  }
  const setup = /python_requires\s*=\s*["']?([^"'\n]+)/.exec(
    (project.read("setup.cfg") ?? "") + (project.read("setup.py") ?? ""),
  )?.[1];
  return setup === undefined
    ? undefined
    : { specifier: setup.trim(), evidence: { file: project.has("setup.cfg") ? "setup.cfg" : "setup.py" } };
}

/** Poetry's caret and tilde in PEP 440's words: `^3.12` is `>=3.12,<4`, `~3.12` is `>=3.12,<3.13`. */
function poetryRange(range: string): string {
  return range
    .split(",")
    .map((part) => {
      const match = /^\s*([\^~])(?!=)\s*(\d+)(?:\.(\d+))?/.exec(part);
      if (!match) return /^\s*\d/.test(part) ? `==${part.trim()}` : part.trim();
      const [, sign, major = "3", minorText] = match;
      const low = minorText === undefined ? major : `${major}.${minorText}`;
      const high =
        sign === "^" || minorText === undefined
          ? `${Number(major) + 1}`
          : `${major}.${Number(minorText) + 1}`;
      return `>=${low},<${high}`;
    })
    .join(",");
}

/** True when some patch release of the minor version is allowed. */
export function allows(specifier: string, version: string): boolean {
  return specifier
    .split("||")
    .some(
      (part) =>
        [...patchesIn(part, version), "99", "0"].some((patch) =>
          tolerant(`${version}.${patch}`, part.trim()),
        ) || tolerant(version, part.trim()),
    );
}

/** The patch releases of a minor version that a specifier names: `==3.11.7`. */
function patchesIn(specifier: string, version: string): readonly string[] {
  return [...specifier.matchAll(/(\d+\.\d+)\.(\d+)/g)].flatMap(([, minorVersion, patch = ""]) =>
    minorVersion === version ? [patch] : [],
  );
}

function tolerant(version: string, specifier: string): boolean {
  try {
    return specifier === "*" || specifier === "" || satisfies(version, specifier);
  } catch {
    return false;
  }
}

function minor(version: string): string | undefined {
  return /^(\d+\.\d+)/.exec(version)?.[1];
}
