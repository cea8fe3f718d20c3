import { z } from "zod";
import { operandsOf } from "../../rules/shared/commands.ts";
import { variablesAt } from "../model/commands.ts";
import { goBuilds } from "../model/go.ts";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** Go is built without cgo. */
export const grader = modelGrader({
  name: "go-static",
  summary:
    "Every go build the image needs runs with CGO_ENABLED=0, from the command, the script, ENV or ARG.",
  settings: z.strictObject({}),
  exampleSettings: {},
  passes: {
    dockerfile:
      "FROM golang:1.27 AS build\nENV CGO_ENABLED=0\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n",
  },
  fails: {
    dockerfile:
      "FROM golang:1.27 AS build\nRUN go build -o /app .\nFROM scratch\nENV CGO_ENABLED=0\nCOPY --from=build /app /app\n",
  },
  grade({ model }) {
    const builds = goBuilds(model);
    const first = builds[0];
    if (first === undefined) return failed("no stage runs go build or go install");
    for (const build of builds) {
      const value = variablesAt(model, build).get("CGO_ENABLED");
      if (value !== "0")
        return failed(
          evidenceAt(
            model,
            build.range,
            `go ${operandsOf(build)[0]?.text} runs with CGO_ENABLED ${value ?? "unset"}`,
          ),
        );
    }
    return passed(evidenceAt(model, first.range, "go build with CGO_ENABLED=0"));
  },
});
