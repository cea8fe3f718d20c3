import { z } from "zod";
import { dependencyStep } from "../../rules/shared/dependencies.ts";
import { usedCommands } from "../model/commands.ts";
import { normal, seesFile } from "../model/files.ts";
import { npmTokens } from "../model/npm-auth.ts";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** npm gets the registry's token by reference, in the step that installs. */
export const grader = modelGrader({
  name: "registry-auth",
  summary:
    "An .npmrc with //host/:_authToken set from a variable or a secret reaches the step that installs; a literal token fails.",
  settings: z.strictObject({}),
  exampleSettings: {},
  passes: {
    dockerfile:
      "FROM node:24-slim\nWORKDIR /app\nCOPY package.json .npmrc ./\nRUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN npm ci\n",
    files: { "package.json": "{}", ".npmrc": "//npm.example.test/:_authToken=${NPM_TOKEN}\n" },
  },
  fails: {
    dockerfile:
      "FROM node:24-slim\nWORKDIR /app\nCOPY package.json .npmrc ./\nRUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN npm ci\n",
    files: { "package.json": "{}", ".npmrc": "//npm.example.test/:_authToken=npm_0123456789\n" },
  },
  grade({ model }) {
    const installs = usedCommands(model).filter((command) => dependencyStep(command)?.ecosystem === "node");
    const first = installs[0];
    if (first === undefined) return failed("no stage installs Node.js dependencies");
    for (const install of installs) {
      const mounted = install.run.mounts.find(
        ({ type, target }) => type === "secret" && target !== undefined && /(?:^|\/)\.?npmrc$/.test(target),
      );
      if (mounted)
        return passed(
          evidenceAt(
            model,
            mounted.flag.range,
            `the .npmrc is the secret itself, mounted at ${mounted.target}`,
          ),
        );
    }
    const tokens = npmTokens(model);
    const literal = tokens.find(({ literal }) => literal);
    if (literal) return failed({ text: `${literal.where} holds the token itself`, at: literal.at });
    // Each of them asks the registry.
    const usable = tokens.find(
      ({ command, file }) =>
        command !== undefined || installs.every((install) => seesFile(model, install, normal(file ?? ""))),
    );
    if (usable)
      return passed({ text: `${usable.where} takes ${usable.key} from ${usable.value}`, at: usable.at });
    return failed(
      tokens[0]
        ? evidenceAt(
            model,
            first.range,
            `${tokens[0].where} never reaches ${first.name} ${first.args[0]?.text ?? ""}`,
          )
        : evidenceAt(model, first.range, "nothing sets an _authToken for the registry"),
    );
  },
});
