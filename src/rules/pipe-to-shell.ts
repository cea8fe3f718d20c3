import { type Command, commandsOf, commandsOfRun } from "./shared/commands.ts";
import type { Rule, RuleContext } from "./types.ts";

const shells = /^(?:sh|bash|ash|dash|zsh|ksh|python[\d.]*|perl|ruby|node)$/;
const checks = /^(?:sha\d+sum|shasum|md5sum|gpg|gpgv|cosign|minisign|openssl)$/;

/** curl … | sh. */
export const rule: Rule = {
  meta: {
    name: "pipe-to-shell",
    summary: "A script from the network goes straight into a shell.",
    why: "What the server sends today runs as root in the build: unpinned, unchecked, and cut off in the middle when the connection breaks. Load it to a file, compare its checksum, then run it; or copy the tool from its image.",
    severity: "warning",
    category: "security",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/building/best-practices/#using-pipes",
    bad: { dockerfile: "FROM debian:13-slim\nRUN curl -fsSL https://example.com/install.sh | sh\n" },
    good: {
      dockerfile:
        "FROM debian:13-slim\nADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/install.sh /tmp/install.sh\nRUN sh /tmp/install.sh\n",
    },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (command.name !== "curl" && command.name !== "wget") continue;
      const shell = shellAfter(context, command);
      if (!shell) continue;
      const url = command.args.find(({ text }) => /^[a-z]+:\/\//.test(text))?.text ?? "a script";
      yield {
        range: shell.program.range,
        message: `${shell.name} runs whatever ${url.slice(0, 70)} sends: load it to a file and compare its checksum first`,
      };
    }
  },
};

/** The shell the command's output is piped into; undefined where something in between or beside checks it. */
function shellAfter(context: RuleContext, command: Command): Command | undefined {
  const members = command.shell.pipeline?.commands;
  if (!members) return undefined;
  const all = commandsOfRun(context, command.run);
  const after = members.slice(members.indexOf(command.shell) + 1);
  if (all.some(({ name }) => checks.test(name))) return undefined;
  return all.find(
    (other) =>
      after.includes(other.shell) &&
      shells.test(other.name) &&
      !other.args.some(({ text }) => text === "-c" || text === "-m"),
  );
}
