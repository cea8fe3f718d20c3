import { z } from "zod";
import { operandsOf } from "../../rules/shared/commands.ts";
import { moduleCall, usedCommands } from "../model/commands.ts";
import { seesFile } from "../model/files.ts";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** The named package manager installs from its manifests, outside the final image. */
export const grader = modelGrader({
  name: "dependency-tool",
  summary: "A stage before the final one installs with the package manager, its manifests copied before.",
  settings: z.strictObject({
    program: z.string(),
    verbs: z.array(z.string()).min(1),
    manifests: z.array(z.string()).min(1),
  }),
  exampleSettings: {
    program: "poetry",
    verbs: ["install", "sync", "export"],
    manifests: ["pyproject.toml", "poetry.lock"],
  },
  passes: {
    dockerfile:
      "FROM python:3.14-slim AS build\nCOPY pyproject.toml poetry.lock ./\nRUN poetry install --only main\nFROM python:3.14-slim\nCOPY --from=build /v /v\n",
    files: { "pyproject.toml": "", "poetry.lock": "" },
  },
  fails: {
    dockerfile:
      "# poetry install\nFROM python:3.14-slim AS build\nCOPY pyproject.toml poetry.lock ./\nRUN pip install poetry && pip install .\nFROM python:3.14-slim\nCOPY --from=build /v /v\n",
    files: { "pyproject.toml": "", "poetry.lock": "" },
  },
  grade({ model }, { program, verbs, manifests }) {
    const calls = usedCommands(model).filter((command) => {
      const words =
        command.name === program ? operandsOf(command).map(({ text }) => text) : moduleCall(command, program);
      return words?.some((word, index) => verbs.includes(word) && index < 2) ?? false;
    });
    const early = calls.find(({ stage }) => !model.shipped.includes(stage));
    if (early === undefined) {
      const late = calls[0];
      return late === undefined
        ? failed(`no stage runs ${program} ${verbs.join(", ")}`)
        : failed(evidenceAt(model, late.range, `${program} runs in the final stage and ships with it`));
    }
    const missing = manifests.filter((file) => !seesFile(model, early, file));
    if (missing.length > 0)
      return failed(evidenceAt(model, early.range, `${program} runs without ${missing.join(" and ")}`));
    return passed(
      evidenceAt(
        model,
        early.range,
        `${program} ${operandsOf(early)[0]?.text ?? ""} with ${manifests.join(" and ")}`,
      ),
    );
  },
});
