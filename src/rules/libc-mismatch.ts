import { imageFacts } from "../data/images.ts";
import type { Stage } from "../dockerfile/types.ts";
import { commandsOf } from "./shared/commands.ts";
import { rootImage } from "./shared/stages.ts";
import type { Rule, RuleContext } from "./types.ts";

/** Programs whose result carries machine code for the C library it was made on. */
const native = /^(?:npm|pnpm|yarn|bun|pip3?|uv|poetry|pdm|pipenv|cargo|gcc|g\+\+|cc|make|cmake)$/;

/** What one C library's stage builds, copied to another one's. */
export const rule: Rule = {
  meta: {
    name: "libc-mismatch",
    summary: "Files built on one C library (musl or glibc) are copied into a stage with the other.",
    why: "Native add-ons, wheels and dynamically linked programs name the loader of the C library they were built on. On the other one they fail to start with 'not found' or 'symbol not found'. Build and run on the same family: both Alpine, or both Debian (distroless is Debian), or link statically.",
    severity: "warning",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://wiki.musl-libc.org/functional-differences-from-glibc.html",
    bad: {
      dockerfile:
        'FROM node:24-alpine AS builder\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nFROM gcr.io/distroless/nodejs24-debian13:nonroot\nCOPY --from=builder /app /app\nUSER 65532\nCMD ["/app/index.js"]\n',
    },
    good: {
      dockerfile:
        'FROM node:24-slim AS builder\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nFROM gcr.io/distroless/nodejs24-debian13:nonroot\nCOPY --from=builder /app /app\nUSER 65532\nCMD ["/app/index.js"]\n',
    },
  },
  *check(context) {
    for (const { instruction, stage, from } of context.graph.copies) {
      if (from.kind !== "stage") continue;
      const there = libcOf(context, from.stage);
      const here = libcOf(context, stage);
      if (there === undefined || here === undefined || there === here) continue;
      const builder = commandsOf(context).find(
        ({ stage: at, name }) => at === from.stage && native.test(name),
      );
      if (builder === undefined || linksStatically(context, from.stage)) continue;
      const carries = instruction.sources.some(
        ({ text }) =>
          !/\.(?:css|html|json|txt|md|svg|png|crt|pem|conf)$|^\/etc\/|(?:^|\/)(?:dist|build|out|public|html|static)\/?$/.test(
            text,
          ),
      );
      if (!carries) continue;
      yield {
        range: instruction.range,
        message: `what ${builder.name} built on ${there} is copied to ${here}: native code will not load`,
      };
    }
  },
};

function libcOf(context: RuleContext, stage: Stage): "glibc" | "musl" | undefined {
  const image = rootImage(context.file, stage);
  const libc = image === undefined ? undefined : imageFacts(image)?.libc;
  return libc === "glibc" || libc === "musl" ? libc : undefined;
}

/** Rust's Alpine image links musl into the binary; a -static flag or musl target says the same. */
function linksStatically(context: RuleContext, stage: Stage): boolean {
  const image = rootImage(context.file, stage);
  if (image?.repository.endsWith("rust") && libcOf(context, stage) === "musl") return true;
  return commandsOf(context).some(
    ({ stage: at, args }) => at === stage && args.some(({ text }) => /-static\b|linux-musl/.test(text)),
  );
}
