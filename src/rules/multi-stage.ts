import { commandsOf, operandsOf } from "./shared/commands.ts";
import { isBuild } from "./shared/dependencies.ts";
import type { Rule } from "./types.ts";

/** One stage builds and runs. */
export const rule: Rule = {
  meta: {
    name: "multi-stage",
    summary: "The application is built in the stage it runs in.",
    why: "Compilers, sources, caches and development dependencies of a single-stage build all ship. With a second FROM only the result is copied, and the image usually shrinks to a fraction. Checked with its build context, the unsafe repairs write that file by the project's own plan, as long as every instruction is understood.",
    severity: "info",
    category: "size",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/building/multi-stage/",
    bad: { dockerfile: 'FROM golang:1.27\nCOPY . .\nRUN go build -o /app .\nCMD ["/app"]\n' },
    good: {
      dockerfile:
        'FROM golang:1.27 AS build\nCOPY . .\nRUN go build -o /app .\nFROM gcr.io/distroless/static-debian13:nonroot\nCOPY --from=build /app /app\nCMD ["/app"]\n',
    },
  },
  *check(context) {
    const { file } = context;
    if (file.stages.length !== 1 || file.fragment) return;
    const build = commandsOf(context).find((command) => !command.run.onbuild && isBuild(command));
    if (!build) return;
    const words = [
      build.name,
      ...operandsOf(build)
        .slice(0, 2)
        .map(({ text }) => text),
    ]
      .join(" ")
      .slice(0, 60);
    yield {
      range: build.range,
      message: `"${words}" builds in the stage that runs: build in a first stage and copy only the result into a second`,
    };
  },
};
