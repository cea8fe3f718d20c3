import { insertBefore } from "../dockerfile/edits.ts";
import { type Command, commandsOf, commandsOfRun } from "./shared/commands.ts";
import { replace } from "./shared/edits.ts";
import type { Fix, Rule, RuleContext } from "./types.ts";

/** cd where WORKDIR is meant. */
export const rule: Rule = {
  meta: {
    name: "use-workdir-not-cd",
    summary: "A RUN changes the folder with cd instead of WORKDIR.",
    why: "Each RUN starts in the folder WORKDIR names: a cd ends with its RUN, and a RUN that only changes the folder does nothing. WORKDIR holds for everything after it, COPY and CMD too, and creates the folder.",
    severity: "warning",
    category: "maintainability",
    fixable: "unsafe",
    aliases: { hadolint: ["DL3003"], trivy: ["DS-0013"], semgrep: ["use-workdir"] },
    source: "https://docs.docker.com/build/building/best-practices/#workdir",
    bad: { dockerfile: "FROM debian:13-slim\nRUN cd /opt/app && ./configure\n" },
    good: { dockerfile: "FROM debian:13-slim\nWORKDIR /opt/app\nRUN ./configure\n" },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (command.name !== "cd") continue;
      const all = commandsOfRun(context, command.run);
      const first = all[0] === command && command.shell.blocks.length === 0 && !command.shell.inSubstitution;
      const last = all.at(-1) === command && command.shell.blocks.length === 0;
      const { semgrep, ...others } = rule.meta.aliases;
      const to = command.args[0]?.text.slice(0, 60) ?? "";
      yield {
        range: command.range,
        message: last
          ? `cd ${to} ends with this RUN and changes nothing after it: use WORKDIR`
          : `cd ${to} holds for this RUN only: WORKDIR ${to} holds for what follows too`,
        aliases: { ...others, ...(semgrep && first ? { semgrep } : {}) },
        // Changing the folder on the way is what cd is for.
        ...(first || last ? {} : { parity: true }),
        ...(first ? workdirFix(context, command, all[1]) : {}),
      };
    }
  },
};

/** `RUN cd /x && y` -> `WORKDIR /x`, `RUN y`. */
function workdirFix(context: RuleContext, command: Command, next: Command | undefined): { fix?: Fix } {
  const { run } = command;
  const [folder, ...more] = command.args;
  if (!folder || more.length > 0 || run.onbuild || command.json || run.heredocs.length > 0) return {};
  if (!/^\/[\w./-]*$/.test(folder.raw) || command.wrappers.length > 0) return {};
  const title = `use WORKDIR ${folder.text}`;
  if (!next) {
    if (run.flags.length > 0 || command.range.end !== run.range.end) return {};
    return { fix: { title, edits: [replace(run.range, `WORKDIR ${folder.text}`)], safe: false } };
  }
  if (command.shell.after !== "&&" || next.shell.blocks.length > 0 || next.shell.inSubstitution) return {};
  if (/\bcd\b|\bpushd\b/.test(context.file.text.slice(next.range.start, run.range.end))) return {};
  const edits = [
    insertBefore(context.file, run, [`WORKDIR ${folder.text}`]),
    { range: { start: command.range.start, end: next.range.start }, text: "" },
  ];
  return { fix: { title, edits, safe: false } };
}
