import { commandsOf } from "./shared/commands.ts";
import { hasCurlFlag, keepsOutput } from "./shared/curl.ts";
import { insert } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

const fails = /^--fail(?:-with-body|-early)?$/;

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
      if (command.name !== "curl" || !keepsOutput(command) || hasCurlFlag(command, "f", fails)) continue;
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
