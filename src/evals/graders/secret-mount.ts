import { z } from "zod";
import { dependencyStep } from "../../rules/shared/dependencies.ts";
import { usedCommands } from "../model/commands.ts";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** The dependency step gets the secret as a build secret. */
export const grader = modelGrader({
  name: "secret-mount",
  summary: "The RUN that installs dependencies has a secret mount.",
  settings: z.strictObject({ ecosystem: z.enum(["node", "python", "go", "rust", "java"]) }),
  exampleSettings: { ecosystem: "node" },
  passes: {
    dockerfile: "FROM node:24-slim\nRUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN npm ci\n",
  },
  fails: {
    dockerfile:
      "FROM node:24-slim\nRUN --mount=type=secret,id=NPM_TOKEN cat /run/secrets/NPM_TOKEN >/dev/null\nRUN npm ci\n",
  },
  grade({ model }, { ecosystem }) {
    const installs = usedCommands(model).filter(
      (command) => dependencyStep(command)?.ecosystem === ecosystem,
    );
    const first = installs[0];
    if (first === undefined) return failed(`no stage installs ${ecosystem} dependencies`);
    for (const install of installs) {
      const mount = install.run.mounts.find(({ type }) => type === "secret");
      if (mount)
        return passed(
          evidenceAt(
            model,
            mount.flag.range,
            `${install.name} runs with the secret ${mount.options.get("id") ?? mount.target ?? "without an id"}`,
          ),
        );
    }
    return failed(evidenceAt(model, first.range, `${first.name} installs without a secret mount`));
  },
});
