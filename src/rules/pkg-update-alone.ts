import { type Command, commandsOfRun } from "./shared/commands.ts";
import { type PackageCall, packageCalls } from "./shared/packages.ts";
import { joinRuns } from "./shared/run-edits.ts";
import type { Fix, Rule, RuleContext } from "./types.ts";

const updates = /^(?:update|up|--update)$/;
const uses =
  /^(?:.*install|add|in|upgrade|dist-upgrade|full-upgrade|source-install|build-dep|satisfy|download|source)$/;

/** apt-get update in a RUN of its own. */
export const rule: Rule = {
  meta: {
    name: "pkg-update-alone",
    summary: "The package lists are updated in a RUN that installs nothing after it.",
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
    const lastUse = new Map<Command["run"], number>();
    const firstUpdate = new Map<Command["run"], number>();
    const lastUpdate = new Map<Command["run"], PackageCall>();
    for (const call of calls) {
      const { run, range } = call.command;
      if (uses.test(call.verb)) lastUse.set(run, range.start);
      if (!updates.test(call.verb)) continue;
      if (!firstUpdate.has(run)) firstUpdate.set(run, range.start);
      lastUpdate.set(run, call);
    }
    for (const [run, { command, manager, verb }] of lastUpdate) {
      const use = lastUse.get(run) ?? -1;
      if (use > command.range.start) continue;
      const { trivy, ...others } = rule.meta.aliases;
      const lists = /^(?:apt|apt-get|aptitude|apk)$/.test(manager);
      const mounted = command.run.mounts.some(({ type }) => type === "cache");
      yield {
        range: command.range,
        message: `${manager} ${verb} stands alone: its layer is cached, and a later install works with old lists`,
        // Trivy is content when an earlier update stands before an install.
        aliases: { ...others, ...(trivy && use < (firstUpdate.get(run) ?? 0) ? { trivy } : {}) },
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
