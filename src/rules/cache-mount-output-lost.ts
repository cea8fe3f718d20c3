import type { Mount, Range, RunInstruction, Stage } from "../dockerfile/types.ts";
import { commandsOfRun } from "./shared/commands.ts";
import type { Rule, RuleContext } from "./types.ts";

/** A file that is used later and lies in a cache mount. */
export const rule: Rule = {
  meta: {
    name: "cache-mount-output-lost",
    summary: "A later instruction takes a file from a folder that was a cache mount.",
    why: "What a RUN writes into a cache mount is not part of the layer: the folder is empty for every instruction after it. Copy what is needed to another place in that same RUN.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#run---mounttypecache",
    bad: {
      dockerfile:
        "FROM rust:1.91-slim AS build\nWORKDIR /app\nCOPY . .\nRUN --mount=type=cache,target=/app/target cargo build --release\nFROM debian:13-slim\nCOPY --from=build /app/target/release/app /usr/local/bin/app\n",
    },
    good: {
      dockerfile:
        "FROM rust:1.91-slim AS build\nWORKDIR /app\nCOPY . .\nRUN --mount=type=cache,target=/app/target cargo build --release && cp target/release/app /usr/local/bin/app\nFROM debian:13-slim\nCOPY --from=build /usr/local/bin/app /usr/local/bin/app\n",
    },
  },
  *check(context) {
    const { file } = context;
    for (const stage of file.stages) {
      const mounts = cacheMountsOf(context, stage);
      if (mounts.length === 0) continue;
      for (const { path, range } of usesOf(context, stage)) {
        const lost = mounts.findLast(
          ({ target, run }) => path.startsWith(`${target}/`) && run.range.start < range.start,
        );
        if (!lost || isFilledOtherwise(context, stage, lost)) continue;
        yield {
          range,
          message: `${path.slice(0, 80)} lies in the cache mount of line ${file.lineAt(lost.run.range.start)} and is not in the image: copy it out in that RUN`,
          related: [lost.mount.flag.range],
        };
      }
    }
  },
};

interface CacheMount {
  readonly mount: Mount;
  readonly run: RunInstruction;
  readonly target: string;
}

function cacheMountsOf(context: RuleContext, stage: Stage): readonly CacheMount[] {
  return stage.instructions.flatMap((instruction) =>
    instruction.keyword === "RUN"
      ? instruction.mounts.flatMap((mount) => {
          if (mount.type !== "cache" || mount.target === undefined) return [];
          const workdir = context.stateBefore(instruction).workdir?.value ?? "/";
          return [{ mount, run: instruction, target: absolute(mount.target, workdir) }];
        })
      : [],
  );
}

/** Paths of the stage that something uses: COPY --from=<stage>, RUN --mount=from=<stage>, CMD and ENTRYPOINT. */
function* usesOf(context: RuleContext, stage: Stage): Iterable<{ path: string; range: Range }> {
  for (const { instruction } of context.instructions("COPY")) {
    const from = instruction.from?.toLowerCase();
    if (from === undefined || (from !== stage.name && from !== String(stage.index))) continue;
    for (const { text, range } of instruction.sources) yield { path: absolute(text, "/"), range };
  }
  for (const instruction of stage.instructions) {
    if (instruction.keyword !== "CMD" && instruction.keyword !== "ENTRYPOINT") continue;
    if (instruction.command.form !== "exec") continue;
    const [program] = instruction.command.words;
    if (!program?.text.includes("/")) continue;
    const workdir = context.stateBefore(instruction).workdir?.value ?? "/";
    yield { path: absolute(program.text, workdir), range: program.range };
  }
}

/** True when the stage puts files into the folder by another way. */
function isFilledOtherwise(context: RuleContext, stage: Stage, { target, run }: CacheMount): boolean {
  return stage.instructions.some((instruction) => {
    if (instruction.range.start <= run.range.start) return false;
    if (instruction.keyword === "COPY") {
      const workdir = context.stateBefore(instruction).workdir?.value ?? "/";
      return absolute(instruction.destination?.text ?? "", workdir).startsWith(target);
    }
    if (instruction.keyword !== "RUN") return false;
    // A later RUN without the mount may build again.
    return (
      !instruction.mounts.some(({ target: other }) => other !== undefined) &&
      commandsOfRun(context, instruction).some(({ name }) =>
        /^(?:cargo|make|go|mvn|mvnw|gradle|gradlew|npm|yarn|pnpm|cp|mv|ln)$/.test(name),
      )
    );
  });
}

function absolute(path: string, workdir: string): string {
  const joined = path.startsWith("/") ? path : `${workdir}/${path}`;
  const parts: string[] = [];
  for (const part of joined.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}
