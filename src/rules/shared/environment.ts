import type { ShellCommand, ShellWord } from "../../dockerfile/shell.ts";
import type { Range } from "../../dockerfile/types.ts";
import type { Problem, RuleContext } from "../types.ts";

/** A place that gives a variable a value: ENV, ARG, `export`, or an assignment in a RUN. */
export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly range: Range;
  readonly keyword: "ENV" | "ARG" | "RUN";
  /** `ARG NAME value`, which declares two arguments and sets neither; some linters read it as a value. */
  readonly apparent: boolean;
}

/** All places that set one of the variables. */
export function* settingsOf(context: RuleContext, ...names: readonly string[]): Iterable<Setting> {
  for (const { instruction } of context.instructions("ENV", "ARG")) {
    for (const [index, assignment] of instruction.assignments.entries()) {
      if (!names.includes(assignment.name)) continue;
      const next = instruction.assignments[index + 1];
      const apparent =
        assignment.value === undefined && instruction.keyword === "ARG" && next?.value === undefined;
      const value = assignment.value ?? (apparent ? next?.name : undefined);
      if (value === undefined) continue;
      const range = {
        start: assignment.nameRange.start,
        end: (assignment.valueRange ?? assignment.nameRange).end,
      };
      yield {
        name: assignment.name,
        value,
        range,
        keyword: instruction.keyword === "ENV" ? "ENV" : "ARG",
        apparent,
      };
    }
  }
  for (const { run } of context.runs) {
    for (const command of context.script(run)?.commands ?? []) {
      for (const { name, value, range } of [...command.assignments, ...command.declared]) {
        if (value && names.includes(name))
          yield { name, value: value.text, range, keyword: "RUN", apparent: false };
      }
      for (const word of passedOn(command)) {
        const equals = word.text.indexOf("=");
        const name = word.text.slice(0, Math.max(equals, 0));
        if (names.includes(name)) {
          yield {
            name,
            value: word.text.slice(equals + 1),
            range: word.range,
            keyword: "RUN",
            apparent: false,
          };
        }
      }
    }
  }
}

/** The words `env` and `sudo` may take for assignments: those before the program they start. */
function passedOn({ words }: ShellCommand): readonly ShellWord[] {
  if (!/^(?:env|sudo)$/.test(words[0]?.text ?? "")) return [];
  const program = words.findIndex(
    ({ text }, index) =>
      !/^(?:env|sudo|-.*|\w+=.*)$/s.test(text) && !/^-[ugChpDrtU]$/.test(words[index - 1]?.text ?? ""),
  );
  return program < 0 ? words : words.slice(0, program);
}

/** Findings for the settings whose value is a wrong one. */
export function* wrongSettings(
  context: RuleContext,
  names: readonly string[],
  isWrong: (value: string) => boolean,
  message: (setting: Setting) => string,
): Iterable<Problem> {
  for (const setting of settingsOf(context, ...names)) {
    if (!isWrong(setting.value)) continue;
    yield { range: setting.range, message: message(setting), ...(setting.apparent ? { parity: true } : {}) };
  }
}
