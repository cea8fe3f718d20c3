import path from "node:path";
import { z } from "zod";
import { copiesBetween, landsAt } from "../model/files.ts";
import { evidenceAt } from "../model/read.ts";
import { virtualEnvironments } from "../model/virtual-environments.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** The virtual environment made in a builder is in the image, in the same place, and in use. */
export const grader = modelGrader({
  name: "venv-copied",
  summary:
    "A virtual environment of an earlier stage is copied to the same path and is on PATH or started from.",
  settings: z.strictObject({}),
  exampleSettings: {},
  passes: {
    dockerfile:
      'FROM python:3.14-slim AS build\nRUN python -m venv /opt/venv\nFROM python:3.14-slim\nCOPY --from=build /opt/venv /opt/venv\nENV PATH="/opt/venv/bin:$PATH"\n',
  },
  fails: {
    dockerfile:
      'FROM python:3.14-slim AS build\nRUN python -m venv /opt/venv\nFROM python:3.14-slim\nCOPY --from=build /opt/venv /srv/venv\nENV PATH="/srv/venv/bin:$PATH"\n',
  },
  grade({ model }) {
    const made = virtualEnvironments(model);
    if (made.length === 0) return failed("no stage makes a virtual environment");
    const copies = copiesBetween(model, model.shipped);
    let moved: { from: string; to: string; line: number } | undefined;
    for (const environment of made) {
      for (const { copy, from } of copies) {
        if (!model.context.graph.chain(from).includes(environment.stage)) continue;
        const to = landsAt(model, copy, environment.path);
        if (to === undefined) continue;
        if (to !== environment.path) {
          moved = { from: environment.path, to, line: model.file.lineAt(copy.range.start) };
          continue;
        }
        if (!isUsed(to))
          return failed(
            evidenceAt(model, copy.range, `${to} is copied, but neither on PATH nor started from`),
          );
        return passed(
          evidenceAt(model, copy.range, `${to}, made in line ${model.file.lineAt(environment.range.start)}`),
        );
      }
    }
    if (moved)
      return failed({
        text: `${moved.from} is copied to ${moved.to}: its scripts name the old place`,
        at: { file: model.name, line: moved.line },
      });
    return failed(
      evidenceAt(model, made[0]?.range ?? model.final.range, `${made[0]?.path} stays in its stage`),
    );

    function isUsed(folder: string): boolean {
      const { env, cmd, entrypoint } = model.context.stateAt(model.final);
      const bin = path.posix.join(folder, "bin");
      if (
        (env.get("PATH") ?? "")
          .split(":")
          .some((each) => path.posix.normalize(each).replace(/\/$/, "") === bin)
      )
        return true;
      return [entrypoint, cmd].some((instruction) => {
        if (instruction === undefined) return false;
        const { command } = instruction;
        const words =
          command.form === "exec" ? command.words.map(({ text }) => text) : command.text.split(/\s+/);
        return words.some((word) => word.startsWith(`${bin}/`));
      });
    }
  },
});
