import { imageFacts } from "../data/images.ts";
import { commandsOf } from "./shared/commands.ts";
import { finalStage, rootImage, stageChain } from "./shared/stages.ts";
import { userPart } from "./shared/users.ts";
import type { Rule } from "./types.ts";

/** USER by a name nobody created. */
export const rule: Rule = {
  meta: {
    name: "user-unknown",
    summary: "USER names an account that neither the base image nor the stage creates.",
    why: "The container does not start: 'unable to find user'. An account made in the builder stage is not in the final one; create it there, copy /etc/passwd, or give a number, which needs no account.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#user",
    bad: {
      dockerfile:
        'FROM golang:1.27 AS builder\nRUN useradd app\nFROM debian:trixie-slim\nCOPY --from=builder /bin/true /app\nUSER app\nCMD ["/app"]\n',
    },
    good: {
      dockerfile:
        'FROM golang:1.27 AS builder\nRUN true\nFROM debian:trixie-slim\nRUN useradd --uid 10001 app\nCOPY --from=builder /bin/true /app\nUSER app\nCMD ["/app"]\n',
    },
  },
  *check(context) {
    const { file } = context;
    const final = finalStage(file);
    const user = final && context.stateAt(final).user;
    if (final === undefined || user === undefined) return;
    const name = userPart(user.value);
    if (name === "" || /^\d+$/.test(name) || name.includes("$") || name === "root" || name === "nobody")
      return;
    const image = rootImage(file, final);
    const facts = image === undefined ? undefined : imageFacts(image);
    const scratch = stageChain(file, final).at(-1)?.base?.kind === "scratch";
    // Of an image we do not know well, the accounts are not known either.
    if (!scratch && (facts === undefined || facts.family === "unknown")) return;
    if (facts?.users.some((one) => one.name === name)) return;
    const chain = stageChain(file, final);
    const made = commandsOf(context).some(
      ({ stage, name: program, args, shell }) =>
        chain.includes(stage) &&
        (/user|group|chpasswd|install|apt|apk|dnf|yum/.test(program) ||
          args.some(({ text }) => text.includes(name)) ||
          shell.redirects.length > 0),
    );
    const copied = context.graph.copies.some(
      ({ stage, instruction }) =>
        chain.includes(stage) &&
        instruction.sources.some(({ text }) => /passwd|^\/etc\/?$|^\/$|rootfs/.test(text)),
    );
    if (made || copied) return;
    yield {
      range: user.instruction.range,
      message: `no account ${name} exists in the final stage: create it there, or use a number`,
    };
  },
};
