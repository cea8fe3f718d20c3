import type { CopyInstruction, Stage } from "../dockerfile/types.ts";
import { commandsOf } from "./shared/commands.ts";
import { dependencyStep, type Ecosystem } from "./shared/dependencies.ts";
import { stageChain } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

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
    fixable: "no",
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

function commandText(name: string, first: string | undefined): string {
  return first === undefined || first.startsWith("-") || first.length > 30 ? name : `${name} ${first}`;
}
