import type { Stage } from "../dockerfile/types.ts";
import { type Command, hasFlag } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import { type PackageCall, packageCalls } from "./shared/packages.ts";
import { stageChain } from "./shared/stages.ts";
import type { Rule, RuleContext } from "./types.ts";

interface Lock {
  readonly files: readonly string[];
  /** The verbs that read the lock file. */
  readonly verbs: RegExp;
  /** What makes them stop when it is out of date. */
  readonly enforced: readonly string[];
  readonly flag: string;
}

const locks: Readonly<Partial<Record<PackageCall["manager"], Lock>>> = {
  uv: { files: ["uv.lock"], verbs: /^sync$/, enforced: ["--locked", "--check"], flag: "--locked" },
  cargo: { files: ["Cargo.lock"], verbs: /^(?:build|b|fetch|install)$/, enforced: ["--locked", "--frozen"], flag: "--locked" },
  pnpm: { files: ["pnpm-lock.yaml"], verbs: /^(?:install|i)$/, enforced: ["--frozen-lockfile", "--offline", "--no-frozen-lockfile"], flag: "--frozen-lockfile" },
}; // biome-ignore format: a table

/** An install that may write the lock file anew. */
export const rule: Rule = {
  meta: {
    name: "lockfile-not-enforced",
    summary: "The lock file is copied, but the install step may change it.",
    why: "Without the flag the tool resolves anew when the lock file does not fit the manifest, and the image holds versions nobody tested. With it the build stops and says so. uv's --frozen does not look at the manifest at all: --locked does.",
    severity: "info",
    category: "reproducibility",
    fixable: "unsafe",
    aliases: {},
    source: "https://doc.rust-lang.org/cargo/commands/cargo-build.html#option-cargo-build---locked",
    bad: {
      dockerfile:
        "FROM rust:1.98\nWORKDIR /src\nCOPY Cargo.toml Cargo.lock ./\nCOPY src src\nRUN cargo build --release\n",
    },
    good: {
      dockerfile:
        "FROM rust:1.98\nWORKDIR /src\nCOPY Cargo.toml Cargo.lock ./\nCOPY src src\nRUN cargo build --locked --release\n",
    },
  },
  *check(context) {
    for (const { command, manager, verb, verbWord, operands } of packageCalls(context)) {
      const lock = locks[manager];
      if (!lock || !verbWord || !lock.verbs.test(verb) || command.run.onbuild || command.json) continue;
      if (hasFlag(command, ...lock.enforced) || isEnforced(context, command)) continue;
      if (manager === "cargo" && verb === "install" && !hasFlag(command, "--path")) continue;
      if (manager === "pnpm" && operands.length > 0) continue;
      if (!isCopied(context, command, lock.files)) continue;
      const frozen = manager === "uv" && hasFlag(command, "--frozen");
      yield {
        range: verbWord.range,
        message: frozen
          ? "uv sync --frozen does not check uv.lock against pyproject.toml: --locked does"
          : `${manager} ${verb} may resolve versions anew: add ${lock.flag}`,
        ...(frozen
          ? {}
          : {
              fix: {
                title: `add ${lock.flag}`,
                edits: [insert(verbWord.range.end, ` ${lock.flag}`)],
                safe: false,
              },
            }),
      };
    }
  },
};

function isEnforced(context: RuleContext, { run, assignments, args }: Command): boolean {
  const { env } = context.stateBefore(run);
  if (args.some(({ text }) => text === "-Zbuild-std")) return true;
  return ["UV_LOCKED", "UV_FROZEN", "CI", "CARGO_NET_OFFLINE"].some(
    (name) => env.has(name) || assignments.has(name),
  );
}

/** The lock file is named by a COPY above, or lies in a build context that is copied whole. */
function isCopied(context: RuleContext, { stage, range }: Command, files: readonly string[]): boolean {
  const chain: readonly Stage[] = stageChain(context.file, stage);
  return chain.some((link) =>
    link.instructions.some((instruction) => {
      if (
        instruction.keyword !== "COPY" ||
        instruction.from !== undefined ||
        instruction.range.start > range.start
      )
        return false;
      return instruction.sources.some(({ text }) =>
        files.some(
          (file) =>
            text === file ||
            text === `./${file}` ||
            (/^\.\/?$/.test(text) && context.context?.included(file) === true),
        ),
      );
    }),
  );
}
