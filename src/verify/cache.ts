import { parseDockerfile } from "../dockerfile/parse.ts";
import type { BuildStep } from "../engine/progress.ts";
import { type Command, commandsOf, operandsOf } from "../rules/shared/commands.ts";
import { dependencyStep } from "../rules/shared/dependencies.ts";
import { makeContext } from "../validate/context.ts";

/** True for a step that installs what manifests or package lists name: `RUN npm ci`, `RUN apt-get install …`. */
export function installsDependencies(step: BuildStep): boolean {
  if (step.position === "" || !step.name.startsWith("RUN ")) return false;
  const file = parseDockerfile(`FROM scratch\n${step.name.replaceAll("\n", " ")}\n`);
  const context = makeContext({ file, today: "1970-01-01", buildArgs: {}, shellOf: () => undefined });
  // `cargo build` over empty crates compiles the dependencies and nothing else.
  const emptyCrates = /\bfn main\(\)\s*\{\s*\}/.test(step.name);
  return commandsOf(context.withOptions({})).some((command) => {
    const does = dependencyStep(command);
    return (
      does?.explicit === true || (emptyCrates && does?.ecosystem === "rust") || installsPackages(command)
    );
  });
}

function installsPackages(command: Command): boolean {
  if (!/^(?:apt|apt-get|apk|dnf|microdnf|yum|zypper)$/.test(command.name)) return false;
  return operandsOf(command).some(({ text }) => text === "install" || text === "add");
}

/** What became of the steps of a build after a source file changed. */
export interface CacheReport {
  readonly dependencies: readonly BuildStep[];
  readonly rerun: readonly BuildStep[];
  readonly cached: number;
  readonly total: number;
}

const withoutProject = /--no-(?:install-(?:project|workspace)|root|self)\b/;
const projectTool = /\b(uv|poetry|pdm)\s+(?:install|sync)\b/;

/** pip, told to leave the dependencies alone: the project or its wheel, and nothing else. */
const onlyProject = /\bpip[\d.]*\b[^&|;]*\binstall\s[^&|;]*--no-deps\s+(?:-e\s+)?(?:\.|dist\/\S+)\s*$/;
/** `pip install .` after the list of what it asks for. */
const pipProject = /\bpip[\d.]*\b[^&|;]*\binstall\s+(?:-e\s+)?(?:\.|'\.\[[\w,-]+\]')\s*$/;
const pipList = /\bpip[\d.]*\b[^&|;]*\binstall\s[^&|;]*-r\s/;

/** True for a step that adds the project itself to dependencies which an earlier, cached step installed without it. */
function addsProject(step: BuildStep, all: readonly BuildStep[]): boolean {
  if (onlyProject.test(step.name)) return true;
  const pip = pipProject.test(step.name);
  if (pip) return all.some((other) => other.state === "cached" && pipList.test(other.name));
  const tool = projectTool.exec(step.name)?.[1];
  if (tool === undefined || withoutProject.test(step.name)) return false;
  return all.some(
    (other) =>
      other.state === "cached" &&
      withoutProject.test(other.name) &&
      projectTool.exec(other.name)?.[1] === tool,
  );
}

/**
 * True for a step after a cached installation that fetches nothing anew: it leaves out what only development needs
 * (`npm prune`'s like in Yarn 1 and Bun is an install with `--production`), or collects beside a build's result what an
 * earlier step resolved (`mvn package … dependency:copy-dependencies`).
 */
function arranges(step: BuildStep, all: readonly BuildStep[]): boolean {
  const tool =
    /\b(?:(npm|yarn|pnpm|bun) install\b.*--(?:production|prod|omit)|(mvnw?)\b.*\bdependency:copy-dependencies)/s.exec(
      step.name,
    );
  const name = tool?.[1] ?? tool?.[2];
  if (name === undefined) return false;
  return all.some(
    (other) =>
      other.state === "cached" &&
      other.name !== step.name &&
      stageOf(other) === stageOf(step) &&
      new RegExp(`\\b${name}\\b`).test(other.name) &&
      installsDependencies(other),
  );
}

/** The stage a step belongs to: `builder` of `builder 3/8`. */
function stageOf(step: BuildStep): string {
  return step.position.replace(/\s*\d+\/\d+$/, "");
}

/** Reads the steps of a rebuild. */
export function cacheReport(steps: readonly BuildStep[]): CacheReport {
  const counted = steps.filter((step) => step.position !== "" && !step.name.startsWith("FROM "));
  const dependencies = counted.filter(
    (step) => installsDependencies(step) && !addsProject(step, counted) && !arranges(step, counted),
  );
  return {
    dependencies,
    rerun: dependencies.filter((step) => step.state !== "cached"),
    cached: counted.filter((step) => step.state === "cached").length,
    total: counted.length,
  };
}
