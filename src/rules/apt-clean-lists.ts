import type { Stage } from "../dockerfile/types.ts";
import { type Command, commandsOfRun, hasFlag, lastInRun } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import { type PackageCall, packageCalls } from "./shared/packages.ts";
import { isMounted, ships } from "./shared/reach.ts";
import { stageChain } from "./shared/stages.ts";
import type { Rule, RuleContext } from "./types.ts";

/** apt-get update whose package lists stay in the layer. */
export const rule: Rule = {
  meta: {
    name: "apt-clean-lists",
    summary: "The package lists of apt-get update stay in the layer.",
    why: "`apt-get update` downloads 20 MB and more of package lists, which nothing uses after the install and which are stale the next day. Remove them in the same RUN (a later RUN cannot make the layer smaller), or keep them in a cache mount.",
    severity: "info",
    category: "size",
    fixable: "safe",
    aliases: { hadolint: ["DL3009"], semgrep: ["remove-package-lists"], dockle: ["DKL-DI-0005"] },
    source: "https://docs.docker.com/build/building/best-practices/#apt-get",
    bad: {
      dockerfile:
        "FROM debian:13-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl\n",
    },
    good: {
      dockerfile:
        "FROM debian:13-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
    },
  },
  *check(context) {
    const { file } = context;
    // The last update of a RUN decides: what stands before it removes nothing of it.
    const updates = new Map<Command["run"], PackageCall>();
    for (const call of packageCalls(context, "apt-get", "apt", "aptitude")) {
      if (call.verb === "update") updates.set(call.command.run, call);
    }
    for (const [run, { command, manager }] of updates) {
      const { stage } = command;
      const at = command.range.start;
      if (manager === "apt-get" && command.args.length === 1 && lastArchiveRemoval(context, run) < at) {
        yield {
          range: command.range,
          message:
            "no apt-get clean follows (Debian's and Ubuntu's images delete the archives by themselves)",
          parity: true,
          aliases: { semgrep: ["remove-package-cache"] },
        };
      }
      if (isCached(context, command) || lastListRemoval(context, run) >= at) continue;
      const shipped = file.fragment || run.onbuild || ships(file, stage);
      const inherited = file.stages.some(({ base }) => base?.kind === "stage" && base.stage === stage.index);
      const { hadolint, dockle, ...others } = rule.meta.aliases;
      yield {
        range: command.range,
        message: `the lists that ${manager} update downloads stay in this layer: end the RUN with rm -rf /var/lib/apt/lists/*`,
        // hadolint takes any `rm -rf` for the cleaning.
        aliases: {
          ...others,
          ...(dockle && (shipped || inherited) ? { dockle } : {}),
          ...(hadolint && command.direct && (shipped || inherited) && lastForcedRemoval(context, run) < 0
            ? { hadolint }
            : {}),
        },
        ...(shipped ? {} : { parity: true }),
        ...cleanFix(context, run, stage),
      };
    }
  },
};

function isCached(context: RuleContext, command: Command): boolean {
  if (!isMounted(command, "/var/lib/apt/lists")) return false;
  // Images delete the archives after each install unless docker-clean was removed.
  return isMounted(command, "/var/cache/apt") || !keepsArchives(context, command);
}

const removesDockerClean = lastInRun(
  ({ name, args }) => name === "rm" && args.some(({ text }) => text.includes("docker-clean")),
);

/** True when this RUN, or one before it in the stage, lets apt keep its archives. */
function keepsArchives(context: RuleContext, command: Command): boolean {
  return command.stage.instructions.some(
    (instruction) =>
      instruction.keyword === "RUN" &&
      instruction.range.start <= command.run.range.start &&
      removesDockerClean(context, instruction) >= 0,
  );
}

const lastListRemoval = lastInRun(
  ({ name, args }) =>
    ((name === "rm" || name === "find") &&
      args.some(({ text }) => /^\/var\/lib\/(?:apt|\{|\*|$)/.test(text))) ||
    (/^apt(?:-get)?$/.test(name) && args.some(({ text }) => /^dist-?clean$/.test(text))),
);

const lastForcedRemoval = lastInRun(
  (command) => command.name === "rm" && command.direct && hasFlag(command, "-r") && hasFlag(command, "-f"),
);

const lastArchiveRemoval = lastInRun(
  ({ name, args }) => /^apt(?:-get|itude)?$/.test(name) && args.some(({ text }) => text === "clean"),
);

/** Appends the removal when the RUN is a plain list of commands that all must succeed. */
function cleanFix(
  context: RuleContext,
  run: Command["run"],
  stage: Stage,
): Partial<{ fix: { title: string; edits: ReturnType<typeof insert>[]; safe: boolean } }> {
  const { command } = run;
  if (command.form !== "shell" || run.heredocs.length > 0 || stage.from === undefined) return {};
  const last = commandsOfRun(context, run).at(-1);
  const text = context.file.text.slice(run.argumentsRange.start, run.argumentsRange.end);
  const end = run.range.end;
  if (isNeededLater(context, run, stage)) return {};
  // Something after the last command (a redirection, a group, a comment) makes the end of the list unclear.
  if (!last || last.range.end !== end || /[;|#(){}]|\bif\b|\bfor\b|\bwhile\b/.test(text)) return {};
  return {
    fix: {
      title: "remove the lists in the same RUN",
      edits: [insert(end, ` ${context.file.escape}\n    && rm -rf /var/lib/apt/lists/*`)],
      safe: true,
    },
  };
}

/** True when a later RUN installs from the lists that this one downloads. */
function isNeededLater(context: RuleContext, run: Command["run"], stage: Stage): boolean {
  const calls = packageCalls(context, "apt-get", "apt", "aptitude");
  const updated = new Set(calls.filter(({ verb }) => verb === "update").map(({ command }) => command.run));
  return calls.some(
    ({ command, verb }) =>
      /^(?:install|build-dep|upgrade|dist-upgrade|source|download)$/.test(verb) &&
      command.run.range.start > run.range.start &&
      !updated.has(command.run) &&
      stageChain(context.file, command.stage).includes(stage),
  );
}
