import { type Command, hasFlag } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import { packageCalls } from "./shared/packages.ts";
import { stageChain } from "./shared/stages.ts";
import type { Rule, RuleContext } from "./types.ts";

const flags = { poetry: "--no-root", uv: "--no-install-project" } as const;
const manifest =
  /(?:^|\/)(?:pyproject\.toml|poetry\.lock|uv\.lock|poetry\.toml|uv\.toml|\.python-version|README(?:\.\w+)?|LICEN[CS]E(?:\.\w+)?)\*?$/;

/** The project itself is installed before its source is there. */
export const rule: Rule = {
  meta: {
    name: "project-install-without-source",
    summary: "poetry install or uv sync installs the project before its source is copied.",
    why: "Both install the project itself after its dependencies. When only the manifests were copied there is nothing to install: Poetry 2 stops, uv builds an empty package that hides the real one.",
    severity: "warning",
    category: "correctness",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.astral.sh/uv/guides/integration/docker/#intermediate-layers",
    bad: {
      dockerfile:
        "FROM python:3.13-slim\nWORKDIR /app\nCOPY pyproject.toml poetry.lock ./\nRUN poetry install --only main\nCOPY . .\n",
    },
    good: {
      dockerfile:
        "FROM python:3.13-slim\nWORKDIR /app\nCOPY pyproject.toml poetry.lock ./\nRUN poetry install --no-root --only main\nCOPY . .\n",
    },
  },
  *check(context) {
    for (const { command, manager, verb, verbWord } of packageCalls(context, "poetry", "uv")) {
      const flag = manager === "poetry" ? flags.poetry : flags.uv;
      if (
        !verbWord ||
        verb !== (manager === "poetry" ? "install" : "sync") ||
        command.run.onbuild ||
        command.json
      )
        continue;
      if (
        hasFlag(
          command,
          "--no-root",
          "--no-install-project",
          "--no-install-workspace",
          "--no-install-local",
          "--no-directory",
        )
      )
        continue;
      if (!onlyManifests(context, command) || isNoPackage(context, manager)) continue;
      yield {
        range: verbWord.range,
        message: `${manager} ${verb} installs the project itself, whose source is not copied yet: add ${flag}`,
        fix: { title: `add ${flag}`, edits: [insert(verbWord.range.end, ` ${flag}`)], safe: false },
      };
    }
  },
};

/** True when manifests were copied before the command, and nothing else. */
function onlyManifests(context: RuleContext, { stage, range, run }: Command): boolean {
  if (
    run.mounts.some(({ type }) => type === "bind") &&
    !run.mounts.every(({ type, target }) => type !== "bind" || manifest.test(target ?? ""))
  )
    return false;
  let found = run.mounts.some(({ type }) => type === "bind");
  for (const link of stageChain(context.file, stage)) {
    for (const instruction of link.instructions) {
      if (instruction.range.start > range.start) continue;
      if (instruction.keyword === "ADD") return false;
      if (instruction.keyword !== "COPY") continue;
      if (instruction.heredocs.length > 0) return false;
      // A tool that is copied from its own image is no source.
      if (instruction.from !== undefined) continue;
      if (!instruction.sources.every(({ text }) => manifest.test(text))) return false;
      found = true;
    }
  }
  return found;
}

/** A project that is no package has nothing to install. */
function isNoPackage({ context }: RuleContext, manager: string): boolean {
  const text = context?.read("pyproject.toml");
  if (text === undefined) return false;
  if (manager === "poetry") return /^\s*package-mode\s*=\s*false/m.test(text);
  return !/^\s*\[build-system\]/m.test(text) && !/^\s*package\s*=\s*true/m.test(text);
}
