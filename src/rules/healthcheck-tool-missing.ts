import { hasProgram } from "../data/images.ts";
import type { CommandLine, Range, Stage } from "../dockerfile/types.ts";
import { baseFacts } from "./shared/images.ts";
import { isAdded } from "./shared/programs.ts";
import { finalStage, stageChain } from "./shared/stages.ts";
import type { Rule, RuleContext } from "./types.ts";

const shellWords = new Set([
  "exit",
  "true",
  "false",
  "test",
  "[",
  "echo",
  "cd",
  "set",
  "export",
  "exec",
  "if",
  "then",
  "else",
  "fi",
  "!",
  ":",
]);

/** The health check starts a program that the image does not have. */
export const rule: Rule = {
  meta: {
    name: "healthcheck-tool-missing",
    summary: "HEALTHCHECK uses a program that is not in the image.",
    why: "Slim and distroless images have no curl, Alpine has only BusyBox's wget. A check whose program is missing fails every time, and the container is reported unhealthy although it works. Use what is there (the language's own runtime), or install the tool.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#healthcheck",
    bad: { dockerfile: "FROM python:3.13-slim\nHEALTHCHECK CMD curl -f http://127.0.0.1:8000/\n" },
    good: {
      dockerfile:
        'FROM python:3.13-slim\nHEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen(\'http://127.0.0.1:8000/\', timeout=3)"]\n',
    },
  },
  *check(context) {
    const { file } = context;
    const stage = finalStage(file);
    const command = stage && context.stateAt(stage).healthcheck?.command;
    if (!stage || !command) return;
    const facts = baseFacts(file, stage);
    if (!facts) return;
    if (command.form === "shell" && !facts.hasShell && !copiesShell(context, stage)) {
      yield {
        range: command.range,
        message: `HEALTHCHECK CMD is in shell form, but ${facts.name} has no shell: write a JSON array`,
      };
      return;
    }
    for (const { name, range } of programsOf(command)) {
      if (hasProgram(facts, name) !== false || isAdded(context, stage, name)) continue;
      yield {
        range,
        message: `HEALTHCHECK starts ${name}, which ${facts.name} does not have: the container would never be healthy`,
      };
    }
  },
};

/** The programs a command line starts, with the place of each. */
function programsOf(command: CommandLine): { name: string; range: Range }[] {
  if (command.form === "exec") {
    const [first, flag, script] = command.words;
    if (!first) return [];
    if (/^(?:\/bin\/)?(?:ba|a)?sh$/.test(first.text) && flag?.text === "-c" && script) {
      return programsIn(script.text).map(({ name }) => ({ name, range: script.range }));
    }
    return bareName(first.text) === undefined ? [] : [{ name: first.text, range: first.range }];
  }
  return programsIn(command.text).map(({ name, at }) => {
    const start = command.range.start + at;
    return { name, range: { start, end: Math.min(start + name.length, command.range.end) } };
  });
}

function programsIn(text: string): { name: string; at: number }[] {
  const found: { name: string; at: number }[] = [];
  for (const match of text.matchAll(/(?:^|&&|\|\|?|;)[ \t]*([\w./-]+)/g)) {
    const name = bareName(match[1] ?? "");
    if (name === undefined || shellWords.has(name)) continue;
    found.push({ name, at: match.index + match[0].length - name.length });
  }
  return found;
}

/** A program looked up on PATH; paths are the image's own business. */
function bareName(word: string): string | undefined {
  return /^[a-zA-Z][\w.-]*$/.test(word) ? word : undefined;
}

function copiesShell(context: RuleContext, stage: Stage): boolean {
  return stageChain(context.file, stage).some(({ instructions }) =>
    instructions.some(
      (instruction) =>
        instruction.keyword === "SHELL" ||
        (instruction.keyword === "COPY" &&
          (/\/(?:sh|busybox|bin\/?)$/.test(instruction.destination?.text ?? "") ||
            instruction.destination?.text === "/")),
    ),
  );
}
