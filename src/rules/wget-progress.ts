import { type Command, commandsOf, hasFlag } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import { baseFacts } from "./shared/images.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Fix, Rule, RuleContext } from "./types.ts";

/** wget that fills the build's log. */
export const rule: Rule = {
  meta: {
    name: "wget-progress",
    summary: "wget writes a progress bar into the build's log.",
    why: "Without a terminal wget prints a line for every 50 KB it loads: thousands of lines for one archive, and the error is lost among them. Use --progress=dot:giga, -nv or -q.",
    severity: "info",
    category: "maintainability",
    fixable: "safe",
    aliases: { hadolint: ["DL3047"] },
    source: "https://www.gnu.org/software/wget/manual/wget.html#Download-Options",
    bad: { dockerfile: "FROM debian:13-slim\nRUN wget https://example.com/app.tar.gz\n" },
    good: {
      dockerfile: "FROM debian:13-slim\nRUN wget --progress=dot:giga https://example.com/app.tar.gz\n",
    },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (command.name !== "wget" || isQuiet(command)) continue;
      const silent = hasFlag(command, "--version", "-V", "--help", "-h", "--spider");
      yield {
        range: command.program.range,
        message: "wget fills the log with its progress bar: add --progress=dot:giga, -nv or -q",
        // hadolint looks through busybox.
        aliases: command.wrappers.every((name) => name === "busybox")
          ? rule.meta.aliases
          : aliasesOf(command, rule.meta.aliases),
        ...(silent ? { parity: true } : {}),
        fix: quietFix(context, command),
      };
    }
  },
};

function isQuiet(command: Command): boolean {
  return (
    hasFlag(command, "-q", "--quiet", "--no-verbose", "-o", "--output-file", "-a", "--append-output") ||
    command.args.some(({ text }) => /^(?:-nv|--progress(?:=|$))/.test(text))
  );
}

/** BusyBox's wget knows no --progress. */
function quietFix(context: RuleContext, command: Command): Fix {
  const facts = baseFacts(context.file, command.stage);
  const flag = facts?.libc === "musl" || command.wrappers.includes("busybox") ? "-q" : "--progress=dot:giga";
  const { end } = command.program.range;
  return {
    title: `add ${flag}`,
    edits: [insert(end, command.json ? `", "${flag}` : ` ${flag}`)],
    safe: flag === "-q" || facts?.libc === "glibc",
  };
}
