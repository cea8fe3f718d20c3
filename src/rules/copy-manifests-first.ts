import { posix } from "node:path";
import { insertAfter, insertBefore, newlineOf } from "../dockerfile/edits.ts";
import type { CopyInstruction, Stage, TextEdit } from "../dockerfile/types.ts";
import { type Command, commandsOf, commandsOfRun } from "./shared/commands.ts";
import { dependencyStep, type Ecosystem } from "./shared/dependencies.ts";
import { replace } from "./shared/edits.ts";
import { stageChain } from "./shared/stages.ts";
import type { Fix, Rule, RuleContext } from "./types.ts";

const manifests: Readonly<Record<Ecosystem, string>> = {
  node: "package.json and the lock file",
  python: "the requirements or lock file",
  go: "go.mod and go.sum",
  rust: "Cargo.toml and Cargo.lock",
  java: "pom.xml or the Gradle files",
  ruby: "Gemfile and Gemfile.lock",
  php: "composer.json and composer.lock",
  dotnet: "the project files",
  elixir: "mix.exs and mix.lock",
};

/** The whole source is copied before dependencies are installed. */
export const rule: Rule = {
  meta: {
    name: "copy-manifests-first",
    summary: "The source is copied before the dependencies are installed.",
    why: "A layer is built again when anything before it changed. With `COPY . .` in front, every edit of the source installs all dependencies again. Copy the manifests, install, then copy the source.",
    severity: "warning",
    category: "cache",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.docker.com/build/cache/optimize/#order-your-layers",
    bad: { dockerfile: "FROM node:24-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\n" },
    good: {
      dockerfile:
        "FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n",
    },
  },
  *check(context) {
    const { file } = context;
    const commands = commandsOf(context);
    for (const stage of file.stages) {
      const broad = stage.instructions.find(isBroadCopy);
      if (!broad) continue;
      const before = new Set<Ecosystem>();
      const chain = new Set<Stage>(stageChain(file, stage));
      for (const command of commands) {
        if (!chain.has(command.stage) || command.run.onbuild) continue;
        const step = dependencyStep(command);
        if (!step) continue;
        const earlier = command.stage !== stage || command.run.range.start < broad.range.start;
        if (earlier) {
          before.add(step.ecosystem);
          continue;
        }
        const cached = command.run.mounts.some(({ type }) => type === "cache");
        if (before.has(step.ecosystem) || (!step.explicit && cached)) continue;
        yield {
          range: broad.range,
          message: `the source is copied before "${commandText(command.name, command.args[0]?.text)}": every edit installs all dependencies again; copy ${manifests[step.ecosystem]} first`,
          related: [command.range],
          ...(step.explicit ? orderFix(context, broad, command) : {}),
          ...(step.explicit && !cached ? {} : { severity: "info" as const }),
        };
        break;
      }
    }
  },
};

function isBroadCopy(instruction: Stage["instructions"][number]): instruction is CopyInstruction {
  return (
    (instruction.keyword === "COPY" || instruction.keyword === "ADD") &&
    instruction.from === undefined &&
    instruction.sources.some(({ text }) => /^(?:\.|\.\/|\/|\*|\.\/\*)$/.test(text))
  );
}

/** The manifests an install command reads, when their names are sure; `first` runs the dependencies' part alone. */
function filesOf(
  { context }: RuleContext,
  command: Command,
): { names: readonly string[]; first?: string } | undefined {
  const words = command.args.map(({ text }) => text);
  const has = (name: string): boolean => context?.included(name) === true;
  const both = (manifest: string, lock: string, sure: boolean): { names: readonly string[] } | undefined =>
    sure || has(lock) ? { names: [manifest, lock] } : undefined;
  switch (command.name) {
    case "npm":
      if (words[0] === "ci" || has("package-lock.json"))
        return { names: ["package.json", "package-lock.json"] };
      return { names: ["package*.json"] };
    case "yarn":
      return both(
        "package.json",
        "yarn.lock",
        words.some((word) => /^--(?:frozen-lockfile|immutable)$/.test(word)),
      );
    case "pnpm":
      return both("package.json", "pnpm-lock.yaml", words.includes("--frozen-lockfile"));
    case "go":
      return context === undefined || has("go.sum") ? { names: ["go.mod", "go.sum"] } : { names: ["go.mod"] };
    case "bundle":
      return both("Gemfile", "Gemfile.lock", words.includes("--deployment") || context === undefined);
    case "mvn":
      return { names: ["pom.xml"] };
    case "uv": {
      if (words[0] !== "sync") return undefined;
      const files = both(
        "pyproject.toml",
        "uv.lock",
        words.some((word) => /^--(?:locked|frozen)$/.test(word)),
      );
      return (
        files && {
          ...files,
          ...(words.includes("--no-install-project") ? {} : { first: "--no-install-project" }),
        }
      );
    }
    case "poetry": {
      if (!has("poetry.lock")) return undefined;
      return {
        names: ["pyproject.toml", "poetry.lock"],
        ...(words.includes("--no-root") ? {} : { first: "--no-root" }),
      };
    }
    default: {
      const lists = words.flatMap((word, index) =>
        /^(?:-r|--requirement)$/.test(words[index - 1] ?? "") ? [word] : [],
      );
      const plain = lists.length > 0 && lists.every((word) => /^[\w.-]+\.txt$/.test(word));
      const only = words.every(
        (word, index) => /^(?:-|install$|pip$)/.test(word) || lists.includes(word) || index === 0,
      );
      return plain && only && /^(?:pip|python)/.test(command.name) ? { names: lists } : undefined;
    }
  }
}

/** Steps between COPY and the install that do not look at the source. */
function isIndependent(
  context: RuleContext,
  instruction: Stage["instructions"][number],
  relative: boolean,
): boolean {
  if (/^(?:ENV|ARG|LABEL|EXPOSE|SHELL|STOPSIGNAL|CMD|ENTRYPOINT|HEALTHCHECK)$/.test(instruction.keyword))
    return true;
  if (instruction.keyword === "WORKDIR") return !relative && instruction.value?.text.startsWith("/") === true;
  if (instruction.keyword !== "RUN" || instruction.heredocs.length > 0) return false;
  return commandsOfRun(context, instruction).every(isPreparation);
}

function isPreparation({ name, args }: Command): boolean {
  if (/^(?:apt-get|apt|apk|dnf|microdnf|yum|corepack)$/.test(name))
    return !args.some(({ text }) => text.startsWith("./") || text.startsWith("/"));
  if (name === "rm") return args.every(({ text }) => /^-|^\/var\//.test(text));
  if (name === "npm") return args.some(({ text }) => text === "-g" || text === "--global");
  return (
    /^pip/.test(name) &&
    args.every(({ text }) => /^(?:-|install$|pip\b|setuptools\b|wheel\b|poetry\b|uv\b|pipenv\b)/.test(text))
  );
}

/** Manifests where the source was copied, and the source after the install. */
function orderFix(context: RuleContext, broad: CopyInstruction, command: Command): { fix?: Fix } {
  const { file } = context;
  const { run, stage, shell } = command;
  const files = filesOf(context, command);
  const destination = broad.destination?.text ?? "";
  const source = broad.sources[0];
  if (
    !files ||
    !source ||
    broad.sources.length !== 1 ||
    !/^\.\/?$/.test(source.text) ||
    broad.keyword !== "COPY"
  )
    return {};
  if (
    run.command.form !== "shell" ||
    run.heredocs.length > 0 ||
    shell.blocks.length > 0 ||
    shell.inSubstitution ||
    shell.pipeline
  )
    return {};
  if (command.wrappers.length > 0 || broad.onbuild || source.raw !== source.text) return {};
  // The install must look into the folder the source is copied to.
  const at = context.stateBefore(run).workdir?.value ?? "/";
  const workdir = context.stateBefore(broad).workdir?.value ?? "/";
  if (posix.resolve(workdir, destination) !== posix.resolve(at)) return {};
  const { instructions } = stage;
  const between = instructions.slice(instructions.indexOf(broad) + 1, instructions.indexOf(run));
  if (!between.every((each) => isIndependent(context, each, !destination.startsWith("/")))) return {};
  const commands = commandsOfRun(context, run);
  const index = commands.indexOf(command);
  if (!commands.slice(0, index).every((each) => isPreparation(each) && each.shell.after === "&&")) return {};
  const copy = file.text.slice(broad.range.start, broad.range.end);
  const folder = /\/$|^\.$/.test(destination) ? destination : `${destination}/`;
  const manifestCopy =
    file.text.slice(broad.range.start, source.range.start) +
    `${files.names.join(" ")} ${destination === "." ? "./" : folder}`;
  if (/["[\]]/.test(manifestCopy.slice(4)) || copy.includes("\n")) return {};
  const edits: TextEdit[] = [replace(broad.range, manifestCopy)];
  if (files.first !== undefined) {
    // The project itself is installed by the step as it stands, once its source is there.
    if (index !== 0 || commands.length !== 1) return {};
    const end = command.args[0]?.range.end ?? command.range.end;
    const own = file.text.slice(run.range.start, run.range.end);
    const early = `${own.slice(0, end - run.range.start)} ${files.first}${own.slice(end - run.range.start)}`;
    edits.push(insertBefore(file, run, [early, copy]));
  } else if (index === commands.length - 1 && command.range.end === run.range.end) {
    edits.push(insertAfter(file, run, [copy]));
  } else {
    const next = commands[index + 1];
    if (!next || shell.after !== "&&" || next.shell.blocks.length > 0 || next.shell.inSubstitution) return {};
    const range = { start: command.range.end, end: next.range.start };
    if (
      !/^[ \t]*(?:[\\`][ \t]*\r?\n[ \t]*)?&&[ \t]*(?:[\\`][ \t]*\r?\n[ \t]*)?$/.test(
        file.text.slice(range.start, range.end),
      )
    )
      return {};
    const rest = file.text.slice(next.range.start, run.range.end);
    if (/^\s*#/m.test(rest)) return {};
    const flags = run.flags.map((flag) => `${file.text.slice(flag.range.start, flag.range.end)} `).join("");
    // The RUN is written as a whole: what else is repaired in it comes afterwards, where it then belongs.
    const before = file.text.slice(run.range.start, range.start);
    edits.push(replace(run.range, `${before}${newlineOf(file)}${copy}${newlineOf(file)}RUN ${flags}${rest}`));
  }
  return { fix: { title: `copy ${files.names.join(" and ")} first`, edits, safe: false } };
}

function commandText(name: string, first: string | undefined): string {
  return first === undefined || first.startsWith("-") || first.length > 30 ? name : `${name} ${first}`;
}
