import { eolProduct } from "../../data/eol.ts";
import { compareVersions } from "../../data/version.ts";
import type { Fact, Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import type { Detection, Parameters } from "../types.ts";
import type { Dependency } from "./dependencies.ts";
import type { PythonFacts, PythonManager } from "./facts.ts";
import { allows, declaredRange } from "./version.ts";

type Refusal = Extract<Detection<PythonFacts>, { kind: "refused" }>;

/** Why no image can be right for the stated version: nobody released it, or two files contradict each other. */
export function refuseVersion(
  project: Project,
  parameters: Parameters,
  manager: PythonManager,
  version: Fact<string>,
): Refusal | undefined {
  const [newest, oldest] = [0, -1].map((at) => eolProduct("python")?.cycles.at(at)?.cycle ?? "3");
  const [major = "", minor = "0"] = version.value.split(".");
  // Two more minor versions than are known: the facts may be older than the project.
  const future = Number(minor) > Number(newest?.split(".")[1]) + 2;
  if (major !== "3" ? compareVersions(version.value, oldest ?? "3") > 0 : future)
    return {
      kind: "refused",
      reason: `there is no Python ${clean(version.value, 20)}`,
      found: version.evidence,
      decide: "version (for example 3.14)",
    };
  const range = declaredRange(project);
  if (parameters.version !== undefined || range === undefined || allows(range.specifier, version.value))
    return undefined;
  // pip installs requirements whatever the project itself says of versions.
  if (manager === "pip" || manager === "pipenv" || version.evidence[0]?.file !== ".python-version")
    return undefined;
  return {
    kind: "refused",
    reason: `.python-version asks for Python ${clean(version.value, 20)}, ${range.evidence.file} allows ${clean(range.specifier, 40)}`,
    found: [...version.evidence, range.evidence],
    decide: "version, or make the two files agree",
  };
}

/** A warning for a file that is there to state the version and states none that is known, or several. */
export function unreadVersion(project: Project, version: Fact<string>): readonly string[] {
  if (version.note?.startsWith("given") === true) return [];
  return [".python-version", "runtime.txt"].flatMap((file) => {
    const lines = (project.read(file) ?? "")
      .replace(/^\uFEFF/, "")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"));
    const [first = ""] = lines;
    const read = version.evidence[0]?.file === file;
    if (lines.length === 0 || (read && lines.length === 1)) return [];
    if (read) return [`${file} states ${lines.length} versions; ${version.value} is taken`];
    const plain = /^(?:cpython-|python-?)?\d+\.\d+/.test(first);
    return plain
      ? []
      : [`${file} says ${clean(first, 40)}, which is no version of CPython; ${version.value} is taken`];
  });
}

/**
 * A warning when the lock file lacks a declared dependency: it is older than the manifest, and every manager then
 * refuses a locked install.
 */
export function staleLock(
  project: Project,
  lock: string | undefined,
  dependencies: readonly Dependency[],
): readonly string[] {
  const body = lock === undefined ? undefined : project.read(lock);
  if (lock === undefined || body === undefined) return [];
  // That it cannot be parsed is said elsewhere.
  if (lock === "Pipfile.lock" && project.json(lock) === undefined) return [];
  const locked = new Set(
    [...body.matchAll(/^name = "([^"]+)"|^ {8}"([\w.-]+)": \{$/gm)].map((match) =>
      (match[1] ?? match[2] ?? "").toLowerCase().replace(/[-_.]+/g, "-"),
    ),
  );
  const missing = dependencies.filter(
    ({ name, requirement, evidence }) =>
      !locked.has(name) && !/;|^git\+|@/.test(requirement) && !evidence.file.endsWith(".txt"),
  );
  return missing.length === 0
    ? []
    : [
        `${lock} is older than its manifest: it lacks ${missing
          .slice(0, 3)
          .map(({ name }) => clean(name, 40))
          .join(", ")}; lock again and commit it, the build stops until then`,
      ];
}
