import { newlineOf } from "../dockerfile/edits.ts";
import type { TextEdit } from "../dockerfile/types.ts";
import { commandsOfRun } from "./shared/commands.ts";
import type { Rule, RuleContext } from "./types.ts";

const MAX_LINE = 120;

/** A chain of commands on one long line. */
export const rule: Rule = {
  meta: {
    name: "long-run-line",
    summary: "A RUN holds a chain of commands on one long line.",
    why: "One command a line can be read, reviewed and changed; a diff then shows which command changed.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: {},
    source: "https://docs.docker.com/build/building/best-practices/#run",
    enabled: false,
    bad: {
      dockerfile:
        "FROM debian:13-slim\nRUN mkdir -p /srv/application/data /srv/application/cache && chown -R 10001:10001 /srv/application && ln -s /srv/application /app\n",
    },
    good: {
      dockerfile:
        "FROM debian:13-slim\nRUN mkdir -p /srv/application/data /srv/application/cache \\\n    && chown -R 10001:10001 /srv/application \\\n    && ln -s /srv/application /app\n",
    },
  },
  *check(context) {
    const { file } = context;
    for (const { run } of context.runs) {
      const { start, end } = run.range;
      if (end - start <= MAX_LINE || run.heredocs.length > 0 || run.command.form !== "shell") continue;
      const edits = breaks(context, run);
      if (edits.length === 0) continue;
      yield {
        range: run.keywordRange,
        message: `a chain of ${edits.length + 1} commands on one line of ${end - start} characters: write one a line`,
        related: [{ start: file.text.lastIndexOf("\n", start - 1) + 1, end }],
        fix: { title: "one command a line", edits, safe: true },
      };
    }
  },
};

/** The blanks before each && that is on the first line and not inside a block. */
function breaks(context: RuleContext, run: Parameters<typeof commandsOfRun>[1]): TextEdit[] {
  const { file } = context;
  const edits: TextEdit[] = [];
  const commands = commandsOfRun(context, run).filter(
    ({ shell }) => shell.blocks.length === 0 && !shell.inSubstitution,
  );
  for (const [index, { shell }] of commands.entries()) {
    const previous = commands[index - 1];
    if (!previous || shell.before !== "&&") continue;
    const between = file.text.slice(previous.range.end, shell.range.start);
    const gap = /^[ \t]*&&[ \t]*$/.exec(between);
    if (!gap) continue;
    edits.push({
      range: { start: previous.range.end, end: shell.range.start },
      text: ` ${file.escape}${newlineOf(file)}    && `,
    });
  }
  // A chain that is broken up already, here and there, is its author's layout.
  return file.text.slice(run.range.start, run.range.end).includes("\n") ? [] : edits;
}
