import type { ShellWord } from "../dockerfile/shell.ts";
import { type Command, commandsOf, hasFlag } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Rule, RuleContext } from "./types.ts";

/** From this UID on the login records take tens of megabytes as a sparse file. */
const high = 100_000;

/** useradd with a high UID and login records. */
export const rule: Rule = {
  meta: {
    name: "useradd-high-uid",
    summary: "useradd with a high UID writes huge login records.",
    why: "useradd makes /var/log/lastlog and /var/log/faillog as long as the UID is high. They are sparse on disk, but the layer's archive holds every zero: a UID of nine digits makes an image of gigabytes. -l leaves them alone.",
    severity: "warning",
    category: "size",
    fixable: "safe",
    aliases: { hadolint: ["DL3046"] },
    source: "https://docs.docker.com/build/building/best-practices/#user",
    bad: { dockerfile: "FROM debian:13-slim\nRUN useradd -u 1234567 app\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN useradd -l -u 1234567 app\n" },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (command.name !== "useradd" || hasFlag(command, "-l", "--no-log-init")) continue;
      const given = uidOf(command);
      if (!given) continue;
      const { word, value, separate } = given;
      const uid = expand(context, command, value);
      const number = /^\d+$/.test(uid) ? Number(uid) : undefined;
      const reported = separate && value.length > 5;
      const counts = number !== undefined && number >= high;
      if (!counts && !reported) continue;
      yield {
        range: word.range,
        message: `useradd with UID ${uid.slice(0, 30)} writes login records up to that UID: add -l`,
        aliases: reported ? aliasesOf(command, rule.meta.aliases) : {},
        ...(counts ? {} : { parity: true }),
        fix: {
          title: "add -l",
          edits: [insert(command.program.range.end, command.json ? '", "-l' : " -l")],
          safe: true,
        },
      };
    }
  },
};

/** The UID word; `separate` when it follows a short flag, the only form hadolint looks at. */
function uidOf(command: Command): { word: ShellWord; value: string; separate: boolean } | undefined {
  for (const [index, word] of command.args.entries()) {
    const { text } = word;
    if (/^-[a-zA-Z]*u$/.test(text) || text === "--uid") {
      const next = command.args[index + 1];
      return next && { word: next, value: next.text, separate: text !== "--uid" };
    }
    const glued = /^(?:--uid=|-u)(.+)$/.exec(text);
    if (glued) return { word, value: glued[1] ?? "", separate: false };
  }
  return undefined;
}

function expand(context: RuleContext, command: Command, value: string): string {
  const name = /^\$\{?(\w+)\}?$/.exec(value)?.[1];
  return (name && context.stateBefore(command.run).variables.get(name)) ?? value;
}
