import { commandsOf } from "./shared/commands.ts";
import { hasCurlFlag, keepsOutput } from "./shared/curl.ts";
import { insert } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

const follows = /^--location(?:-trusted)?$/;
/** Addresses that their hosts answer with a redirect to where the file lies. */
const redirected = new RegExp(
  `^(?:https?://)?(?:${[
    "(?:www\\.)?github\\.com/[^/]+/[^/]+/(?:releases|archive|raw|tarball|zipball)/",
    "api\\.github\\.com/repos/[^/]+/[^/]+/(?:tarball|zipball)",
    "(?:www\\.|downloads\\.|prdownloads\\.)?sourceforge\\.net/",
    "(?:www\\.)?golang\\.org/dl/",
    "go\\.dev/dl/",
    "dl\\.k8s\\.io/",
    "repo\\.continuum\\.io/",
    "gitlab\\.com/[^?]+/-/releases/",
    "(?:bit\\.ly|git\\.io|goo\\.gl|tinyurl\\.com|aka\\.ms|t\\.co)/",
  ].join("|")})`,
  "i",
);

/** curl that stops at a redirect. */
export const rule: Rule = {
  meta: {
    name: "curl-follow-redirects",
    summary: "curl without -L saves the redirect instead of the file.",
    why: "GitHub releases and many download sites answer with a redirect. Without -L curl writes that answer, often nothing at all, to the file and succeeds.",
    severity: "warning",
    category: "correctness",
    fixable: "unsafe",
    aliases: {},
    source: "https://curl.se/docs/manpage.html#-L",
    bad: {
      dockerfile:
        "FROM debian:13-slim\nRUN curl -fsSo /app.tgz https://github.com/example/app/releases/download/v1/app.tgz\n",
    },
    good: {
      dockerfile:
        "FROM debian:13-slim\nRUN curl -L -fsSo /app.tgz https://github.com/example/app/releases/download/v1/app.tgz\n",
    },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (command.name !== "curl" || !keepsOutput(command) || hasCurlFlag(command, "L", follows)) continue;
      if (hasCurlFlag(command, "X", /^--(?:request|data|form|upload-file)\b/)) continue;
      if (!command.args.some(({ text }) => redirected.test(text))) continue;
      yield {
        range: command.program.range,
        message: "this address answers with a redirect, which curl saves instead of the file: add -L",
        fix: {
          title: "add -L",
          edits: [insert(command.program.range.end, command.json ? '", "-L' : " -L")],
          safe: false,
        },
      };
    }
  },
};
