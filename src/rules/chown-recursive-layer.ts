import type { CopyInstruction } from "../dockerfile/types.ts";
import { type Command, commandsOf, hasFlag, operandsOf } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import { withoutCommand } from "./shared/run-edits.ts";
import type { Fix, Rule, RuleContext } from "./types.ts";

/** chown -R of what an earlier COPY brought. */
export const rule: Rule = {
  meta: {
    name: "chown-recursive-layer",
    summary: "chown -R or chmod -R in a RUN of its own stores copied files a second time.",
    why: "A layer holds whole files: changing the owner or mode of a file that an earlier layer holds writes it again, so the image grows by everything it touches. Say it where the files arrive: `COPY --chown=10001:10001` or `--chmod`.",
    severity: "info",
    category: "size",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",
    bad: {
      dockerfile:
        "FROM debian:trixie-slim\nWORKDIR /app\nCOPY . /app\nRUN chown -R 10001:10001 /app\nUSER 10001\n",
    },
    good: {
      dockerfile: "FROM debian:trixie-slim\nWORKDIR /app\nCOPY --chown=10001:10001 . /app\nUSER 10001\n",
    },
  },
  *check(context) {
    const copies = context.instructions("COPY", "ADD");
    for (const command of commandsOf(context)) {
      if ((command.name !== "chown" && command.name !== "chmod") || !hasFlag(command, "-R", "--recursive"))
        continue;
      const workdir = context.stateBefore(command.run).workdir?.value ?? "/";
      const [, ...targets] = operandsOf(command);
      const touched = targets.find((target) =>
        copies.some(({ instruction, stage }) => {
          if (stage !== command.stage || instruction.range.start > command.run.range.start) return false;
          const to = absolute(
            context.stateBefore(instruction).workdir?.value ?? "/",
            instruction.destination?.text ?? ".",
          );
          const root = absolute(workdir, target.text);
          return to === root || to.startsWith(root === "/" ? "/" : `${root}/`) || root.startsWith(`${to}/`);
        }),
      );
      if (touched === undefined) continue;
      const flag = command.name === "chown" ? "--chown" : "--chmod";
      yield {
        range: command.range,
        message: `${command.name} -R stores ${touched.text} a second time: use COPY ${flag} where it is copied`,
        ...(command.name === "chown" ? ownerFix(context, command, absolute(workdir, touched.text)) : {}),
      };
    }
  },
};

function absolute(workdir: string, path: string): string {
  const whole = path.startsWith("/") ? path : `${workdir}/${path}`;
  const parts: string[] = [];
  for (const part of whole.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Gives all files that are copied there to the owner, and takes chown out. */
function ownerFix(context: RuleContext, command: Command, root: string): { fix?: Fix } {
  const [owner, ...targets] = operandsOf(command);
  if (!owner || targets.length !== 1 || !/^[\w.-]+(?::[\w.-]*)?$/.test(owner.text) || root === "/") return {};
  const { instructions } = command.stage;
  const earlier = instructions.slice(0, instructions.indexOf(command.run));
  const copies = earlier.filter(
    (each): each is CopyInstruction => each.keyword === "COPY" && each.destination !== undefined,
  );
  const there = copies.filter((copy) => {
    const to = absolute(context.stateBefore(copy).workdir?.value ?? "/", copy.destination?.text ?? ".");
    return to === root || to.startsWith(`${root}/`);
  });
  const removed = withoutCommand(context, command);
  // What other steps put there stays root's; then chown is needed.
  const other = earlier.some(
    ({ keyword, range }, index) =>
      keyword === "ADD" ||
      (keyword === "RUN" && there[0] !== undefined && range.start > there[0].range.start && index > 0),
  );
  if (
    !removed ||
    there.length === 0 ||
    other ||
    there.some((copy) => copy.chown !== undefined || copy.onbuild)
  )
    return {};
  // The account must exist where the COPY names it.
  if (
    !/^\d+(?::\d+)?$/.test(owner.text) &&
    context.file.text.slice(command.run.range.start, command.range.start).includes("add")
  )
    return {};
  return {
    fix: {
      title: `use COPY --chown=${owner.text}`,
      edits: [...there.map((copy) => insert(copy.keywordRange.end, ` --chown=${owner.text}`)), removed],
      safe: false,
    },
  };
}
