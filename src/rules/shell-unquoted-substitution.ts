import { shellCommands, splitWords } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** ShellCheck knows that these print numbers. */
const numbers = /^(?:\$\(|`)\s*(?:seq|pgrep)\b/;
/** These print one word without blanks. */
const singleWord =
  /^(?:\$\(|`)\s*(?:nproc|uname|arch|id|whoami|hostname|date|basename|dpkg|getconf|lsb_release|pwd|which|command|mktemp|wc)\b/;

/** SC2046. */
export const rule: Rule = {
  meta: {
    name: "shell-unquoted-substitution",
    summary: "A command substitution in a RUN is not in double quotes.",
    why: "The shell splits its output at blanks and expands patterns in it. Put it in double quotes, unless several arguments are meant.",
    severity: "info",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2046"] },
    source: "https://www.shellcheck.net/wiki/SC2046",
    bad: { dockerfile: "FROM debian:13-slim\nRUN cp $(find / -name app.conf) /etc/app.conf\n" },
    good: { dockerfile: 'FROM debian:13-slim\nRUN cp "$(find / -name app.conf)" /etc/app.conf\n' },
  },
  *check(context) {
    for (const { command } of shellCommands(context)) {
      for (const word of splitWords(command)) {
        for (const expansion of word.expansions) {
          if (expansion.kind !== "command" || expansion.quoted || numbers.test(expansion.raw)) continue;
          const oneWord = singleWord.test(expansion.raw);
          yield {
            range: expansion.range,
            message: `the output of ${expansion.raw.slice(0, 50)} is split at blanks: put it in double quotes`,
            ...(oneWord ? { parity: true } : {}),
          };
        }
      }
    }
  },
};
