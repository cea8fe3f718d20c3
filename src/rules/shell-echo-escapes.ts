import { nodesOf } from "./shared/shell-tree.ts";
import { plainShell } from "./shared/shells.ts";
import type { Fix, Rule } from "./types.ts";

const sequence = /\\(?:[rntabefv]|x[0-9a-fA-F]|[0-7])/;

/** echo "a\nb": some shells write a line feed, others a backslash and an n. */
export const rule: Rule = {
  meta: {
    name: "shell-echo-escapes",
    summary: "echo gets escape sequences that only some shells expand.",
    why: "dash writes a line feed for \\n, bash and BusyBox write a backslash and an n: the file looks different on another base image. printf does the same everywhere.",
    severity: "info",
    category: "shell",
    fixable: "safe",
    aliases: { shellcheck: ["SC2028"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/echo.html",
    bad: { dockerfile: "FROM debian:13-slim\nRUN echo 'a\\nb' > /etc/app.conf\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN printf '%b\\n' 'a\\nb' > /etc/app.conf\n" },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, /\\/, "Command")) {
      const { node } = entry;
      if (node.name?.value !== "echo") continue;
      const words = node.args.filter((arg) => arg.type === "Word");
      const flags = words.filter(({ value }) => /^-[neEs]+$/.test(value));
      if (flags.some(({ value }) => value.includes("e"))) continue;
      const word = words.find(
        ({ text, parts }) => sequence.test(text) && !parts?.some(({ type }) => type === "AnsiCQuoted"),
      );
      const at = word && tree.entryOf(word);
      if (!word || !at) continue;
      const fix: Fix = {
        title: "use printf",
        edits: [{ range: tree.script.toRange(node.name.pos, node.name.end), text: "printf '%b\\n'" }],
        // dash's echo does just that; elsewhere the sequences were written as they stand.
        safe:
          tree.script.shell === "dash" ||
          (tree.script.shell === "sh" && plainShell(context, tree) === "dash"),
      };
      const simple = words.length === 1 && node.args.length === 1;
      yield {
        range: at.range,
        message: "echo expands escape sequences in some shells and not in others: use printf",
        ...(simple ? { fix } : {}),
      };
    }
  },
};
