import { type DeprecatedCommand, deprecatedCommands } from "../data/deprecated-commands.ts";
import { compareVersions } from "../data/version.ts";
import type { ShellWord } from "../dockerfile/shell.ts";
import { type Command, commandsOf } from "./shared/commands.ts";
import { replace } from "./shared/edits.ts";
import { baseFacts } from "./shared/images.ts";
import { usesBerry } from "./shared/yarn.ts";
import type { Fix, Rule, RuleContext } from "./types.ts";

const byProgram = new Map<string, DeprecatedCommand[]>();
for (const each of deprecatedCommands) {
  for (const program of each.programs) byProgram.set(program, [...(byProgram.get(program) ?? []), each]);
}

/** Commands and flags that are on their way out, or gone. */
export const rule: Rule = {
  meta: {
    name: "deprecated-command",
    summary: "A command or a flag is deprecated or gone.",
    why: "A flag that was removed ends the build with the next release of its program; a deprecated one warns until it does. The message names what to write today.",
    severity: "warning",
    category: "correctness",
    fixable: "safe",
    aliases: {},
    source: "https://docs.npmjs.com/cli/commands/npm-ci#omit",
    bad: {
      dockerfile: "FROM node:24-slim\nCOPY package.json package-lock.json ./\nRUN npm ci --only=production\n",
    },
    good: {
      dockerfile: "FROM node:24-slim\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev\n",
    },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      for (const known of byProgram.get(command.name) ?? []) {
        const word = match(command, known);
        if (!word || !applies(context, command, known)) continue;
        const gone = /^(?:removed|gone)/.test(known.effect);
        yield {
          range: word.range,
          message: `${known.title} is ${/^(?:removed|gone|deprecated)/.test(known.effect) ? known.effect : `deprecated (${known.effect})`} (${known.since}): use ${known.replacement}`,
          ...(gone ? { severity: "error" as const } : {}),
          ...flagFix(known, command, word),
        };
      }
    }
  },
};

/** The word that makes the command the deprecated one. */
function match({ args, program }: Command, { words, flag }: DeprecatedCommand): ShellWord | undefined {
  const plain = args.filter(({ text }) => !text.startsWith("-"));
  if (!words.every((word, index) => plain[index]?.text === word)) return undefined;
  if (flag === undefined) return plain[words.length - 1] ?? program;
  return args.find(({ text }) => text === flag || text === `${flag}=true`);
}

/** False where the Dockerfile itself names a version from before the change, or nothing says it is Yarn 2. */
function applies(context: RuleContext, command: Command, { manager, since }: DeprecatedCommand): boolean {
  if (manager === "yarn-berry") return usesBerry(context, command);
  const version = /\d+(?:\.\d+)*/.exec(since)?.[0];
  if (version === undefined || manager === undefined) return true;
  const used = manager === "npm" ? npmOf(context, command) : pinned(context, manager);
  return used === undefined || compareVersions(used, version) >= 0;
}

/** npm 7 came with Node.js 15. */
function npmOf(context: RuleContext, command: Command): string | undefined {
  const language = baseFacts(context.file, command.stage)?.language;
  const major = language?.name === "node" ? Number.parseInt(language.version ?? "", 10) : Number.NaN;
  return Number.isNaN(major) ? undefined : major < 15 ? "6" : "7";
}

/** The version of a tool that the file installs or names: `poetry==1.1.13`, `POETRY_VERSION=1.1.13`. */
function pinned(context: RuleContext, manager: string): string | undefined {
  const name = `${manager.toUpperCase()}_VERSION`;
  for (const { instruction } of context.instructions("ENV", "ARG")) {
    const value = instruction.assignments.find((assignment) => assignment.name === name)?.value;
    if (value && /^\d+(?:\.\d+)*$/.test(value)) return value;
  }
  for (const { args } of commandsOf(context)) {
    for (const { text } of args) {
      const version = text.startsWith(`${manager}==`) ? text.slice(manager.length + 2) : undefined;
      if (version && /^\d+(?:\.\d+)*$/.test(version)) return version;
    }
  }
  return undefined;
}

function flagFix(
  { flag, replacement, effect }: DeprecatedCommand,
  { json }: Command,
  word: ShellWord,
): { fix?: Fix } {
  // Two words are two strings there.
  if (json && replacement.includes(" ")) return {};
  if (flag === undefined || !/^--[\w-]+(?:=\S+|(?: \w+)?)$/.test(replacement)) return {};
  if (word.raw !== word.text && !word.raw.includes(word.text)) return {};
  return {
    fix: {
      title: `use ${replacement}`,
      edits: [replace(word.range, replacement)],
      safe: /alias|warns/.test(effect),
    },
  };
}
