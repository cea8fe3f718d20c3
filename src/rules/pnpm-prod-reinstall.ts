import { hasFlag } from "./shared/commands.ts";
import { type PackageCall, packageCalls } from "./shared/packages.ts";
import type { Rule } from "./types.ts";

/** pnpm install --prod over an existing node_modules. */
export const rule: Rule = {
  meta: {
    name: "pnpm-prod-reinstall",
    summary: "pnpm install --prod runs over a full install without CI=true.",
    why: "pnpm asks before it removes node_modules. In a build nobody answers: it gives up, in some versions without an error, and development dependencies stay. Use `pnpm deploy --prod` or `pnpm prune --prod`, or set CI=true.",
    severity: "warning",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://pnpm.io/cli/deploy",
    bad: {
      dockerfile:
        "FROM node:24-slim\nCOPY package.json pnpm-lock.yaml ./\nRUN pnpm install --frozen-lockfile\nCOPY . .\nRUN pnpm run build\nRUN pnpm install --frozen-lockfile --prod\n",
    },
    good: {
      dockerfile:
        "FROM node:24-slim\nCOPY package.json pnpm-lock.yaml ./\nRUN pnpm install --frozen-lockfile\nCOPY . .\nRUN pnpm run build\nRUN pnpm prune --prod\n",
    },
  },
  *check(context) {
    const installs = packageCalls(context, "pnpm").filter(
      ({ verb, operands }) => (verb === "install" || verb === "i") && operands.length === 0,
    );
    for (const [index, call] of installs.entries()) {
      const { command } = call;
      if (!isProduction(call) || command.run.onbuild) continue;
      const earlier = installs
        .slice(0, index)
        .find((other) => other.command.stage === command.stage && !isProduction(other));
      if (!earlier) continue;
      const { env, args } = context.stateBefore(command.run);
      if (env.has("CI") || args.has("CI") || command.assignments.has("CI") || hasFlag(command, "--force"))
        continue;
      yield {
        range: command.range,
        message:
          "pnpm asks before it removes node_modules and nobody answers: set CI=true, or use pnpm prune --prod",
        related: [earlier.command.range],
      };
    }
  },
};

function isProduction({ command }: PackageCall): boolean {
  return command.args.some(({ text }) => text === "--prod" || text === "-P" || text === "--production");
}
