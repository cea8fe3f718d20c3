import { z } from "zod";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** What the container starts is a server for production. */
export const grader = modelGrader({
  name: "start-command",
  summary: "ENTRYPOINT and CMD of the final stage name one of the words and none of the forbidden ones.",
  settings: z.strictObject({
    anyOf: z.array(z.string()).min(1),
    noneOf: z.array(z.string()).default([]),
  }),
  exampleSettings: { anyOf: ["gunicorn", "uvicorn"], noneOf: ["runserver"] },
  passes: { dockerfile: 'FROM python:3.14-slim\nCMD ["/opt/venv/bin/gunicorn", "site.wsgi"]\n' },
  fails: { dockerfile: "FROM python:3.14-slim\nCMD python manage.py runserver 0.0.0.0:8000\n" },
  grade({ model }, { anyOf, noneOf }) {
    const { entrypoint, cmd } = model.context.stateAt(model.final);
    const started = [entrypoint, cmd].flatMap((instruction) => {
      if (instruction === undefined) return [];
      const { command } = instruction;
      return command.form === "exec"
        ? command.words.map(({ text }) => text)
        : command.text.split(/[\s;&|"']+/);
    });
    const place = (cmd ?? entrypoint)?.range ?? model.final.range;
    const names = new Set(started.map((word) => word.split("/").at(-1)));
    const forbidden = noneOf.find((word) => names.has(word));
    if (forbidden) return failed(evidenceAt(model, place, `the container starts ${forbidden}`));
    const found = anyOf.find((word) => names.has(word));
    return found === undefined
      ? failed(evidenceAt(model, place, `the container starts none of ${anyOf.join(", ")}`))
      : passed(evidenceAt(model, place, `the container starts ${found}`));
  },
});
