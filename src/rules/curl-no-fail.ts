import { type Command, commandsOf, findFlag, hasFlag } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** curl that takes an error page for the file. */
export const rule: Rule = {
  meta: {
    name: "curl-no-fail",
    summary: "curl without -f takes the server's error page for the file.",
    why: "On a 404 or a 500 curl writes the error page to the file and succeeds; the build goes on and breaks later, or ships the page. With -f it fails where the fault is.",
    severity: "info",
    category: "correctness",
    fixable: "unsafe",
    aliases: {},
    source: "https://curl.se/docs/manpage.html#-f",
    bad: { dockerfile: "FROM debian:13-slim\nRUN curl -sSLo /app.tgz https://example.com/app.tgz\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN curl -f -sSLo /app.tgz https://example.com/app.tgz\n" },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (command.name !== "curl" || !keepsOutput(command) || fails(command)) continue;
      yield {
        range: command.program.range,
        message: "curl saves the error page when the server says 404: add -f",
        fix: {
          title: "add -f",
          edits: [insert(command.program.range.end, command.json ? '", "-f' : " -f")],
          safe: false,
        },
      };
    }
  },
};

/** The output goes to a file or another program; a call for its own sake is not meant. */
function keepsOutput(command: Command): boolean {
  const { shell } = command;
  if (hasFlag(command, "--version", "-V", "--help", "-I", "--head")) return false;
  if (findFlag(command, "-o", "-O", "--output", "--remote-name", "--remote-name-all", "-J")) return true;
  const to = shell.redirects.some(
    ({ operator, fd }) => operator.startsWith(">") && (fd === undefined || fd === 1),
  );
  return to || (shell.pipeline !== undefined && shell.pipeline.commands.at(-1) !== shell);
}

/** Letters of a cluster after one that takes a value are its value. */
function fails(command: Command): boolean {
  return command.args.some(
    ({ text }) =>
      /^--fail(?:-with-body|-early)?$/.test(text) ||
      /^-[a-zA-Z#0-9]*?f/.test(text.replace(/[oHdXuAbcDeEFKmPQrTUwxyYzC].*$/, "")),
  );
}
