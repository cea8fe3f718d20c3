import type { Rule } from "./types.ts";

/** Half of a pnpm workspace's dependencies. */
export const rule: Rule = {
  meta: {
    name: "pnpm-workspace-node-modules",
    summary: "Only the root node_modules of a pnpm workspace is copied.",
    why: "In a workspace each package has a node_modules of its own with links into the root's; the root's alone holds none of the package's dependencies where Node.js looks for them. `pnpm --filter <package> --prod deploy <folder>` puts together one that can be copied.",
    severity: "warning",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://pnpm.io/cli/deploy",
    bad: {
      dockerfile:
        "FROM node:24-slim AS build\nWORKDIR /app\nCOPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./\nCOPY packages/api/package.json packages/api/\nRUN pnpm install --frozen-lockfile\nCOPY . .\nRUN pnpm --filter api build\nFROM node:24-slim\nCOPY --from=build /app/node_modules /srv/node_modules\nCOPY --from=build /app/packages/api/dist /srv/dist\n",
    },
    good: {
      dockerfile:
        "FROM node:24-slim AS build\nWORKDIR /app\nCOPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./\nCOPY packages/api/package.json packages/api/\nRUN pnpm install --frozen-lockfile\nCOPY . .\nRUN pnpm --filter api build && pnpm --filter api --prod deploy /out\nFROM node:24-slim\nCOPY --from=build /out /srv\n",
    },
  },
  *check({ graph }) {
    for (const { instruction, stage, from } of graph.copies) {
      if (from.kind !== "stage") continue;
      const root = instruction.sources.find(({ text }) => /(?:^|\/)node_modules\/?$/.test(text));
      if (!root) continue;
      const isWorkspace = graph
        .chain(from.stage)
        .some(({ instructions }) =>
          instructions.some(
            (each) =>
              each.keyword === "COPY" &&
              each.sources.some(({ text }) => text.endsWith("pnpm-workspace.yaml")),
          ),
        );
      if (!isWorkspace) continue;
      const parent = root.text.replace(/\/?node_modules\/?$/, "");
      const others = graph.copies.filter(
        (each) => each.stage === stage && each.from.kind === "stage" && each.from.stage === from.stage,
      );
      const inside = others.flatMap((each) => each.instruction.sources).map(({ text }) => text);
      const usesPackage = inside.some(
        (text) =>
          text.startsWith(`${parent}/`) &&
          /\/(?:dist|build|lib|out|\.next)(?:\/|$)/.test(text.slice(parent.length)) &&
          text.slice(parent.length).split("/").length > 2,
      );
      const copiesOwn =
        inside.some((text) => text !== root.text && /node_modules\/?$/.test(text)) || inside.includes(parent);
      if (!usesPackage || copiesOwn) continue;
      yield {
        range: root.range,
        message: `${root.text.slice(0, 60)} is the workspace root's: the package's own dependencies are in its node_modules; use pnpm deploy`,
      };
    }
  },
};
