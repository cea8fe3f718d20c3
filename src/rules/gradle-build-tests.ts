import { commandsOf, operandsOf } from "./shared/commands.ts";
import { replace } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** gradle build, which tests. */
export const rule: Rule = {
  meta: {
    name: "gradle-build-tests",
    summary: "gradle build also runs the tests and checks while the image is built.",
    why: "Tests belong where their reports are kept and their services run; in an image build they cost minutes and often need what is not there. `assemble` (or bootJar) makes the archive only.",
    severity: "info",
    category: "cache",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.gradle.org/current/userguide/base_plugin.html",
    bad: { dockerfile: "FROM gradle:9-jdk21\nCOPY . .\nRUN gradle build --no-daemon\n" },
    good: { dockerfile: "FROM gradle:9-jdk21\nCOPY . .\nRUN gradle assemble --no-daemon\n" },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (command.name !== "gradle" && command.name !== "gradlew") continue;
      const operands = operandsOf(command);
      const build = operands.find(({ text }) => text === "build");
      if (!build || operands.some(({ text }) => /^(?:test|check)$/.test(text))) continue;
      const skips = command.args.some(
        ({ text }, index) =>
          /^(?:-x|--exclude-task)$/.test(text) && /test|check/i.test(command.args[index + 1]?.text ?? ""),
      );
      if (
        skips ||
        command.args.some(({ text }) => /^-x\w*[tT]est|^-PskipTests|^-D?skip\.?[tT]ests|--dry-run/.test(text))
      )
        continue;
      yield {
        range: build.range,
        message: "build runs the tests too: assemble or bootJar makes the archive only",
        fix: { title: "use assemble", edits: [replace(build.range, "assemble")], safe: false },
      };
    }
  },
};
