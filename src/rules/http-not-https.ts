import { commandsOf } from "./shared/commands.ts";
import type { Rule } from "./types.ts";

const local =
  /^http:\/\/(?:localhost|127\.|0\.0\.0\.0|\[::1\]|[^/:]*\.(?:local|internal|test|localhost)(?:[/:]|$)|[^/.:]+(?:[/:]|$)|169\.254\.|10\.|192\.168\.)/i;

/** A download without TLS. */
export const rule: Rule = {
  meta: {
    name: "http-not-https",
    summary: "A file is loaded over plain http.",
    why: "Anybody on the way can hand out another file, which the build unpacks or runs. Use https, and compare a checksum where there is one.",
    severity: "warning",
    category: "security",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.docker.com/build/building/best-practices/#add-or-copy",
    bad: { dockerfile: "FROM debian:13-slim\nRUN curl -fsSL -o /app.tgz http://example.com/app.tgz\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN curl -fsSL -o /app.tgz https://example.com/app.tgz\n" },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (command.name !== "curl" && command.name !== "wget") continue;
      for (const { text, raw, range } of command.args) {
        if (!/^http:\/\//i.test(text) || local.test(text)) continue;
        const at = raw.toLowerCase().indexOf("http://");
        const start = range.start + at;
        const plain = range.end - range.start === raw.length || command.json;
        yield {
          range,
          message: `${text.slice(0, 80)} comes without TLS: use https`,
          ...(plain && at >= 0
            ? {
                fix: {
                  title: "use https",
                  edits: [{ range: { start: start + 4, end: start + 4 }, text: "s" }],
                  safe: false,
                },
              }
            : {}),
        };
      }
    }
  },
};
