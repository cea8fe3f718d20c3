import { rememberLast } from "../dockerfile/remember.ts";
import { type Command, commandsOfRun, hasFlag, lastInRun } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import { packageCalls } from "./shared/packages.ts";
import { aliasesOf, isMounted, ships } from "./shared/reach.ts";
import type { Rule, RuleContext } from "./types.ts";

const truthy = /^(?:1|true|yes|on|y|t)$/i;

/** pip install that leaves its download cache in the layer. */
export const rule: Rule = {
  meta: {
    name: "pip-no-cache",
    summary: "pip install leaves its cache in the layer.",
    why: "pip keeps every wheel it downloads in ~/.cache/pip. In a layer nobody reads it again and it can weigh as much as the packages. Use --no-cache-dir, or a cache mount, which also makes the next build faster.",
    severity: "warning",
    category: "size",
    fixable: "safe",
    aliases: { hadolint: ["DL3042"], semgrep: ["missing-pip-no-cache-dir"] },
    source: "https://pip.pypa.io/en/stable/topics/caching/",
    bad: { dockerfile: "FROM python:3.13-slim\nRUN pip install flask==3.1.2\n" },
    good: { dockerfile: "FROM python:3.13-slim\nRUN pip install --no-cache-dir flask==3.1.2\n" },
  },
  *check(context) {
    for (const { command, verb, verbWord, operands } of packageCalls(context, "pip")) {
      if (verb !== "install" || !verbWord || hasFlag(command, "--no-cache-dir") || isOff(context, command))
        continue;
      const cached = command.run.mounts.some(
        ({ type, target }) =>
          (type === "cache" || type === "tmpfs") && target !== undefined && /\.cache\/pip\/?$/.test(target),
      );
      if (cached) continue;
      const elsewhere =
        isMounted(command, "/root/.cache/pip") ||
        hasFlag(command, "--no-cache", "--cache-dir") ||
        lastCacheRemoval(context, command.run) > command.range.start;
      const harmless = elsewhere || (!context.file.fragment && !ships(context.file, command.stage));
      const onlyLocal = operands.length > 0 && operands.every(({ text }) => text === ".");
      const { semgrep, ...others } = aliasesOf(command, rule.meta.aliases);
      yield {
        range: verbWord.range,
        message:
          "pip install keeps its download cache in this layer: add --no-cache-dir or a cache mount at /root/.cache/pip",
        aliases: { ...others, ...(semgrep && !onlyLocal ? { semgrep } : {}) },
        ...(harmless ? { parity: true } : {}),
        ...(elsewhere
          ? {}
          : {
              fix: {
                title: "add --no-cache-dir",
                edits: [insert(verbWord.range.end, command.json ? '", "--no-cache-dir' : " --no-cache-dir")],
                safe: true,
              },
            }),
      };
    }
  },
};

/** True when PIP_NO_CACHE_DIR is set for the command: in front of it, exported in its RUN, or by ENV. */
function isOff(context: RuleContext, command: Command): boolean {
  const own = command.assignments.get("PIP_NO_CACHE_DIR");
  if (own !== undefined) return truthy.test(own);
  const exported = firstExport(context, command.run);
  if (exported !== undefined && exported.at < command.range.start) return truthy.test(exported.value);
  return truthy.test(context.stateBefore(command.run).env.get("PIP_NO_CACHE_DIR") ?? "");
}

const exportsByRun = rememberLast(
  (context: RuleContext) => context.runs,
  () => new Map<Command["run"], { readonly at: number; readonly value: string } | undefined>(),
);

function firstExport(context: RuleContext, run: Command["run"]): { at: number; value: string } | undefined {
  const exports = exportsByRun(context);
  if (!exports.has(run)) {
    for (const { name, args, range } of commandsOfRun(context, run)) {
      const text =
        name === "export" ? args.find((word) => word.text.startsWith("PIP_NO_CACHE_DIR="))?.text : undefined;
      if (text === undefined) continue;
      exports.set(run, { at: range.start, value: text.slice(text.indexOf("=") + 1) });
      break;
    }
    if (!exports.has(run)) exports.set(run, undefined);
  }
  return exports.get(run);
}

const lastCacheRemoval = lastInRun(
  ({ name, args }) =>
    (name === "rm" && args.some(({ text }) => /\/\.cache(?:\/pip|\/\*)?\/?$/.test(text))) ||
    (/^pip-?[\d.]*$/.test(name) && args.some(({ text }) => text === "purge")),
);
