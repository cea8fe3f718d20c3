import { z } from "zod";
import { type Command, operandsOf } from "../../rules/shared/commands.ts";
import { commandsWhere } from "../model/commands.ts";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** A command is never run without a flag that matters. */
export const grader = modelGrader({
  name: "command-flags",
  summary: "Every call of the program with one of the verbs has one of the flags.",
  settings: z.strictObject({
    program: z.string(),
    verbs: z.array(z.string()).min(1),
    anyOf: z.array(z.string()).min(1),
  }),
  exampleSettings: { program: "uv", verbs: ["sync"], anyOf: ["--locked", "--frozen"] },
  passes: { dockerfile: "FROM python:3.14-slim\nRUN uv sync --locked --no-dev\n" },
  fails: { dockerfile: "FROM python:3.14-slim\nRUN uv sync --locked && uv sync --no-dev\n" },
  grade({ model }, { program, verbs, anyOf }) {
    const calls = commandsWhere(
      model,
      (command) => command.name === program && verbs.includes(operandsOf(command)[0]?.text ?? ""),
    );
    const first = calls[0];
    if (first === undefined) return failed(`no stage runs ${program} ${verbs.join(", ")}`);
    const without = calls.find((call) => !call.args.some(({ text }) => anyOf.includes(text)));
    if (without)
      return failed(evidenceAt(model, without.range, `${words(without)} has none of ${anyOf.join(", ")}`));
    return passed(evidenceAt(model, first.range, words(first)));
  },
});

function words({ name, args }: Command): string {
  return [name, ...args.map(({ text }) => text)].join(" ").slice(0, 120);
}
