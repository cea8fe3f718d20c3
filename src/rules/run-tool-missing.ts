import { hasProgram, type ImageFacts } from "../data/images.ts";
import { commandsOf } from "./shared/commands.ts";
import { baseFacts } from "./shared/images.ts";
import { packageCalls } from "./shared/packages.ts";
import { stageChain } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

/** Programs that come with a package of their own name, and hardly any other way. */
const tools = new Set([
  "git",
  "curl",
  "wget",
  "bash",
  "unzip",
  "make",
  "gcc",
  "g++",
  "xz",
  "jq",
  "gpg",
  "ssh",
]);

/** Images whose contents are known for sure, and the first major version that is so small. */
const images: Readonly<Record<string, number>> = {
  alpine: 0,
  debian: 0,
  ubuntu: 0,
  python: 0,
  golang: 0,
  rust: 0,
  node: 10,
};

/** RUN starts a program that the image does not have. */
export const rule: Rule = {
  meta: {
    name: "run-tool-missing",
    summary: "RUN uses a program that is not in the base image and that nothing installed before.",
    why: "Small images leave out git, curl, compilers and often bash. The build stops with 'not found'. Install the program in the same stage first, or take a base image that has it.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image",
    bad: { dockerfile: "FROM alpine:3.23\nRUN git clone https://example.com/app.git /src\n" },
    good: {
      dockerfile:
        "FROM alpine:3.23\nRUN apk add --no-cache git && git clone https://example.com/app.git /src\n",
    },
  },
  *check(context) {
    const { file } = context;
    const seen = new Set<string>();
    for (const command of commandsOf(context)) {
      const { name, program, stage, run, shell } = command;
      if (!tools.has(name) || program.text !== name || run.onbuild || seen.has(`${stage.index} ${name}`))
        continue;
      // A command whose failure is expected asks whether the program is there.
      if (shell.blocks.length > 0 || shell.before === "||" || shell.after === "||" || shell.negated) continue;
      const facts = baseFacts(file, stage);
      if (!facts || !isKnown(facts) || hasProgram(facts, name) !== false) continue;
      const chain = new Set(stageChain(file, stage));
      const { start } = command.range;
      const earlier = [...chain].some((link) =>
        link.instructions.some(
          ({ keyword, range }) =>
            (range.start < start && (keyword === "COPY" || keyword === "ADD")) ||
            (link !== stage && keyword === "RUN"),
        ),
      );
      const installed = packageCalls(context).some(
        ({ command: other, verb }) =>
          chain.has(other.stage) &&
          other.range.start < start &&
          /^(?:install|add|localinstall|groupinstall|build-dep)$/.test(verb),
      );
      if (earlier || installed) continue;
      seen.add(`${stage.index} ${name}`);
      yield {
        range: program.range,
        message: `${facts.name} has no ${name} and nothing before this line installs it: the build stops here`,
      };
    }
  },
};

function isKnown({ name, language }: ImageFacts): boolean {
  const first = Object.hasOwn(images, name) ? images[name] : undefined;
  if (first === undefined) return false;
  const major = Number.parseInt(language?.version ?? "", 10);
  return Number.isNaN(major) || major >= first;
}
