import { satisfies } from "@renovatebot/pep440";
import { assumed, certain, evidence, given } from "../../project/facts.ts";
import { dig, text } from "../../project/project.ts";
import type { Evidence, Fact, Project } from "../../project/types.ts";
import type { Parameters } from "../types.ts";

/** The minor version (`3.13`) the project asks for: explicit files first, then the newest supported one its range allows. */
export function readVersion(
  project: Project,
  parameters: Parameters,
  supported: readonly string[],
  standard: string,
): Fact<string> {
  if (parameters.version !== undefined)
    return given(minor(parameters.version) ?? parameters.version, "version");
  const exact = explicitVersion(project);
  if (exact) return exact;
  const range = declaredRange(project);
  if (range) {
    const pick = [standard, ...supported].find((version) => allows(range.specifier, version));
    if (pick !== undefined) return certain(pick, range.evidence);
    const old = ["3.10", "3.9", "3.8", "3.7", "3.6"].find((version) => allows(range.specifier, version));
    if (old !== undefined) return certain(old, range.evidence);
  }
  return assumed(standard, "no version is stated; the standard one is taken");
}

function explicitVersion(project: Project): Fact<string> | undefined {
  const files: readonly (readonly [string, RegExp])[] = [
    [".python-version", /^\s*(?:cpython-|python-?)?(\d+\.\d+)/m],
    ["runtime.txt", /^\s*python-(\d+\.\d+)/m],
    [".tool-versions", /^\s*python\s+(\d+\.\d+)/m],
    ["mise.toml", /^\s*python\s*=\s*"(\d+\.\d+)/m],
    [".mise.toml", /^\s*python\s*=\s*"(\d+\.\d+)/m],
    ["Pipfile", /^\s*python_(?:full_)?version\s*=\s*["'](\d+\.\d+)/m],
  ];
  for (const [file, pattern] of files) {
    const version = pattern.exec(project.read(file) ?? "")?.[1];
    if (version !== undefined) return certain(version, evidence(project, file, pattern));
  }
  return undefined;
}

function declaredRange(project: Project): { specifier: string; evidence: Evidence } | undefined {
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
function allows(specifier: string, version: string): boolean {
  return specifier
    .split("||")
    .some(
      (part) =>
        ["99", "0"].some((patch) => tolerant(`${version}.${patch}`, part.trim())) ||
        tolerant(version, part.trim()),
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
