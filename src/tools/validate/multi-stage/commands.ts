import { posix } from "node:path";
import type { RunInstruction } from "../../../dockerfile/types.ts";
import { type Command, commandsOfRun, hasFlag, operandsOf } from "../../../rules/shared/commands.ts";
import { dependencyStep, isBuild } from "../../../rules/shared/dependencies.ts";
import { packageCalls } from "../../../rules/shared/packages.ts";
import type { RuleContext } from "../../../rules/types.ts";
import { clean } from "../../../security/untrusted.ts";

/** What the RUNs of a file do, gathered. */
export interface Work {
  readonly installs: Command[];
  readonly builds: Command[];
  /** System packages in order. */
  readonly packages: {
    readonly manager: "apt" | "apk";
    readonly names: readonly string[];
    readonly group?: string;
  }[];
  /** Installers that pip installs, with their version: `poetry==2.1.0`. */
  readonly tools: string[];
  /** Packages and groups that are removed again. */
  readonly removed: Set<string>;
  /** Accounts that are made, with their number. */
  readonly accounts: Map<string, number | undefined>;
}

/** Nothing gathered yet. */
export function noWork(): Work {
  return { installs: [], builds: [], packages: [], tools: [], removed: new Set(), accounts: new Map() };
}

/** Takes one RUN apart; a string says which of its commands is not understood. */
export function takeRun(context: RuleContext, run: RunInstruction, work: Work): string | undefined {
  const script = context.script(run);
  const commands = commandsOfRun(context, run);
  if (!script || script.errors.length > 0 || script.commands.length !== commands.length)
    return "the shell script is not understood";
  if (run.flags.some(({ name }) => name !== "mount") || run.mounts.some(({ type }) => type !== "cache"))
    return "a RUN with mounts or flags of its own is not understood";
  for (const command of commands) {
    const { shell } = command;
    const plain =
      !shell.pipeline &&
      !shell.negated &&
      !shell.background &&
      !shell.inSubstitution &&
      shell.blocks.length === 0 &&
      shell.redirects.length === 0 &&
      shell.before !== "||" &&
      shell.after !== "||" &&
      command.wrappers.length === 0 &&
      (command.name === "rm" || !shell.words.some(({ expanded }) => expanded));
    const reason = plain ? take(context, command, work) : "is not understood";
    if (reason !== undefined) return `"${commandText(context, command)}" ${reason}`;
  }
  return undefined;
}

/** The command as written, on one line. */
export function commandText(context: RuleContext, { range }: Command): string {
  const text = context.file.text.slice(range.start, range.end).replace(/\\\r?\n\s*/g, "");
  return clean(text, 60);
}

const unknown = "is not understood";

/** Files that only an installation leaves behind. */
const leftovers =
  /^(?:\/var\/lib\/apt\/lists(?:\/\*|\/)?|\/var\/cache\/a(?:pt|pk)(?:\/.*)?|\/root\/\.(?:cache|npm)(?:\/.*)?|~\/\.(?:cache|npm)(?:\/.*)?|\/tmp\/\*|\/var\/tmp\/\*|\/usr\/local\/share\/\.cache(?:\/.*)?)$/;

function take(context: RuleContext, command: Command, work: Work): string | undefined {
  const [first = "", ...others] = operandsOf(command).map(({ text }) => text);
  const goSettings = [...command.assignments].every(
    ([name, value]) =>
      command.name === "go" &&
      ((name === "CGO_ENABLED" && value === "0") || (name === "GOOS" && value === "linux")),
  );
  if (!goSettings && !(command.assignments.size === 1 && command.assignments.has("DEBIAN_FRONTEND")))
    return "sets variables for one command";
  switch (command.name) {
    case "apt-get":
    case "apt":
    case "apk":
      return takePackages(context, command, work);
    case "rm":
      return command.args.every(({ text }) => text.startsWith("-") || leftovers.test(text))
        ? undefined
        : unknown;
    case "set":
      return command.args.every(({ text }) => /^(?:[-+][euxo]+|pipefail)$/.test(text)) ? undefined : unknown;
    case "mkdir":
    case "chown":
      return takeFolder(context, command);
    case "groupadd":
    case "addgroup":
      return undefined;
    case "useradd":
    case "adduser":
      return takeAccount(command, work);
    case "corepack":
      return first === "enable" || first === "prepare" ? undefined : unknown;
    case "poetry":
      if (first === "config") return others[0]?.startsWith("virtualenvs.") ? undefined : unknown;
      break;
    case "npm":
    case "yarn":
    case "pnpm":
      if (first === "cache" && others[0] === "clean") return undefined;
      if (first === "prune") return undefined;
      if (hasFlag(command, "-g", "--global"))
        return /^(?:install|i|add)$/.test(first) &&
          others.every((name) => /^(?:npm|pnpm|yarn|corepack)(?:@|$)/.test(name))
          ? undefined
          : "installs a program beside the project's dependencies";
      break;
    case "python":
    case "python3":
      if (command.args[0]?.text === "-m" && command.args[1]?.text === "venv") return undefined;
      break;
    case "go":
      if (first === "mod" && others[0] === "verify") return undefined;
      break;
  }
  if (dependencyStep(command)?.explicit) work.installs.push(command);
  else if (isBuild(command) || /^(?:prisma|npx)$/.test(command.name) || isCollect(command))
    work.builds.push(command);
  else return takePip(context, command, work);
  return undefined;
}

function isCollect(command: Command): boolean {
  return /^python3?$/.test(command.name) && command.args.some(({ text }) => text === "collectstatic");
}

/** Programs that pip installs to install with; the plan brings the one it needs. */
const installers = /^(?:pip|setuptools|wheel|poetry|pipenv|uv|pdm|virtualenv)(?:[=~<>!].*)?$/;

function takePip(context: RuleContext, command: Command, work: Work): string | undefined {
  const call = packageCalls(context, "pip").find((one) => one.command.range.start === command.range.start);
  if (call?.verb !== "install") return unknown;
  const names = call.operands.map(({ text }) => text);
  if (names.length > 0 && names.every((name) => installers.test(name))) {
    work.tools.push(...names.filter((name) => /^\w+==[\w.]+$/.test(name)));
    return undefined;
  }
  work.installs.push(command);
  return undefined;
}

const packageFlags =
  /^(?:-y|--yes|--assume-yes|-q|-qq|-yq|-qy|-yqq|-qqy|--quiet|--no-install-recommends|--no-install-suggests|--no-cache|--update|-U|--upgrade|--auto-remove|--purge|-f)$/;

function takePackages(context: RuleContext, command: Command, work: Work): string | undefined {
  const call = packageCalls(context, "apt-get", "apt", "apk").find(
    (one) => one.command.range.start === command.range.start,
  );
  if (!call) return unknown;
  const names = call.operands.map(({ text }) => text);
  const group = /^(?:--virtual|-t)$/;
  const at = command.args.findIndex(({ text }) => group.test(text));
  const named = command.args
    .find(({ text }) => text.startsWith("--virtual="))
    ?.text.slice("--virtual=".length);
  const virtual =
    call.manager === "apk" ? (named ?? (at < 0 ? undefined : command.args[at + 1]?.text)) : undefined;
  const odd = command.args.find(
    ({ text }, index) =>
      text.startsWith("-") &&
      !packageFlags.test(text) &&
      !(call.manager === "apk" && (index === at || text.startsWith("--virtual="))),
  );
  if (odd) return `has the option ${clean(odd.text, 40)}`;
  switch (call.verb) {
    case "update":
    case "clean":
    case "autoclean":
    case "autoremove":
      return undefined;
    case "install":
    case "add":
      if (names.some((name) => /[/:]/.test(name))) return "installs packages from files or other systems";
      work.packages.push({
        manager: call.manager === "apk" ? "apk" : "apt",
        names,
        ...(virtual === undefined ? {} : { group: virtual }),
      });
      return undefined;
    case "remove":
    case "purge":
    case "del":
      for (const name of names) work.removed.add(name);
      return undefined;
    default:
      return "changes what the base image has";
  }
}

/** Making or owning the application's folder is the plan's own work. */
function takeFolder(context: RuleContext, command: Command): string | undefined {
  // The folder is often made before WORKDIR names it.
  const workdir = context.stateAt(command.stage).workdir?.value;
  const operands = operandsOf(command).map(({ text }) => text);
  const folders = command.name === "chown" ? operands.slice(1) : operands;
  const own =
    workdir !== undefined &&
    folders.every((folder) => posix.resolve(workdir, folder) === posix.resolve(workdir));
  return own ? undefined : "changes folders beside the application's";
}

function takeAccount(command: Command, work: Work): string | undefined {
  const name = operandsOf(command).at(-1)?.text;
  const at = command.args.findIndex(({ text }) => /^(?:-u|--uid)$/.test(text));
  const inline = command.args.find(({ text }) => text.startsWith("--uid="))?.text.slice("--uid=".length);
  const number = Number(inline ?? (at < 0 ? Number.NaN : command.args[at + 1]?.text));
  if (name === undefined) return unknown;
  // The first name among the operands of `adduser -D app app` is the account.
  for (const { text } of operandsOf(command)) {
    if (/^[a-z_][\w-]*$/.test(text)) work.accounts.set(text, Number.isInteger(number) ? number : undefined);
  }
  return undefined;
}
