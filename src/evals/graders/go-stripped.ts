import { z } from "zod";
import type { Command } from "../../rules/shared/commands.ts";
import { substitute, variablesAt } from "../model/commands.ts";
import { goBuilds } from "../model/go.ts";
import { type AnswerModel, evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** The linker leaves symbols and debug information out. */
export const grader = modelGrader({
  name: "go-stripped",
  summary: "go build gets -s and -w in -ldflags, whatever the quotes, the order or the variables.",
  settings: z.strictObject({}),
  exampleSettings: {},
  passes: {
    dockerfile:
      'FROM golang:1.27 AS build\nARG VERSION=1\nRUN go build -ldflags "-X main.version=$VERSION -w -s" -o /app .\nFROM scratch\nCOPY --from=build /app /app\n',
  },
  fails: {
    dockerfile:
      "FROM golang:1.27 AS build\n# -ldflags=\"-s -w\"\nRUN go build -ldflags='-w -X main.name=-s' -o /app .\nFROM scratch\nCOPY --from=build /app /app\n",
  },
  grade({ model }) {
    const builds = goBuilds(model);
    const first = builds[0];
    if (first === undefined) return failed("no stage runs go build or go install");
    for (const build of builds) {
      const flags = linkerFlags(model, build);
      if (flags === undefined) return failed(evidenceAt(model, build.range, "go build has no -ldflags"));
      const words = flags.split(/\s+/);
      const missing = ["-s", "-w"].filter((flag) => !words.includes(flag));
      if (missing.length > 0)
        return failed(evidenceAt(model, build.range, `-ldflags "${flags}" lacks ${missing.join(" and ")}`));
    }
    return passed(evidenceAt(model, first.range, `-ldflags "${linkerFlags(model, first) ?? ""}"`));
  },
});

/** The value of -ldflags: of the command, or of GOFLAGS. */
function linkerFlags(model: AnswerModel, build: Command): string | undefined {
  const values = variablesAt(model, build);
  const words = build.args.map(({ text }) => text);
  for (const [index, word] of words.entries()) {
    const match = /^--?ldflags(?:=([\s\S]*))?$/.exec(word);
    if (match)
      return substitute(match[1] ?? words[index + 1] ?? "", values).replace(/^(["'])([\s\S]*)\1$/, "$2");
  }
  // GOFLAGS quotes the whole item: '-ldflags=-s -w'.
  return /(?:^|\s)(?:'--?ldflags=([^']*)'|"--?ldflags=([^"]*)"|--?ldflags=(\S*))/
    .exec(values.get("GOFLAGS") ?? "")
    ?.slice(1)
    .find(Boolean);
}
