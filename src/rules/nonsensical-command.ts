import { type Command, commandsOf, commandsOfRun } from "./shared/commands.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Aliases, Rule, RuleContext } from "./types.ts";

const why: Readonly<Record<string, string>> = {
  free: "shows the builder's memory", top: "waits for a terminal", htop: "waits for a terminal", vim: "waits for a terminal",
  vi: "waits for a terminal", nano: "waits for a terminal", emacs: "waits for a terminal", ps: "shows the build's own processes",
  kill: "ends nothing that outlives the RUN", shutdown: "has no machine to shut down", reboot: "has no machine to restart",
  halt: "has no machine to stop", poweroff: "has no machine to stop", service: "starts what ends with the RUN",
  ifconfig: "shows the builder's network", mount: "is not permitted in a build", ssh: "needs a key and a host at build time",
  systemctl: "talks to an init system that does not run",
}; // biome-ignore format: a table

const hadolint = new Set(["free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim"]);
const semgrep = new Set([
  "free",
  "ifconfig",
  "kill",
  "mount",
  "nano",
  "ps",
  "service",
  "shutdown",
  "top",
  "vim",
]);
/** Those that scripts use for good reasons: a server started for the RUN, a clone over ssh. */
const plausible = new Set(["kill", "ps", "ssh", "mount", "free"]);

/** Commands that make no sense while an image is built. */
export const rule: Rule = {
  meta: {
    name: "nonsensical-command",
    summary: "A command that makes no sense while an image is built.",
    why: "A RUN has no terminal, no init system and no processes but its own, and what it starts ends with it. Editors, process viewers and service managers hang or do nothing there; start services with CMD.",
    severity: "info",
    category: "correctness",
    fixable: "no",
    aliases: { hadolint: ["DL3001"], semgrep: ["nonsensical-command"] },
    source: "https://docs.docker.com/reference/dockerfile/#run",
    bad: { dockerfile: "FROM debian:13-slim\nRUN top\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN touch /srv/ready\n" },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      const { name } = command;
      const reason = Object.hasOwn(why, name) ? why[name] : undefined;
      if (reason === undefined) continue;
      // Units are enabled by links, which works without an init system.
      if (name === "systemctl" && !command.args.some(({ text }) => /^(?:re)?start$|^reload$/.test(text)))
        continue;
      yield {
        range: command.range,
        message: `${name} ${reason}: leave it out of the build`,
        aliases: reporters(command),
        ...(plausible.has(name) && isUseful(context, command) ? { parity: true } : {}),
      };
    }
  },
};

function reporters(command: Command): Aliases {
  const { name } = command;
  return aliasesOf(command, {
    ...(hadolint.has(name) ? { hadolint: ["DL3001"] } : {}),
    ...(semgrep.has(name) ? { semgrep: ["nonsensical-command"] } : {}),
  });
}

/** True when it is one step among others rather than what the RUN is for. */
function isUseful(context: RuleContext, command: Command): boolean {
  if (command.name === "ssh" && command.run.mounts.some(({ type }) => type === "ssh" || type === "secret"))
    return true;
  return commandsOfRun(context, command.run).length > 1;
}
