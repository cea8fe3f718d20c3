import { type Command, commandsOf, hasFlag, lastInRun, operandsOf } from "./shared/commands.ts";
import { dependencyStep } from "./shared/dependencies.ts";
import { ships } from "./shared/reach.ts";
import type { Rule, RuleContext } from "./types.ts";

/** The final image installs development dependencies. */
export const rule: Rule = {
  meta: {
    name: "dev-dependencies-in-final",
    summary: "Development dependencies are installed into the final image.",
    why: "Test runners, linters and compilers are often most of what a project depends on. The running program needs none of them; they are size to ship and holes to patch. Install without them in the stage that runs, or prune after the build.",
    severity: "warning",
    category: "size",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages",
    bad: { dockerfile: "FROM node:24-slim\nCOPY package.json package-lock.json ./\nRUN npm ci\n" },
    good: {
      dockerfile: "FROM node:24-slim\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev\n",
    },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (!ships(context.file, command.stage) || command.run.onbuild) continue;
      const advice = missingFlag(context, command);
      if (advice === undefined || lastPrune(context, command.run) > command.range.start) continue;
      yield {
        range: command.range,
        message:
          `${command.name} ${operandsOf(command)[0]?.text ?? ""} also installs development dependencies into the final image: ${advice}`.replace(
            "  ",
            " ",
          ),
      };
    }
  },
};

/** What to add so that only what runs is installed; undefined when nothing is missing. */
function missingFlag(context: RuleContext, command: Command): string | undefined {
  const [first = ""] = operandsOf(command).map(({ text }) => text);
  switch (command.name) {
    case "npm":
      if (dependencyStep(command)?.ecosystem !== "node" || isProduction(context, command)) return undefined;
      return hasFlag(command, "--production", "--omit", "--only") ? undefined : "add --omit=dev";
    case "yarn":
      if ((first !== "" && first !== "install") || isProduction(context, command)) return undefined;
      return hasFlag(command, "--production", "--prod", "--version")
        ? undefined
        : 'use "yarn workspaces focus --production" (or --production in yarn 1)';
    case "pnpm":
      if (first !== "install" && first !== "i") return undefined;
      return hasFlag(command, "--prod", "-P", "--production") || isProduction(context, command)
        ? undefined
        : "add --prod";
    case "poetry":
      if (first !== "install" && first !== "sync") return undefined;
      return hasFlag(command, "--only", "--without", "--no-dev") ? undefined : "add --only main";
    case "uv":
      if (first !== "sync" || context.stateBefore(command.run).env.get("UV_NO_DEV") !== undefined)
        return undefined;
      return hasFlag(command, "--no-dev", "--only-group", "--no-default-groups", "--no-group")
        ? undefined
        : "add --no-dev";
    case "composer":
      return first === "install" && !hasFlag(command, "--no-dev") ? "add --no-dev" : undefined;
    case "pip":
    case "pip3":
      return first === "install" &&
        command.args.some(({ text }) =>
          /(?:^|[/_-])(?:dev|test)[\w-]*\.txt$|requirements[_-](?:dev|test)/.test(text),
        )
        ? "leave the development requirements out"
        : undefined;
    default:
      return undefined;
  }
}

function isProduction(context: RuleContext, command: Command): boolean {
  const value = command.assignments.get("NODE_ENV") ?? context.stateBefore(command.run).env.get("NODE_ENV");
  return value === "production" && !hasFlag(command, "--include", "--production=false");
}

/** A later prune in the same RUN: in another one the layer below would still hold them. */
const lastPrune = lastInRun(
  ({ name, args }) =>
    args.some(({ text }) => text === "prune") ||
    (name === "rm" && args.some(({ text }) => text.includes("node_modules"))),
);
