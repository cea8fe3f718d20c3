import type { Dockerfile, Stage } from "../dockerfile/types.ts";
import { baseFacts } from "./shared/images.ts";
import { isWindows } from "./shared/stages.ts";
import type { Problem, Rule, RuleContext } from "./types.ts";

const shellSyntax = /[|&;<>()$`\\"'*?[\]#~={}%!\n\r]/;
const builtins = new Set([
  "cd",
  "exec",
  "export",
  "set",
  "source",
  ".",
  "ulimit",
  "umask",
  "eval",
  "if",
  "for",
  "while",
  "until",
  "case",
  "test",
  "trap",
  "alias",
  "command",
  "exit",
  "wait",
  "read",
  "unset",
  ":",
  "type",
  "hash",
  "let",
  "local",
  "declare",
  "typeset",
  "readonly",
  "shift",
  "return",
  "times",
  "jobs",
  "fg",
  "bg",
  "getopts",
  "pushd",
  "popd",
  "builtin",
  "shopt",
  "time",
]);

/** CMD, ENTRYPOINT or HEALTHCHECK in shell form. */
export const rule: Rule = {
  meta: {
    name: "cmd-json-form",
    summary: "CMD or ENTRYPOINT is in shell form, so a shell is PID 1 and the program gets no signals.",
    why: "In shell form the engine starts `/bin/sh -c`, which becomes process 1 and passes no SIGTERM on: `docker stop` waits ten seconds and kills. Exec form (a JSON array) starts the program itself. Where shell syntax is needed, put it in a script that ends with `exec`.",
    severity: "warning",
    category: "correctness",
    fixable: "safe",
    aliases: { hadolint: ["DL3025"], buildkit: ["JSONArgsRecommended"], semgrep: ["prefer-json-notation"] },
    source: "https://docs.docker.com/reference/build-checks/json-args-recommended/",
    bad: { dockerfile: "FROM debian:13-slim\nCMD my-service --port 8080\n" },
    good: { dockerfile: 'FROM debian:13-slim\nCMD ["my-service", "--port", "8080"]\n' },
  },
  *check(context) {
    const { file, instructions, stateAt, stateBefore } = context;
    for (const { instruction, stage } of instructions("CMD", "ENTRYPOINT", "HEALTHCHECK")) {
      const { command } = instruction;
      if (command?.form !== "shell") continue;
      const text = command.text.trim();
      if (text === "") continue;
      if (instruction.keyword === "HEALTHCHECK") {
        // Its shell is short-lived and gets no signals; only hadolint asks for JSON here.
        yield {
          range: command.range,
          message: "HEALTHCHECK CMD is in shell form",
          parity: true,
          aliases: { hadolint: ["DL3025"] },
        };
        continue;
      }
      const ownShell = stateBefore(instruction).shell !== undefined;
      // The other of the two gets other arguments, or begins to get any, once this one is in exec form.
      const end = stage && stateAt(stage);
      const other = instruction.keyword === "CMD" ? end?.entrypoint : end?.cmd;
      const safe =
        other === undefined &&
        stage?.from !== undefined &&
        !ownShell &&
        !isWindows(context, stage) &&
        (instruction.keyword === "ENTRYPOINT" || isRunAsItIs(file, stage));
      const problem: Problem = {
        range: command.range,
        message: `${instruction.keyword} is in shell form: /bin/sh is PID 1 and ${firstWord(text)} gets no signals`,
        ...(needsShell(context, text) ? {} : execForm(text, command.range, safe)),
      };
      if (ownShell)
        yield {
          ...problem,
          parity: true,
          aliases: { hadolint: ["DL3025"], semgrep: ["prefer-json-notation"] },
        };
      else if (/^exec\s/.test(text)) yield { ...problem, parity: true };
      else if (instruction.onbuild)
        yield { ...problem, aliases: { hadolint: ["DL3025"], semgrep: ["prefer-json-notation"] } };
      else yield problem;
    }
  },
};

/** True when the image runs a CMD without a program of its own before it. */
function isRunAsItIs(file: Dockerfile, stage: Stage): boolean {
  const facts = baseFacts(file, stage);
  return facts !== undefined && facts.entrypoint === undefined;
}

/** True for a script of the build context without `#!`: a shell runs it, the kernel does not. */
function needsShell({ context }: RuleContext, text: string): boolean {
  const script = /^(?:\S*\/)?([\w.-]+)/.exec(text)?.[1];
  if (script === undefined || context === undefined || !/\.(?:sh|bash)$/.test(script)) return false;
  return context.files.some(
    (file) =>
      (file === script || file.endsWith(`/${script}`)) && context.read(file)?.startsWith("#!") === false,
  );
}

/** A repair when the words mean the same without a shell. */
function execForm(text: string, range: Problem["range"], safe: boolean): Pick<Problem, "fix"> {
  const words = text.split(/\s+/);
  const [first = ""] = words;
  if (shellSyntax.test(text) || builtins.has(first)) return {};
  return {
    fix: {
      title: "write it as a JSON array",
      edits: [{ range, text: `[${words.map((word) => JSON.stringify(word)).join(", ")}]` }],
      safe,
    },
  };
}

function firstWord(text: string): string {
  const word = /^\S+/.exec(text)?.[0] ?? "the program";
  return word.length > 40 || shellSyntax.test(word) ? "the program" : word;
}
