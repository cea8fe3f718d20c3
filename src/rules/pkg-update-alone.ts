import { type Command, commandsOfRun } from "./shared/commands.ts";
import { packageCalls } from "./shared/packages.ts";
import { joinRuns } from "./shared/run-edits.ts";
import type { Fix, Rule, RuleContext } from "./types.ts";

/** apt-get update in a RUN of its own. */
export const rule: Rule = {
  meta: {
    name: "pkg-update-alone",
    summary: "The package lists are updated in a RUN of their own.",
    why: "The layer of the update is cached: weeks later the install below it still uses the old lists and fails, or installs old versions. Update and install in one RUN.",
    severity: "warning",
    category: "cache",
    fixable: "unsafe",
    aliases: { trivy: ["DS-0017"], checkov: ["CKV_DOCKER_5"], dockle: ["CIS-DI-0007"] },
    source: "https://docs.docker.com/build/building/best-practices/#apt-get",
    bad: {
      dockerfile:
        "FROM debian:13-slim\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
    },
    good: {
      dockerfile:
        "FROM debian:13-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
    },
  },
  *check(context) {
    const calls = packageCalls(
      context,
      "apt-get",
      "apt",
      "aptitude",
      "apk",
      "yum",
      "dnf",
      "microdnf",
      "tdnf",
      "zypper",
    );
    const uses = new Set(
      calls
        .filter(({ verb }) =>
          /^(?:.*install|add|in|upgrade|dist-upgrade|full-upgrade|source-install|build-dep|satisfy)$/.test(
            verb,
          ),
        )
        .map(({ command }) => command.run),
    );
    for (const { command, manager, verb } of calls) {
      if (!/^(?:update|up|--update)$/.test(verb) || uses.has(command.run)) continue;
      const lists = /^(?:apt|apt-get|aptitude|apk)$/.test(manager);
      const mounted = command.run.mounts.some(({ type }) => type === "cache");
      yield {
        range: command.range,
        message: `${manager} ${verb} stands alone: its layer is cached, and a later install works with old lists`,
        // For yum, dnf and zypper "update" upgrades packages; it leaves no lists that go stale.
        ...(lists && !mounted ? joined(context, command) : { parity: true }),
      };
    }
  },
};

/** Joins it with the RUN after it, when that one installs. */
function joined(context: RuleContext, { run, stage }: Command): { fix?: Fix } {
  const next = stage.instructions[stage.instructions.indexOf(run) + 1];
  if (next?.keyword !== "RUN" || commandsOfRun(context, run).length !== 1) return {};
  const [first] = commandsOfRun(context, next);
  return first && /^(?:apt|apt-get|aptitude|apk)$/.test(first.name) ? joinRuns(context, run, next) : {};
}
