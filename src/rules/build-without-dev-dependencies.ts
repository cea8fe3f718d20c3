import type { Stage } from "../dockerfile/types.ts";
import { type Command, commandsOf, hasFlag } from "./shared/commands.ts";
import { dependencyStep, isBuild } from "./shared/dependencies.ts";
import { stageChain } from "./shared/stages.ts";
import type { Rule, RuleContext } from "./types.ts";

/** A build with nothing but what production needs. */
export const rule: Rule = {
  meta: {
    name: "build-without-dev-dependencies",
    summary: "The build step runs on an install that left development dependencies out.",
    why: "Compilers, bundlers and type definitions are development dependencies: `npm run build` after `npm ci --omit=dev` fails with 'not found'. Install everything in the stage that builds, and only what runs in the one that ships.",
    severity: "warning",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.npmjs.com/cli/commands/npm-ci#omit",
    bad: {
      dockerfile:
        "FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev\nCOPY . .\nRUN npm run build\n",
    },
    good: {
      dockerfile:
        "FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n",
    },
  },
  *check(context) {
    const node = commandsOf(context).filter(({ name }) =>
      /^(?:npm|yarn|pnpm|npx|tsc|next|vite|webpack|ng|nest)$/.test(name),
    );
    for (const build of node) {
      if (!isBuild(build) || build.run.onbuild) continue;
      const installs = installsFor(context, node, build);
      const [first] = installs;
      if (!first || !installs.every((install) => isProductionOnly(context, install))) continue;
      const tools = buildToolsAreFor(context);
      if (tools === "production") continue;
      yield {
        range: build.range,
        message: `${build.name} builds here, but ${first.name} left development dependencies out on line ${context.file.lineAt(first.range.start)}`,
        related: [first.range],
        ...(tools === "unknown" ? { severity: "info" as const } : {}),
      };
    }
  },
};

/** The install steps whose node_modules the build sees: those before it, or those of the stage it copies them from. */
function installsFor(context: RuleContext, commands: readonly Command[], build: Command): readonly Command[] {
  const isInstall = (command: Command): boolean =>
    dependencyStep(command)?.ecosystem === "node" || addsPackages(command);
  const chain = new Set<Stage>(stageChain(context.file, build.stage));
  const own = commands.filter(
    (command) => chain.has(command.stage) && command.range.start < build.range.start && isInstall(command),
  );
  if (own.length > 0) return own;
  const sources = context.graph.copies.flatMap(({ instruction, stage, from }) =>
    chain.has(stage) &&
    from.kind === "stage" &&
    instruction.range.start < build.range.start &&
    instruction.sources.some(({ text }) => /(?:^|\/)node_modules\/?$/.test(text))
      ? [from.stage]
      : [],
  );
  const linked = new Set(sources.flatMap((stage) => stageChain(context.file, stage)));
  return commands.filter((command) => linked.has(command.stage) && isInstall(command));
}

/** Where package.json lists what builds; a project without development dependencies builds with the others. */
function buildToolsAreFor({ context }: RuleContext): "development" | "production" | "unknown" {
  const text = context?.read("package.json");
  if (text === undefined) return "unknown";
  return text.includes('"devDependencies"') ? "development" : "production";
}

/** `npm install typescript`: what the build needs may come this way. */
function addsPackages({ name, args }: Command): boolean {
  return /^(?:npm|yarn|pnpm)$/.test(name) && args.some(({ text }) => /^(?:add|install|i)$/.test(text));
}

function isProductionOnly(context: RuleContext, command: Command): boolean {
  if (hasFlag(command, "--include", "--dev")) return false;
  const words = command.args.map(({ text }) => text);
  if (
    words.some((word) =>
      /^(?:--production|--prod|-P|--omit=dev|--only=prod(?:uction)?|--production=true)$/.test(word),
    )
  )
    return true;
  const omit = words.indexOf("--omit");
  if (omit >= 0 && words[omit + 1] === "dev") return true;
  const value = command.assignments.get("NODE_ENV") ?? context.stateBefore(command.run).env.get("NODE_ENV");
  return (
    value === "production" && !words.some((word) => word === "--production=false" || word === "--prod=false")
  );
}
