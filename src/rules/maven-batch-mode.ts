import { commandsOf, hasFlag } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** mvn with colours and progress for people. */
export const rule: Rule = {
  meta: {
    name: "maven-batch-mode",
    summary: "Maven runs in its interactive mode.",
    why: "Without -B Maven may ask, and it writes a progress line for every block of every download: thousands of lines in which the error is lost.",
    severity: "style",
    category: "maintainability",
    fixable: "safe",
    aliases: {},
    source: "https://maven.apache.org/ref/current/maven-embedder/cli.html",
    bad: {
      dockerfile: "FROM maven:3.9-eclipse-temurin-25 AS build\nWORKDIR /src\nRUN mvn dependency:go-offline\n",
    },
    good: {
      dockerfile:
        "FROM maven:3.9-eclipse-temurin-25 AS build\nWORKDIR /src\nRUN mvn -B dependency:go-offline\n",
    },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (command.name !== "mvn" && command.name !== "mvnw") continue;
      if (command.args.every(({ text }) => text.startsWith("-v") || text === "--version")) continue;
      if (hasFlag(command, "--batch-mode", "--no-transfer-progress", "--quiet")) continue;
      if (command.args.some(({ text }) => /^-(?:B|q|ntp)$|^-[a-zA-Z]*B/.test(text))) continue;
      const { env } = context.stateBefore(command.run);
      if (/-B\b|--batch-mode|-ntp/.test(`${env.get("MAVEN_CLI_OPTS") ?? ""} ${env.get("MAVEN_ARGS") ?? ""}`))
        continue;
      if (command.args.some(({ text }) => text.startsWith("$"))) continue;
      yield {
        range: command.program.range,
        message: `${command.name} writes its progress into the log: add -B`,
        fix: {
          title: "add -B",
          edits: [insert(command.program.range.end, command.json ? '", "-B' : " -B")],
          safe: true,
        },
      };
    }
  },
};
