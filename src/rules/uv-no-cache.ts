import { cacheTargets } from "../data/package-managers.ts";
import { hasFlag } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import { packageCalls } from "./shared/packages.ts";
import { isMounted, ships } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

const [cache] = cacheTargets("uv");

/** uv's cache stays in the layer. */
export const rule: Rule = {
  meta: {
    name: "uv-no-cache",
    summary: "uv leaves its cache in the layer.",
    why: "uv keeps what it downloads and builds in ~/.cache/uv. In a layer nobody reads it again. Use a cache mount, which also makes the next build faster, or --no-cache.",
    severity: "info",
    category: "size",
    fixable: "safe",
    aliases: {},
    source: "https://docs.astral.sh/uv/guides/integration/docker/#caching",
    bad: { dockerfile: "FROM python:3.13-slim\nRUN uv pip install --system flask==3.1.2\n" },
    good: { dockerfile: "FROM python:3.13-slim\nRUN uv pip --no-cache install --system flask==3.1.2\n" },
  },
  *check(context) {
    for (const { command, verb, verbWord, operands } of packageCalls(context, "uv")) {
      const fetches =
        verb === "sync" || (verb === "pip" && /^(?:install|sync)$/.test(operands[0]?.text ?? ""));
      if (!fetches || !verbWord || hasFlag(command, "--no-cache", "--no-cache-dir", "-n", "--cache-dir"))
        continue;
      if (!context.file.fragment && !ships(context.file, command.stage)) continue;
      const { env } = context.stateBefore(command.run);
      if (env.has("UV_NO_CACHE") || env.has("UV_CACHE_DIR") || command.assignments.has("UV_NO_CACHE"))
        continue;
      const mounted = command.run.mounts.some(
        ({ type, target }) => /^(?:cache|tmpfs)$/.test(type) && /uv\/?$/.test(target ?? ""),
      );
      if (mounted || (cache && isMounted(command, cache.target))) continue;
      yield {
        range: verbWord.range,
        message: `uv ${verb} keeps what it downloads in this layer: use a cache mount at ${cache?.target}, or --no-cache`,
        fix: {
          title: "add --no-cache",
          edits: [insert(verbWord.range.end, command.json ? '", "--no-cache' : " --no-cache")],
          safe: true,
        },
      };
    }
  },
};
