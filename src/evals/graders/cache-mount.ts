import path from "node:path";
import { z } from "zod";
import { type Command, operandsOf } from "../../rules/shared/commands.ts";
import { commandsWhere, moduleCall, variablesAt } from "../model/commands.ts";
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
    /** Flags that keep the program from using its cache. */
    without: z.array(z.string()).default([]),
  }),
  exampleSettings: { program: "go", verbs: ["build", "mod"], target: "/go/pkg/mod", variable: "GOMODCACHE" },
  passes: { dockerfile: "FROM golang:1.27\nRUN --mount=type=cache,target=/go/pkg/mod go mod download\n" },
  fails: {
    dockerfile: "FROM golang:1.27\nRUN --mount=type=cache,target=/go/pkg/mod true\nRUN go mod download\n",
  },
  grade({ model }, { program, verbs, target, variable, without }) {
    const calls = commandsWhere(model, (command) => verbOf(command, program, verbs) !== undefined);
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
      const defeated = mount && call.args.find(({ text }) => without.includes(text));
      if (defeated)
        return failed(evidenceAt(model, defeated.range, `${defeated.text}: the cache mount is never filled`));
      if (mount)
        return passed(
          evidenceAt(
            model,
            mount.flag.range,
            `cache mount on ${folder} for ${program} ${verbOf(call, program, verbs)}`,
          ),
        );
    }
    return failed(
      evidenceAt(
        model,
        first.range,
        `${program} ${verbOf(first, program, verbs)} has no cache mount on ${target}`,
      ),
    );
  },
});

/** The verb of a call, also behind options with values (`pip --python x install`) or through `python -m`. */
function verbOf(command: Command, program: string, verbs: readonly string[]): string | undefined {
  const direct = command.name === program || (program === "pip" && command.name === "pip3");
  const words = direct ? operandsOf(command).map(({ text }) => text) : (moduleCall(command, program) ?? []);
  return words.slice(0, 3).find((word) => verbs.includes(word));
}
