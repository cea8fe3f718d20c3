import { z } from "zod";
import { buildCommands } from "../model/build-commands.ts";
import { usedCommands } from "../model/commands.ts";
import { answerGrader, failed, passed } from "./define.ts";

/** The reader is told how to build with the secret. */
export const grader = answerGrader({
  name: "build-command",
  summary: "The words hold a build command whose --secret ids are those of the Dockerfile's secret mounts.",
  settings: z.strictObject({ secret: z.string() }),
  exampleSettings: { secret: "NPM_TOKEN" },
  passes: {
    dockerfile: "FROM node:24-slim\nRUN --mount=type=secret,id=NPM_TOKEN npm ci\n",
    text: "Build it with:\n\n```sh\nNPM_TOKEN=… docker build \\\n  --secret id=NPM_TOKEN,env=NPM_TOKEN -t app .\n```\n",
  },
  fails: {
    dockerfile: "FROM node:24-slim\nRUN --mount=type=secret,id=NPM_TOKEN npm ci\n",
    text: "Build it with:\n\n```sh\ndocker build --secret id=npmrc,src=.npmrc -t app .\n```\n",
  },
  grade({ answer, model }, { secret }) {
    const commands = buildCommands(answer);
    if (commands.length === 0) return failed("no build command is given");
    const given = commands.find(({ buildArgs }) => buildArgs.includes(secret));
    if (given) return failed(`the token is given as a build argument: ${given.text}`);
    const mounted = model
      ? new Set(
          usedCommands(model).flatMap(({ run }) =>
            run.mounts
              .filter(({ type }) => type === "secret")
              .map((mount) => mount.options.get("id") ?? mount.target?.split("/").at(-1) ?? ""),
          ),
        )
      : new Set<string>();
    const right = commands.find(
      ({ secrets }) => secrets.length > 0 && [...mounted].every((id) => secrets.includes(id)),
    );
    if (right && mounted.size > 0) return passed(right.text);
    const wrong = commands.find(({ secrets }) => secrets.length > 0);
    return failed(
      wrong
        ? `${wrong.text} names ${wrong.secrets.join(", ")}; the Dockerfile mounts ${[...mounted].join(", ") || "none"}`
        : `${commands[0]?.text ?? ""} has no --secret`,
    );
  },
});
