import { type Command, commandsOf } from "./shared/commands.ts";
import { isMounted } from "./shared/reach.ts";
import type { Rule, RuleContext } from "./types.ts";

/** Two builds of one project, of which only the second has the cache. */
export const rule: Rule = {
  meta: {
    name: "cache-mount-inconsistent",
    summary: "Dependencies are compiled in a step without the cache mount that the real build uses.",
    why: "The build that warms up the dependencies writes to the layer; the real one looks into the cache mount at the same path, which hides it. Everything is compiled twice. Give both the same mounts.",
    severity: "warning",
    category: "cache",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/cache/optimize/#use-cache-mounts",
    bad: {
      dockerfile:
        "FROM rust:1.98\nWORKDIR /app\nCOPY Cargo.toml Cargo.lock ./\nRUN mkdir src && echo 'fn main() {}' > src/main.rs && cargo build --locked --release\nCOPY src src\nRUN --mount=type=cache,target=/app/target cargo build --locked --release && cp target/release/app /app/app\n",
    },
    good: {
      dockerfile:
        "FROM rust:1.98\nWORKDIR /app\nCOPY Cargo.toml Cargo.lock ./\nCOPY src src\nRUN --mount=type=cache,target=/app/target cargo build --locked --release && cp target/release/app /app/app\n",
    },
  },
  *check(context) {
    const builds = commandsOf(context).filter(
      ({ name, args }) => name === "cargo" && args.some(({ text }) => text === "build"),
    );
    for (const [index, build] of builds.entries()) {
      const later = builds
        .slice(index + 1)
        .find(({ stage, run }) => stage === build.stage && run !== build.run);
      if (!later || hasTarget(context, build) || !hasTarget(context, later)) continue;
      yield {
        range: build.range,
        message: `what this step compiles is hidden by the cache mount of line ${context.file.lineAt(later.run.range.start)}: everything is compiled twice`,
        related: [later.range],
      };
    }
  },
};

/** True when the folder of compiled crates is a cache mount. */
function hasTarget(context: RuleContext, command: Command): boolean {
  const workdir = context.stateBefore(command.run).workdir?.value.replace(/\/+$/, "") ?? "";
  return isMounted(command, `${workdir}/target`);
}
