import { isNamed, plainVariables, quoted, shellCommands, splitWords } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** Always a number. */
const numeric = new Set([
  "RANDOM",
  "UID",
  "EUID",
  "PPID",
  "LINENO",
  "SECONDS",
  "OPTIND",
  "SHLVL",
  "COLUMNS",
  "LINES",
]);

/** SC2086. */
export const rule: Rule = {
  meta: {
    name: "shell-unquoted-variable",
    summary: "A variable in a RUN is not in double quotes.",
    why: "The shell splits an unquoted variable at blanks and takes *, ? and [ for patterns: a value with a blank becomes two arguments, an empty one none. Put it in double quotes, unless splitting is meant.",
    severity: "info",
    category: "shell",
    fixable: "unsafe",
    aliases: { shellcheck: ["SC2086"] },
    source: "https://www.shellcheck.net/wiki/SC2086",
    bad: { dockerfile: "FROM debian:13-slim\nRUN read -r name < /file && rm -r $name\n" },
    good: { dockerfile: 'FROM debian:13-slim\nRUN read -r name < /file && rm -r "$name"\n' },
  },
  *check(context) {
    const plain = new Map<object, ReadonlySet<string>>();
    for (const { run, script, command } of shellCommands(context)) {
      if (command.args.length === 0 && command.redirects.length === 0) continue;
      for (const word of splitWords(command)) {
        for (const expansion of word.expansions) {
          if (expansion.kind !== "parameter" || expansion.quoted || !isNamed(expansion)) continue;
          const { name = "", operator } = expansion;
          if (operator === "length" || operator === "+" || operator === ":+" || numeric.has(name)) continue;
          const { variables, args, env } = context.stateBefore(run);
          // Build arguments and ENV are the file's own values; hadolint's ShellCheck run knows them too.
          if (variables.has(name) || args.has(name) || env.has(name)) continue;
          const known = plain.get(script) ?? plainVariables(script);
          plain.set(script, known);
          if (known.has(name)) continue;
          const text = quoted(word);
          yield {
            range: expansion.range,
            message: `${expansion.raw.slice(0, 60)} is split at blanks and expanded as a pattern: put it in double quotes`,
            ...(text === undefined || word.node === undefined
              ? {}
              : { fix: { title: "add double quotes", edits: [{ range: word.range, text }], safe: false } }),
          };
        }
      }
    }
  },
};
