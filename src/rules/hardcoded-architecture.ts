import type { Range } from "../dockerfile/types.ts";
import { commandsOf } from "./shared/commands.ts";
import type { Rule, RuleContext } from "./types.ts";

const triple =
  /^(?:--target=)?(?:x86_64|i686|aarch64|armv7)-[\w-]+-linux-[\w-]+$|^(?:--target=)?(?:x86_64|aarch64)-unknown-linux-\w+$/;

/** A build for one architecture, whatever the image is for. */
export const rule: Rule = {
  meta: {
    name: "hardcoded-architecture",
    summary: "The build is for a fixed architecture.",
    why: "The image of an arm64 machine then holds an amd64 program, which does not start: 'exec format error'. Build for the machine the stage runs on, or take the architecture from TARGETARCH.",
    severity: "info",
    category: "maintainability",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/building/multi-platform/#cross-compilation",
    bad: { dockerfile: "FROM golang:1.27\nCOPY . .\nRUN GOOS=linux GOARCH=amd64 go build -o /app .\n" },
    good: {
      dockerfile:
        "FROM golang:1.27\nARG TARGETARCH\nCOPY . .\nRUN GOOS=linux GOARCH=$TARGETARCH go build -o /app .\n",
    },
  },
  *check(context) {
    const { file } = context;
    const found = [...places(context)];
    if (found.length === 0) return;
    // A stage for one platform says so, and a script that chooses knows both.
    if (/TARGETARCH|TARGETPLATFORM|uname|dpkg --print-architecture/.test(file.text)) return;
    // Programs for several architectures in one image are its purpose.
    if (new Set(found.map(({ what }) => what.replace(/^--target=/, ""))).size > 1) return;
    for (const { range, what } of found) {
      yield {
        range,
        message: `${what.slice(0, 60)} builds for one architecture: the image does not run on another`,
      };
    }
  },
};

function* places(context: RuleContext): Iterable<{ range: Range; what: string }> {
  for (const { instruction, stage } of context.instructions("ENV", "ARG")) {
    if (!stage || stage.from?.platform !== undefined) continue;
    for (const { name, value, nameRange, valueRange } of instruction.assignments) {
      if (
        (name === "GOARCH" && instruction.keyword === "ENV" && value !== undefined && !value.includes("$")) ||
        (name === "CARGO_BUILD_TARGET" && value !== undefined && triple.test(value))
      )
        yield {
          range: { start: nameRange.start, end: (valueRange ?? nameRange).end },
          what: `${name}=${value}`,
        };
    }
  }
  for (const { name, args, assignments, stage, range, shell } of commandsOf(context)) {
    if (stage.from?.platform !== undefined) continue;
    const arch = name === "go" ? assignments.get("GOARCH") : undefined;
    if (arch !== undefined && !arch.includes("$")) {
      const assignment = shell.assignments.find((each) => each.name === "GOARCH");
      yield { range: assignment?.range ?? range, what: `GOARCH=${arch}` };
    }
    if (name !== "cargo" && name !== "cross") continue;
    const word = args.find(
      ({ text }, index) =>
        triple.test(text) && (text.startsWith("--") || args[index - 1]?.text === "--target"),
    );
    if (word) yield { range: word.range, what: word.text };
  }
}
