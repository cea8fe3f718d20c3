import path from "node:path";
import { z } from "zod";
import { operandsOf } from "../../rules/shared/commands.ts";
import { commandsWhere, variablesAt } from "../model/commands.ts";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** A package manager's downloads are kept between builds. */
export const grader = modelGrader({
  name: "cache-mount",
  summary: "A RUN that calls the program has a cache mount on its download folder (`variable` may move it).",
  settings: z.strictObject({
    program: z.string(),
    verbs: z.array(z.string()).min(1),
    target: z.string().startsWith("/"),
    variable: z.string().optional(),
  }),
  exampleSettings: { program: "go", verbs: ["build", "mod"], target: "/go/pkg/mod", variable: "GOMODCACHE" },
  passes: { dockerfile: "FROM golang:1.27\nRUN --mount=type=cache,target=/go/pkg/mod go mod download\n" },
  fails: {
    dockerfile: "FROM golang:1.27\nRUN --mount=type=cache,target=/go/pkg/mod true\nRUN go mod download\n",
  },
  grade({ model }, { program, verbs, target, variable }) {
    const calls = commandsWhere(
      model,
      (command) => command.name === program && verbs.includes(operandsOf(command)[0]?.text ?? ""),
    );
    const first = calls[0];
    if (first === undefined) return failed(`no stage runs ${program} ${verbs.join(", ")}`);
    for (const call of calls) {
      const folder = (variable && variablesAt(model, call).get(variable)) || target;
      const mount = call.run.mounts.find(
        (each) =>
          each.type === "cache" &&
          each.target !== undefined &&
          path.posix.normalize(each.target).replace(/\/$/, "") === folder,
      );
      if (mount)
        return passed(
          evidenceAt(
            model,
            mount.flag.range,
            `cache mount on ${folder} for ${program} ${operandsOf(call)[0]?.text}`,
          ),
        );
    }
    return failed(
      evidenceAt(
        model,
        first.range,
        `${program} ${operandsOf(first)[0]?.text} has no cache mount on ${target}`,
      ),
    );
  },
});
