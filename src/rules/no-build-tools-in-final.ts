import { barePackage, isBuildTool } from "./shared/build-tools.ts";
import { lastInRun } from "./shared/commands.ts";
import { packageCalls } from "./shared/packages.ts";
import { ships } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

/** Compilers and headers stay in the final image. */
export const rule: Rule = {
  meta: {
    name: "no-build-tools-in-final",
    summary: "Compilers or build tools are installed into the final image and stay there.",
    why: "A compiler in a running container is hundreds of megabytes and the best tool an intruder can find. Build in a stage of its own and copy the result, or remove the tools in the same RUN that needed them.",
    severity: "warning",
    category: "size",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/building/multi-stage/",
    bad: {
      dockerfile:
        "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*\n",
    },
    good: {
      dockerfile:
        "FROM python:3.13-slim AS build\nRUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*\nRUN pip wheel --no-cache-dir -w /wheels uvloop==0.22.1\nFROM python:3.13-slim\nRUN --mount=from=build,source=/wheels,target=/wheels pip install --no-cache-dir /wheels/*\n",
    },
  },
  *check(context) {
    const { file } = context;
    for (const call of packageCalls(
      context,
      "apt-get",
      "apt",
      "aptitude",
      "apk",
      "yum",
      "dnf",
      "microdnf",
      "tdnf",
      "zypper",
    )) {
      const { command, verb, operands } = call;
      if (
        !/^(?:install|add|in)$/.test(verb) ||
        !ships(file, command.stage) ||
        command.run.onbuild ||
        file.fragment
      )
        continue;
      const found = operands.filter(({ text }) => isBuildTool(text));
      const [first] = found;
      if (!first || lastRemoval(context, command.run) > command.range.start) continue;
      const names = found
        .map(({ text }) => barePackage(text))
        .slice(0, 4)
        .join(", ");
      yield {
        range: { start: first.range.start, end: first.range.end },
        message: `${names} stay${found.length === 1 ? "s" : ""} in the final image: build in an earlier stage and copy the result`,
      };
    }
  },
};

/** A removal of packages; apk's --virtual groups and apt's autoremove count. */
const lastRemoval = lastInRun(
  ({ name, args }) =>
    (name === "apk" && args.some(({ text }) => text === "del")) ||
    (/^(?:apt-get|apt|aptitude|yum|dnf|microdnf|zypper)$/.test(name) &&
      args.some(({ text }) => /^(?:remove|purge|autoremove|erase|rm|auto-remove)$/.test(text))),
);
