import { hasProgram } from "../data/images.ts";
import { insertBefore } from "../dockerfile/edits.ts";
import type { ShellPipeline } from "../dockerfile/shell.ts";
import type { RunInstruction, Stage } from "../dockerfile/types.ts";
import { commandsOfRun } from "./shared/commands.ts";
import { baseFacts } from "./shared/images.ts";
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
      if (!first) {
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
      const risky = script.commands.some(({ pipeline }) => pipeline !== undefined && mayFail(pipeline));
      yield {
        range: first.range,
        message: "when a command left of the pipe fails, this step succeeds all the same: set pipefail",
        ...(sets || !risky ? { parity: true } : shellFix(context, run, stage)),
      };
    }
  },
};

function mayFail(pipeline: ShellPipeline): boolean {
  return pipeline.commands.slice(0, -1).some(({ name }) => name === undefined || !harmless.has(name));
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
