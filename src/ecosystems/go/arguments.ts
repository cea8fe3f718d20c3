import { evidence, likely } from "../../project/facts.ts";
import type { Evidence, Fact, Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import { webProcess } from "../platforms.ts";
import { commandWords } from "../procfile.ts";
import { sources } from "../sources.ts";

/** Names of the command that runs a server, the likeliest first. */
const serving = ["serve", "server", "start", "run", "web", "api", "daemon"];

interface Declared {
  /** The program's name, or the folder of its package. */
  readonly program: string;
  readonly words: readonly string[];
  readonly evidence: Evidence;
}

/** What the Procfile starts for the web: `bin/shop serve`, or `go run ./cmd/shop serve`. */
function declaredWeb(project: Project): Declared | undefined {
  const web = webProcess(project);
  const words = web === undefined ? undefined : commandWords(web.command, undefined);
  const [first = "", ...rest] = words ?? [];
  if (web === undefined || first === "") return undefined;
  if (first !== "go")
    return { program: first.split("/").at(-1) ?? first, words: rest, evidence: web.evidence };
  if (rest[0] !== "run") return undefined;
  const files = rest.slice(1).filter((word, index) => index === 0 || word.endsWith(".go"));
  const folder = (files[0] ?? ".").replace(/^\.\//, "").replace(/\/?[^/]*\.go$/, "");
  return { program: folder, words: rest.slice(1 + files.length), evidence: web.evidence };
}

/** The name or the folder of the program that the Procfile starts for the web. */
export function procfileProgram(project: Project): string | undefined {
  return declaredWeb(project)?.program;
}

/**
 * What a server's program is called with: the words a Procfile has behind it, or the command that serves where the
 * program does nothing without one (cobra, urfave/cli, go-flags, kong). Undefined when it starts by itself.
 */
export function serverArguments(project: Project): Fact<readonly string[]> | undefined {
  const web = declaredWeb(project);
  if (web !== undefined)
    return web.words.length > 0 ? likely(web.words, "the Procfile's", web.evidence) : undefined;
  const files = sources(project, [".go"]);
  const commands = files.flatMap((file) =>
    commandsOf(project.read(file) ?? "").map((one) => ({ ...one, file })),
  );
  if (commands.some(({ root, runs }) => root && runs)) return undefined;
  const tags = files.flatMap((file) =>
    taggedCommands(project.read(file) ?? "").map((name) => ({ name, usage: name, file })),
  );
  for (const wanted of serving) {
    const command =
      commands.find(({ name, root, runs }) => name === wanted && runs && !root) ??
      tags.find(({ name }) => name === wanted);
    if (command)
      return likely<readonly string[]>(
        [wanted],
        `the program's command that serves${/ [<[]/.test(command.usage) ? `; it may want more: ${clean(command.usage, 60)}` : ""}`,
        evidence(project, command.file, new RegExp(`["\`]${wanted}\\b`)),
      );
  }
  return undefined;
}

interface Command {
  readonly name: string;
  readonly usage: string;
  /** The program itself, not one of its commands. */
  readonly root: boolean;
  /** Does something of its own. */
  readonly runs: boolean;
}

/** The commands that a file declares for cobra and urfave/cli. */
function commandsOf(body: string): readonly Command[] {
  return [...body.matchAll(/\b(cobra|cli)\.(Command|App)\{/g)].flatMap((match) => {
    const { own, all } = fields(body, match.index + match[0].length);
    const usage = /\b(?:Use|Name):\s*"([^"]+)"/.exec(own)?.[1] ?? "";
    return [
      {
        name: usage.split(" ")[0] ?? "",
        usage,
        root:
          match[2] === "App" ||
          /\bCommands:/.test(own) ||
          /(?:root|Root)\w*\s*:?=\s*&?\s*$/.test(body.slice(0, match.index)) ||
          /func \w*[rR]oot\w*\([^{]*\{\s*(?:return|\w+\s*:?=)\s*&?\s*$/.test(body.slice(0, match.index)),
        runs: /\b(?:Run|RunE|Action):/.test(own) && !/\.(?:Help|Usage)\(\)/.test(all),
      },
    ];
  });
}

/** The fields of a struct literal that begins at `start`: without what its own braces hold, and with all of it. */
function fields(body: string, start: number): { readonly own: string; readonly all: string } {
  let depth = 1;
  let own = "";
  let at = start;
  for (; at < body.length && depth > 0; at++) {
    const char = body[at] ?? "";
    if (char === "{") depth++;
    else if (char === "}") depth--;
    if (depth === 1) own += char;
  }
  return { own, all: body.slice(start, at) };
}

/** Commands that are declared by the tag of a struct's field (go-flags and kong), or by a switch over the arguments. */
function taggedCommands(body: string): readonly string[] {
  const goFlags = [...body.matchAll(/`[^`\n]*\bcommand:"(\w+)"[^`\n]*`/g)].map((match) => match[1] ?? "");
  const kong = [...body.matchAll(/^\s*(\w+)\s+[\w.*]+\s+`[^`\n]*\bcmd:"[^`\n]*`/gm)].map((match) =>
    (match[1] ?? "").toLowerCase(),
  );
  const switched = /\bos\.Args\b|\bflag\.Args\(\)/.test(body)
    ? [...body.matchAll(/^\s*case "(serve|server)":/gm)].map((match) => match[1] ?? "")
    : [];
  return [...goFlags, ...kong, ...switched];
}
