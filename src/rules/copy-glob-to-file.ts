import { commandsOf } from "./shared/commands.ts";
import type { Rule } from "./types.ts";

/** A pattern copied onto one file. */
export const rule: Rule = {
  meta: {
    name: "copy-glob-to-file",
    summary: "A pattern that matches several files is copied onto one file name.",
    why: "With more than one match the destination must be a folder, and COPY stops. Gradle's build/libs of a Spring Boot project holds app.jar and app-plain.jar. Name the file, or switch the plain archive off.",
    severity: "warning",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#copy",
    bad: {
      dockerfile:
        "FROM gradle:9-jdk21 AS build\nWORKDIR /src\nCOPY . .\nRUN gradle assemble\nFROM eclipse-temurin:21-jre-alpine\nCOPY --from=build /src/build/libs/*.jar /app.jar\n",
    },
    good: {
      dockerfile:
        "FROM gradle:9-jdk21 AS build\nWORKDIR /src\nCOPY . .\nRUN gradle bootJar\nFROM eclipse-temurin:21-jre-alpine\nCOPY --from=build /src/build/libs/*.jar /app.jar\n",
    },
  },
  *check(context) {
    for (const { instruction } of context.instructions("COPY", "ADD")) {
      const { sources, destination, from } = instruction;
      const [source] = sources;
      if (!source || sources.length !== 1 || !destination || !/[*?[]/.test(source.text)) continue;
      if (!/(?:^|\/)[^/]*\.\w+$/.test(destination.text)) continue;
      const found = from === undefined ? (context.context?.match(source.text) ?? []) : [];
      const pattern = /\/?build\/libs\/\*\.jar$/.test(source.text);
      if (found.length < 2 && !(pattern && from !== undefined && makesPlainJar(context))) continue;
      yield {
        range: source.range,
        message:
          found.length > 1
            ? `${source.text.slice(0, 60)} matches ${found.length} files, and ${destination.text.slice(0, 40)} is one: the build stops`
            : `${source.text.slice(0, 60)} also matches the plain archive (app-plain.jar): the copy onto ${destination.text.slice(0, 40)} stops`,
        ...(found.length > 1 ? { severity: "error" as const } : {}),
      };
    }
  },
};

/** `gradle build` and `assemble` make both archives, `bootJar` one. */
function makesPlainJar(context: Parameters<Rule["check"]>[0]): boolean {
  const text = context.context?.read("build.gradle") ?? context.context?.read("build.gradle.kts");
  if (text !== undefined && (!/springframework\.boot/.test(text) || /enabled\s*(?:=\s*)?false/.test(text)))
    return false;
  return commandsOf(context).some(
    ({ name, args }) =>
      /^gradlew?$/.test(name) && args.some(({ text: word }) => word === "build" || word === "assemble"),
  );
}
