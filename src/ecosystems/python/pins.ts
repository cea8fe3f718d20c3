import { bounded, missingBounds, servesPython } from "../../data/python-wheels.ts";
import { evidence } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Evidence, Project } from "../../project/types.ts";
import { includedRequirements, normalise, requirementFiles } from "./dependencies.ts";
import { readSpace } from "./space.ts";

/** Exact releases in the requirements, and which versions of Python they are for. */
export interface Pins {
  /** Most requirements name one release. */
  readonly most: boolean;
  /** True when none of the releases is known to be too old for the minor version. */
  serve(minor: string): boolean;
  /** Upper bounds that the pinned releases need and nobody states, with the requirement that needs them. */
  readonly bounds: readonly { readonly requirement: string; readonly because: Evidence }[];
  /** The requirement that is too old for a minor version. */
  against(minor: string): Evidence | undefined;
}

/** Reads the requirements files of production; undefined when there are none. */
export function readPins(project: Project): Pins | undefined {
  const [file] = requirementFiles(project);
  const space = readSpace(project);
  if (file === undefined && space?.sdkVersion === undefined) return undefined;
  const files = file === undefined ? [] : includedRequirements(project, file);
  const lines = files
    .flatMap((name) => (project.read(name) ?? "").split("\n").map((line) => ({ name, line })))
    .filter(({ line }) => /^\s*[A-Za-z0-9]/.test(line));
  const wanted = lines.flatMap(({ name, line }) => {
    const [, library, release] =
      /^\s*([\w.-]+)\s*(?:\[[^\]]*\])?\s*(?:===?\s*(\d[\w.]*))?/.exec(line.replace(/(\d)\.post\d+/, "$1")) ??
      [];
    return library === undefined ? [] : [{ library: normalise(library), release, file: name, line }];
  });
  if (space?.sdkVersion !== undefined)
    wanted.push({
      library: space.sdk,
      release: space.sdkVersion,
      file: space.evidence.file,
      line: "sdk_version",
    });
  const pins = wanted.flatMap((one) => (one.release === undefined ? [] : [{ ...one, release: one.release }]));
  const against = (minor: string): Evidence | undefined => {
    const old = wanted.find(({ library, release }) => servesPython(library, release, minor) === false);
    return old && evidence(project, old.file, old.line.trim().slice(0, 60));
  };
  const named = new Set(lines.map(({ line }) => normalise(/^\s*([\w.-]+)/.exec(line)?.[1] ?? "")));
  const bounds = pins.flatMap(({ library, release, file: name, line }) =>
    missingBounds(library, release)
      .filter((requirement) => !named.has(bounded(requirement)))
      .map((requirement) => ({ requirement, because: evidence(project, name, line.trim().slice(0, 60)) })),
  );
  return {
    bounds: bounds.filter(
      ({ requirement }, index) =>
        bounds.findIndex((one) => bounded(one.requirement) === bounded(requirement)) === index,
    ),
    most: pins.length * 2 > lines.length,
    serve: (minor) => against(minor) === undefined,
    against,
  };
}

/** The Python that pip-compile or uv resolved the requirements with, as their first lines say. */
export function compiledWith(project: Project): { version: string; evidence: Evidence } | undefined {
  const [file] = requirementFiles(project);
  const pattern = /^#.*(?:pip-compile with [Pp]ython |uv pip compile .*--python(?:-version)?[ =])(\d+\.\d+)/m;
  const version = file === undefined ? undefined : pattern.exec(project.read(file) ?? "")?.[1];
  return file === undefined || version === undefined
    ? undefined
    : { version, evidence: evidence(project, file, pattern) };
}

/**
 * Upper bounds that locked releases need, nobody states and the lock file does not hold: `setuptools<82` of
 * gunicorn 20.1.0, with the release that needs them.
 */
export function lockedBounds(
  project: Project,
  lock: string,
): readonly { readonly requirement: string; readonly release: string }[] {
  const releases = lockedReleases(project, lock);
  const names = new Set(releases.map(({ name }) => name));
  const found = releases.flatMap(({ name, version }) =>
    missingBounds(name, version)
      .filter((requirement) => !names.has(bounded(requirement)))
      .map((requirement) => ({ requirement, release: `${name} ${version}` })),
  );
  return found.filter(
    ({ requirement }, index) => found.findIndex((one) => one.requirement === requirement) === index,
  );
}

/** The packages of a TOML lock file, or the default ones of a Pipfile.lock. */
function lockedReleases(
  project: Project,
  lock: string,
): readonly { readonly name: string; readonly version: string }[] {
  if (lock !== "Pipfile.lock") {
    const packages = project.toml(lock)?.package;
    return (Array.isArray(packages) ? packages : []).flatMap((one: unknown) => {
      const [name, version] = [text(dig(one, "name")), text(dig(one, "version"))];
      return name === undefined || version === undefined ? [] : [{ name: normalise(name), version }];
    });
  }
  const packages = dig(project.json(lock), "default");
  return Object.entries(isRecord(packages) ? packages : {}).flatMap(([name, value]) => {
    const version = text(dig(value, "version"))?.replace(/^==/, "");
    return version === undefined ? [] : [{ name: normalise(name), version }];
  });
}
