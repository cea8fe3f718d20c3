import type { Range } from "../dockerfile/types.ts";
import { cachedCalls, holds } from "./shared/caches.ts";
import { findFlag } from "./shared/commands.ts";
import type { Fix, Rule } from "./types.ts";

const truthy = /^(?:1|true|yes|on|y|t)$/i;
const flags: Readonly<Record<string, readonly string[]>> = {
  pip: ["--no-cache-dir"],
  uv: ["--no-cache", "--no-cache-dir", "-n"],
  poetry: ["--no-cache"],
};
const variables: Readonly<Record<string, string>> = { pip: "PIP_NO_CACHE_DIR", uv: "UV_NO_CACHE" };

/** A cache mount with the cache switched off. */
export const rule: Rule = {
  meta: {
    name: "cache-mount-useless",
    summary: "A cache mount is there, but the package manager is told not to use its cache.",
    why: "With --no-cache-dir nothing is written to the mount: every build downloads everything again. The mount already keeps the cache out of the image, so the flag has nothing left to do.",
    severity: "warning",
    category: "cache",
    fixable: "safe",
    aliases: {},
    source: "https://docs.docker.com/build/cache/optimize/#use-cache-mounts",
    bad: {
      dockerfile:
        "FROM python:3.13-slim\nRUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir flask==3.1.2\n",
    },
    good: {
      dockerfile:
        "FROM python:3.13-slim\nRUN --mount=type=cache,target=/root/.cache/pip pip install flask==3.1.2\n",
    },
  },
  *check(context) {
    for (const { call, targets } of cachedCalls(context)) {
      const { command, manager } = call;
      const mount = command.run.mounts.find(
        (each) => each.type === "cache" && targets.some((target) => holds(each, target)),
      );
      if (!mount) continue;
      const flag = findFlag(command, ...(flags[manager] ?? []));
      const variable = variables[manager];
      const value =
        variable === undefined
          ? undefined
          : (command.assignments.get(variable) ?? context.stateBefore(command.run).env.get(variable));
      if (!flag && !(value !== undefined && truthy.test(value))) continue;
      yield {
        range: flag?.range ?? mount.flag.range,
        message: `${flag?.text ?? `${variable}=${value}`} leaves the cache mount at ${mount.target?.slice(0, 60)} empty: drop one of the two`,
        ...(flag && !command.json ? dropFix(context.file.text, flag.range) : {}),
      };
    }
  },
};

/** Takes a blank before the flag along; not at the start of a line, where the line would stay empty. */
function dropFix(text: string, { start, end }: Range): { fix?: Fix } {
  const before = /[^\S\n]+$/.exec(text.slice(Math.max(0, start - 200), start))?.[0].length ?? 0;
  if (before === 0 || text[start - before - 1] === "\n") return {};
  return {
    fix: { title: "drop the flag", edits: [{ range: { start: start - before, end }, text: "" }], safe: true },
  };
}
