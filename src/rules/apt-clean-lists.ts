import { rememberLast } from "../dockerfile/remember.ts";
import { appendCommand } from "./shared/append.ts";
import { type Command, hasFlag, lastInRun } from "./shared/commands.ts";
import { type PackageCall, packageCalls } from "./shared/packages.ts";
import { isMounted, ships } from "./shared/reach.ts";
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
        ...(stage.from === undefined || (lastReaders(context).get(stage.index) ?? -1) > run.range.start
          ? {}
          : appendCommand(context, run, "rm -rf /var/lib/apt/lists/*", "remove the lists in the same RUN")),
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

/** Calls that need the lists, also where they stand in a script of their own: `sh -c "apt-get install …"`. */
const reads =
  /\bapt(?:-get|itude)?\b[^&|;\n]*\s(?:install|reinstall|satisfy|build-dep|(?:dist-|full-|safe-)?upgrade|source|download|search|show|policy)\b|\b(?:apt-cache|apt-file|gdebi|mk-build-deps)\b/;

/** For each stage, where the last RUN stands that reads lists it did not download: in the stage or in one built FROM it. */
const lastReaders = rememberLast(
  (context: RuleContext) => context.runs,
  ({ file, runs }): ReadonlyMap<number, number> => {
    const last = new Map<number, number>();
    const note = (stage: number, at: number): void => {
      last.set(stage, Math.max(last.get(stage) ?? -1, at));
    };
    for (const { run, stage } of runs) {
      if (isReader(file.text.slice(run.range.start, run.range.end))) note(stage.index, run.range.start);
    }
    for (const { index, base } of file.stages.toReversed()) {
      const at = last.get(index);
      if (at !== undefined && base?.kind === "stage") note(base.stage, at);
    }
    return last;
  },
);

function isReader(text: string): boolean {
  const read = reads.exec(text);
  return read !== null && !/\bapt(?:-get|itude)?\b[^&|;\n]*\supdate\b/.test(text.slice(0, read.index));
}
