import type { ShellWord } from "../dockerfile/shell.ts";
import { namedCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

/** An x in front of both sides. */
export const rule: Rule = {
  meta: {
    name: "shell-x-prefix",
    summary: "A comparison guards against what no shell does any more.",
    why: 'Shells of the last century took `[ "$a" = b ]` apart wrongly when the value looked like an operator. Quotes are enough today.',
    severity: "style",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC2268"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/test.html",
    enabled: false,
    bad: { dockerfile: 'FROM debian:13-slim\nRUN if [ "x$(arch)" = "xx86_64" ]; then touch /a; fi\n' },
    good: { dockerfile: 'FROM debian:13-slim\nRUN if [ "$(arch)" = "x86_64" ]; then touch /a; fi\n' },
  },
  *check(context) {
    for (const { command } of namedCommands(context, "[", "test")) {
      for (const [index, operator] of command.args.entries()) {
        if (!/^(?:=|==|!=)$/.test(operator.raw)) continue;
        const left = command.args[index - 1];
        const right = command.args[index + 1];
        if (!left || !right) continue;
        const [a, b] = [leading(left), leading(right)];
        if (a === undefined || b === undefined || a.letter.toLowerCase() !== "x" || a.letter !== b.letter)
          continue;
        // A word outside quotes that may be empty without its x would vanish.
        const bare =
          command.args.length > 4 || [left, right].some(({ raw }) => !/^x?["']|^x[\w./-]+$/i.test(raw));
        yield {
          range: left.range,
          message: "the x in front of both sides is not needed any more",
          ...(bare
            ? {}
            : {
                fix: {
                  title: "remove the x",
                  edits: [a.at, b.at].map((at) => ({ range: { start: at, end: at + 1 }, text: "" })),
                  safe: true,
                },
              }),
        };
      }
    }
  },
};

/** The first character of a word and where it stands, quotes looked through. */
function leading({ raw, range }: ShellWord): { letter: string; at: number } | undefined {
  const skip = /^["']/.test(raw) ? 1 : 0;
  const letter = raw.charAt(skip);
  return letter === "" ? undefined : { letter, at: range.start + skip };
}
