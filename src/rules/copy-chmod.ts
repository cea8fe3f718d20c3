import { posix } from "node:path";
import type { CopyInstruction } from "../dockerfile/types.ts";
import { type Command, commandsOf } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import { withoutCommand } from "./shared/run-edits.ts";
import { isWindows } from "./shared/stages.ts";
import type { Fix, Rule, RuleContext } from "./types.ts";

/** chmod of a file that was just copied. */
export const rule: Rule = {
  meta: {
    name: "copy-chmod",
    summary: "A RUN changes the mode of a file that a COPY brought in.",
    why: "A layer cannot change an earlier one: chmod writes the whole file once more into a layer of its own. COPY --chmod sets the mode as the file is copied.",
    severity: "info",
    category: "size",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",
    bad: {
      dockerfile:
        'FROM debian:13-slim\nCOPY entrypoint.sh /entrypoint.sh\nRUN chmod 755 /entrypoint.sh\nUSER 10001\nENTRYPOINT ["/entrypoint.sh"]\n',
    },
    good: {
      dockerfile:
        'FROM debian:13-slim\nCOPY --chmod=755 entrypoint.sh /entrypoint.sh\nUSER 10001\nENTRYPOINT ["/entrypoint.sh"]\n',
    },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (command.name !== "chmod" || command.run.onbuild || isWindows(context, command.stage)) continue;
      const [mode, ...files] = command.args;
      if (!mode || files.length === 0 || !/^(?:0?[0-7]{3}|[ugoa]*\+r?x)$/.test(mode.text)) continue;
      if (files.some(({ expanded, text }) => expanded || text.startsWith("-"))) continue;
      const { workdir } = context.stateBefore(command.run);
      const base = workdir?.value ?? "/";
      const copies = files.map(({ text }) => copyOf(context, command, posix.resolve(base, text)));
      const [copy] = copies;
      if (!copy || copies.includes(undefined)) continue;
      yield {
        range: command.range,
        message: `chmod writes ${files[0]?.text.slice(0, 60)} a second time into a layer of its own: COPY --chmod=${octal(mode.text)}`,
        related: [copy.range],
        ...chmodFix(context, command, copy, octal(mode.text), copies.length),
      };
    }
  },
};

/** The COPY of the same stage that writes just this file. */
function copyOf(context: RuleContext, command: Command, file: string): CopyInstruction | undefined {
  return command.stage.instructions.findLast((instruction): instruction is CopyInstruction => {
    if (instruction.keyword !== "COPY" || instruction.range.start > command.run.range.start) return false;
    if (instruction.chmod !== undefined || !instruction.destination || instruction.heredocs.length > 0)
      return false;
    const [source] = instruction.sources;
    if (!source || /[$*?[]/.test(source.text + instruction.destination.text)) return false;
    const base = context.stateBefore(instruction).workdir?.value ?? "/";
    const to = posix.resolve(base, instruction.destination.text);
    const isFolder = /(?:\/|^\.)$/.test(instruction.destination.text);
    return isFolder
      ? instruction.sources.some(
          ({ text }) => isFile(context, instruction, text) && posix.join(to, posix.basename(text)) === file,
        )
      : instruction.sources.length === 1 && to === file && isFile(context, instruction, source.text);
  });
}

/** A file by its name, or by the build context where there is one. */
function isFile({ context }: RuleContext, { from }: CopyInstruction, source: string): boolean {
  if (source.endsWith("/") || source === ".") return false;
  const path = source.replace(/^(?:\.?\/)+/, "");
  if (from === undefined && context && context.files.length > 0 && context.has(path))
    return context.files.includes(path);
  return /\.\w{1,5}$|(?:^|[/._-])(?:entrypoint|entry|start|run|init|wait-for|healthcheck)[\w-]*$/.test(
    source,
  );
}

function octal(mode: string): string {
  return /^\d/.test(mode) ? mode : "755";
}

/** Where the COPY brings one file and the chmod stands alone or before &&. */
function chmodFix(
  context: RuleContext,
  command: Command,
  copy: CopyInstruction,
  mode: string,
  files: number,
): { fix?: Fix } {
  const { file } = context;
  if (files !== 1 || copy.sources.length !== 1 || command.run.command.form !== "shell") return {};
  const removed = withoutCommand(context, command);
  if (!removed) return {};
  const after = copy.keywordRange.end;
  if (file.text[after] !== " ") return {};
  return {
    fix: {
      title: `use COPY --chmod=${mode}`,
      edits: [insert(after, ` --chmod=${mode}`), removed],
      safe: false,
    },
  };
}
