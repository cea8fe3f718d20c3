import { hasProgram } from "../data/images.ts";
import { insertBefore } from "../dockerfile/edits.ts";
import type { RunScript, ShellCommand } from "../dockerfile/shell.ts";
import type { Range, RunInstruction, Stage } from "../dockerfile/types.ts";
import { commandsOfRun } from "./shared/commands.ts";
import { baseFacts } from "./shared/images.ts";
import { type ShellTree, shellTrees } from "./shared/shell-tree.ts";
import type { Fix, Rule, RuleContext } from "./types.ts";

/** Commands that cannot fail in a way that matters. */
const harmless = new Set(["echo", "printf", "yes", "true", ":", "seq"]);

/** A pipe whose left side may fail unseen. */
export const rule: Rule = {
  meta: {
    name: "pipefail",
    summary: "A RUN with a pipe does not set pipefail.",
    why: 'A pipeline ends with the status of its last command: when the download on the left fails, the step still succeeds and the build goes on with half a file. Set `SHELL ["/bin/bash", "-o", "pipefail", "-c"]`, or begin the RUN with `set -o pipefail` where the shell knows it.',
    severity: "warning",
    category: "correctness",
    fixable: "unsafe",
    aliases: { hadolint: ["DL4006"], semgrep: ["set-pipefail"] },
    source: "https://docs.docker.com/build/building/best-practices/#using-pipes",
    bad: {
      dockerfile: "FROM debian:13-slim\nRUN curl -fsSL https://example.com/key | gpg --dearmor -o /key\n",
    },
    good: {
      dockerfile:
        'FROM debian:13-slim\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl -fsSL https://example.com/key | gpg --dearmor -o /key\n',
    },
  },
  *check(context) {
    const trees = new Map(shellTrees(context).map((tree) => [tree.run, tree]));
    for (const { run, stage } of context.runs) {
      const script = context.script(run);
      if (!script || script.exec) continue;
      const state = context.stateBefore(run);
      const safeShell =
        /(?:^|\/)(?:bash|zsh|ash)$/.test(state.shell?.[0] ?? "") &&
        state.shell
          ?.slice(1)
          .some((option, index, all) => option === "pipefail" && /^-[a-z]*o$/.test(all[index - 1] ?? ""));
      if (safeShell) continue;
      const first = script.commands.find(({ pipeline }) => pipeline !== undefined)?.pipeline;
      const compound = compoundPipes(script, trees.get(run));
      const range = [...(first ? [first] : []), ...compound]
        .map((pipe) => pipe.range)
        .sort((a, b) => a.start - b.start)[0];
      if (!range) {
        if (script.commands.some(({ after }) => after === "||")) {
          yield {
            range: run.range,
            message: "|| is no pipe; some tools take it for one",
            parity: true,
            aliases: { semgrep: ["set-pipefail"] },
          };
        }
        continue;
      }
      const sets =
        script.shellOptions.includes("pipefail") ||
        commandsOfRun(context, run).some(
          ({ name, args }) => name === "set" && args.some(({ text }) => text === "pipefail"),
        ) ||
        state.shell?.includes("pipefail") === true;
      const risky =
        script.commands.some(
          ({ pipeline }) => pipeline !== undefined && mayFail(pipeline.commands.slice(0, -1)),
        ) || compound.some(({ left }) => mayFail(left));
      yield {
        range,
        message: "when a command left of the pipe fails, this step succeeds all the same: set pipefail",
        ...(sets || !risky ? { parity: true } : shellFix(context, run, stage)),
      };
    }
  },
};

function mayFail(left: readonly ShellCommand[]): boolean {
  return left.some(({ name }) => name === undefined || !harmless.has(name));
}

interface CompoundPipe {
  readonly range: Range;
  /** The commands left of the last pipe whose failure could be the pipeline's. */
  readonly left: readonly ShellCommand[];
}

/** Pipelines with a subshell, a group, a loop or the like left of a pipe: `(cd /a && tar c .) | tar x`. */
function compoundPipes(script: RunScript, tree: ShellTree | undefined): readonly CompoundPipe[] {
  if (!tree || !/(?:[)}]|\b(?:done|fi|esac))[^|;&\n]*\|(?!\|)/.test(script.text)) return [];
  const commands = [...script.commands].sort((a, b) => a.range.start - b.range.start);
  return tree.ofType("Pipeline").flatMap(({ node, range }): CompoundPipe[] => {
    const members = node.type === "Pipeline" ? node.commands : [];
    const last = members.at(-1);
    if (!last || members.slice(0, -1).every(({ type }) => type === "Command")) return [];
    const end = script.toRange(last.pos, last.end).start;
    const left: ShellCommand[] = [];
    for (let index = firstFrom(commands, range.start); index < commands.length; index++) {
      const command = commands[index];
      if (!command || command.range.start >= end) break;
      if (decides(command)) left.push(command);
    }
    return [{ range, left }];
  });
}

/** True when the status of the list around a command can be the command's: nothing follows it behind `;`. */
function decides({ blocks, inSubstitution, after }: ShellCommand): boolean {
  return (
    !inSubstitution &&
    !blocks.some((block) => block.endsWith("-condition")) &&
    !/^(?:;|&|newline)$/.test(after ?? "")
  );
}

/** Index of the first command that starts at `offset` or behind it. */
function firstFrom(commands: readonly ShellCommand[], offset: number): number {
  let low = 0;
  let high = commands.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((commands[middle]?.range.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** SHELL in front of the RUN, in images that are known to have bash (or Alpine's ash). */
function shellFix(context: RuleContext, run: RunInstruction, stage: Stage): { fix?: Fix } {
  const facts = baseFacts(context.file, stage);
  if (!facts || run.onbuild || context.stateBefore(run).shell !== undefined) return {};
  const shell = facts.libc === "musl" ? ["/bin/ash", "-eo"] : ["/bin/bash", "-o"];
  if (facts.libc === "musl" ? !facts.hasShell : hasProgram(facts, "bash") !== true) return {};
  // Shell forms that start the container would change their shell with it.
  if (
    stage.instructions.some(
      (each) => (each.keyword === "CMD" || each.keyword === "ENTRYPOINT") && each.command.form === "shell",
    )
  )
    return {};
  const line = `SHELL ${JSON.stringify([...shell, "pipefail", "-c"]).replaceAll(",", ", ")}`;
  return {
    fix: { title: "set pipefail with SHELL", edits: [insertBefore(context.file, run, [line])], safe: false },
  };
}
