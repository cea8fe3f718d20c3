import { commandsOf, hasFlag } from "./shared/commands.ts";
import type { Rule } from "./types.ts";

// Letters of short flags that take a value: what follows them in a cluster is the value.
const valued = /^-[a-zA-Z#]*?[oHdXuAbcDeEFKmPQrTUwxyYzC]/;

/** curl without certificate checks. */
export const rule: Rule = {
  meta: {
    name: "curl-insecure",
    summary: "curl does not check the server's certificate.",
    why: "With -k anybody between the build and the server can hand out another file, which the build then unpacks or runs. Install ca-certificates, or give curl the authority with --cacert.",
    severity: "warning",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_2"] },
    source: "https://curl.se/docs/sslcerts.html",
    bad: { dockerfile: "FROM debian:13-slim\nRUN curl -fsSLk https://example.com/app -o /app\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN curl -fsSL https://example.com/app -o /app\n" },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (command.name !== "curl") continue;
      const word = command.args.find(({ text }) => {
        if (text === "--insecure" || text === "-k") return true;
        if (!/^-[a-zA-Z#0-9]+$/.test(text)) return false;
        const value = valued.exec(text);
        return (value ? value[0] : text).includes("k");
      });
      if (!word || hasFlag(command, "--no-insecure")) continue;
      yield { range: word.range, message: `curl ${word.text} takes the file from anybody who answers` };
    }
  },
};
