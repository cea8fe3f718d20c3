import { posix } from "node:path";
import { secretName } from "../../../data/secrets.ts";
import { expandWord, variablesIn } from "../../../dockerfile/expand.ts";
import { parsePort } from "../../../dockerfile/ports.ts";
import type {
  Assignment,
  AssignmentInstruction,
  CommandInstruction,
  CopyInstruction,
  Instruction,
  RunInstruction,
  Word,
} from "../../../dockerfile/types.ts";
import { commandWords } from "../../../ecosystems/procfile.ts";
import { barePackage, isBuildTool } from "../../../rules/shared/build-tools.ts";
import { isRoot } from "../../../rules/shared/users.ts";
import type { RuleContext } from "../../../rules/types.ts";
import type { Author, AuthorCopy, Misread, Setting } from "./author.ts";
import { readBase } from "./base.ts";
import { noWork, takeRun, type Work } from "./commands.ts";
import { readHealthcheck } from "./healthcheck.ts";

interface Draft {
  readonly env: Setting[];
  readonly args: Setting[];
  readonly labels: (readonly [string, string])[];
  readonly ports: number[];
  readonly copies: AuthorCopy[];
  readonly work: Work;
  readonly workdirs: Set<string>;
  user?: string;
  uvImage?: string;
  stopsignal?: string;
  healthcheck?: NonNullable<Author["healthcheck"]>;
  entrypoint: readonly string[];
  command: readonly string[];
}

/**
 * Reads a single-stage Dockerfile as decisions. Every instruction has to be understood: one whose effect would be
 * lost in a rewritten file gives its line and the reason instead.
 */
export function readAuthor(context: RuleContext): Author | Misread {
  const { file } = context;
  const [stage] = file.stages;
  const from = stage?.from;
  if (!stage || !from || file.stages.length !== 1) return { line: 1, reason: "is not a single stage" };
  const lineOf = (instruction: Instruction): number => file.lineAt(instruction.range.start);
  const directive = file.directives.find(
    ({ name, value }) => name !== "syntax" || !/^docker\/dockerfile:1(?:\.\d+)*$/.test(value),
  );
  if (directive) {
    return {
      line: file.lineAt(directive.range.start),
      reason: `the directive ${directive.name} would be lost`,
    };
  }
  const based = readBase(file, from);
  if (typeof based === "string") return { line: lineOf(from), reason: based };
  const draft: Draft = {
    env: [],
    args: [],
    labels: [],
    ports: [],
    copies: [],
    work: noWork(),
    workdirs: new Set(),
    entrypoint: [],
    command: [],
  };
  const globalArgs: Setting[] = [];
  for (const instruction of file.globalArgs) {
    const reason = takeSettings(instruction, globalArgs, false);
    if (reason !== undefined) return { line: lineOf(instruction), reason };
  }
  const lastWork = Math.max(
    0,
    ...context.runs.filter((one) => works(context, one.run)).map(({ run }) => run.index),
  );
  for (const instruction of stage.instructions) {
    const reason = take(context, instruction, draft, instruction.index < lastWork);
    if (reason !== undefined) return { line: lineOf(instruction), reason };
  }
  const [workdir, another] = draft.workdirs;
  if (workdir === undefined || workdir === "/" || another !== undefined || !/^\/[\w./-]+$/.test(workdir)) {
    return {
      line: lineOf(from),
      reason: another ? "there are several working directories" : "no WORKDIR is set",
    };
  }
  if (draft.entrypoint.length + draft.command.length === 0)
    return { line: lineOf(from), reason: "no CMD or ENTRYPOINT says what runs" };
  const packages = packagesOf(draft.work);
  if (typeof packages === "string") return { line: lineOf(from), reason: packages };
  const user = userOf(draft);
  if (typeof user === "string") return { line: lineOf(from), reason: user };
  return {
    image: based.image,
    base: based.base,
    ...(from.name ? { name: from.name.text } : {}),
    globalArgs,
    args: draft.args,
    env: draft.env,
    labels: draft.labels,
    ports: draft.ports,
    workdir: posix.resolve(workdir),
    ...packages,
    copies: draft.copies,
    installs: draft.work.installs,
    builds: draft.work.builds,
    tools: draft.work.tools,
    ...(draft.uvImage === undefined ? {} : { uvImage: draft.uvImage }),
    ...(user === undefined ? {} : { user }),
    ...(draft.stopsignal === undefined ? {} : { stopsignal: draft.stopsignal }),
    ...(draft.healthcheck === undefined ? {} : { healthcheck: draft.healthcheck }),
    entrypoint: draft.entrypoint,
    command: draft.command,
    header: file.comments
      .filter(({ range }) => range.start < (file.instructions[0]?.range.start ?? 0))
      .map(({ text }) => text),
  };
}

/** True for a RUN that does more than prepare the system. */
function works(context: RuleContext, run: RunInstruction): boolean {
  const work = noWork();
  takeRun(context, run, work);
  return work.installs.length + work.builds.length > 0;
}

function take(
  context: RuleContext,
  instruction: Instruction,
  draft: Draft,
  early: boolean,
): string | undefined {
  if (instruction.heredocs.length > 0 && instruction.keyword !== "RUN") return "a heredoc is not understood";
  switch (instruction.keyword) {
    case "FROM":
      return undefined;
    case "ARG":
      return takeSettings(instruction, draft.args, early);
    case "ENV":
      return takeSettings(instruction, draft.env, early);
    case "LABEL": {
      for (const { name, value, rawValue } of instruction.assignments) {
        if (rawValue?.includes("$")) return `the label ${name} is put together from variables`;
        draft.labels.push([name, value ?? ""]);
      }
      return undefined;
    }
    case "MAINTAINER":
      draft.labels.push(["org.opencontainers.image.authors", instruction.value?.text ?? ""]);
      return undefined;
    case "EXPOSE":
      for (const word of instruction.values) {
        const port = parsePort(expanded(context, instruction, word) ?? "");
        if (port?.protocol !== "tcp" || port.start !== port.end || port.host !== undefined)
          return `port ${word.text} is not a plain TCP port`;
        draft.ports.push(port.start);
      }
      return undefined;
    case "WORKDIR": {
      const folder = instruction.value && expanded(context, instruction, instruction.value);
      if (folder === undefined) return "the working directory is not known";
      draft.workdirs.add(posix.resolve(context.stateBefore(instruction).workdir?.value ?? "/", folder));
      return undefined;
    }
    case "USER": {
      const user = instruction.value && expanded(context, instruction, instruction.value);
      if (user === undefined) return "the account is not known";
      draft.user = user;
      return undefined;
    }
    case "STOPSIGNAL":
      if (!/^[\w+-]+$/.test(instruction.value?.text ?? "")) return "the signal is not known";
      draft.stopsignal = instruction.value?.text ?? "";
      return undefined;
    case "SHELL":
      return /^(?:\/bin\/)?(?:ba)?sh$/.test(instruction.shell[0] ?? "")
        ? undefined
        : "the shell is none that the plan's commands run in";
    case "HEALTHCHECK": {
      const check = readHealthcheck(instruction);
      if (check === undefined) return "the health check is not understood";
      draft.healthcheck = check;
      return undefined;
    }
    case "COPY":
    case "ADD":
      return takeCopy(context, instruction, draft, early);
    case "CMD":
    case "ENTRYPOINT":
      return takeCommand(context, instruction, draft);
    case "RUN":
      return takeRun(context, instruction, draft.work);
    case "VOLUME":
      return "a volume belongs to root, the plan's account could not write to it";
    case "ONBUILD":
    case "UNKNOWN":
      return `${instruction.raw} is not understood`;
  }
}

/** The word's value; undefined where a --build-arg may change it, which a fixed value would lose. */
function expanded(context: RuleContext, instruction: Instruction, word: Word): string | undefined {
  const { variables, args } = context.stateBefore(instruction);
  const { file } = context;
  if (variablesIn(word.raw, file.escape).some(({ name }) => args.has(name))) return undefined;
  const { value, complete } = expandWord(word.raw, variables, file.escape);
  return complete ? value : undefined;
}

function takeSettings(
  { keyword, assignments }: AssignmentInstruction,
  settings: Setting[],
  early: boolean,
): string | undefined {
  for (const { name, value, rawValue } of assignments) {
    if (!/^[\w.-]+$/.test(name)) return `the name ${name} is not understood`;
    if (secretName(name)) return `${keyword} ${name} looks like a secret`;
    if (rawValue !== undefined && unclear(rawValue)) return `the value of ${name} is not understood`;
    if (keyword === "ARG" && value !== undefined && !/^[\w./:@%+,=-]*$/.test(value))
      return `the default of ${name} is not understood`;
    // A value sees what earlier instructions set, not what stands beside it.
    const beside = assignments.find(
      (other) =>
        other.name !== name &&
        /^\w+$/.test(other.name) &&
        new RegExp(`\\$\\{?${other.name}\\b`).test(rawValue ?? ""),
    );
    if (beside) return `${name} holds ${beside.name} as it was before this line`;
    if (name !== "PATH" && settings.some((other) => other.name === name)) return `${name} is set twice`;
    if (name === "PATH" && !/^(?:(?:\$PATH|\$\{PATH\}|\/[\w./-]+\/(?:\.bin|bin)):?)+$/.test(value ?? ""))
      return "what PATH holds is not understood";
    settings.push({ name, early, ...(value === undefined ? {} : { value }) });
  }
  return undefined;
}

/** A dollar that does not begin a variable any more once quotes are gone. */
function unclear(raw: Assignment["rawValue"] & string): boolean {
  return /\\\$|'[^']*\$[^']*'/.test(raw) || /\$\{[^}]*[^\w}][^}]*\}/.test(raw);
}

const archive = /\.(?:tar|tgz|tbz2?|txz|tar\.\w+)$|^[a-z]+:\/\/|^git@/i;

function takeCopy(
  context: RuleContext,
  instruction: CopyInstruction,
  draft: Draft,
  early: boolean,
): string | undefined {
  const { keyword, from, sources, destination, flags } = instruction;
  if (from !== undefined) {
    if (!/(?:^|\/)astral-sh\/uv(?:[:@]|$)/.test(from)) return `${keyword} --from=${from} is not understood`;
    draft.uvImage = from;
    return undefined;
  }
  const odd = flags.find(({ name }) => name !== "chown" && name !== "link");
  if (odd) return `${keyword} --${odd.name} would be lost`;
  const to = destination && expanded(context, instruction, destination);
  const words = sources.map((word) => expanded(context, instruction, word));
  const paths = words.filter((word) => word !== undefined);
  if (to === undefined || paths.length !== words.length || paths.length === 0)
    return `what ${keyword} copies is not known`;
  if (keyword === "ADD" && paths.some((path) => archive.test(path))) return "ADD fetches or unpacks";
  const workdir = context.stateBefore(instruction).workdir?.value ?? "/";
  const { chown } = instruction;
  draft.copies.push({
    sources: paths,
    to,
    target: posix.resolve(workdir, to),
    early,
    ...(chown === undefined ? {} : { chown }),
    instruction,
  });
  return undefined;
}

function takeCommand(
  context: RuleContext,
  instruction: CommandInstruction,
  draft: Draft,
): string | undefined {
  const { command, keyword } = instruction;
  const { shell } = context.stateBefore(instruction);
  const words =
    command.form === "exec"
      ? command.words.map(({ text }) => text)
      : shell === undefined
        ? (commandWords(command.text, undefined) ?? ["/bin/sh", "-c", execText(command.text)])
        : undefined;
  if (words === undefined || words.length === 0) return `what ${keyword} starts is not understood`;
  if (keyword === "CMD") draft.command = words;
  else {
    if (command.form === "shell") draft.command = [];
    draft.entrypoint = words;
  }
  return undefined;
}

/** The shell gives its place to the program, so that the program gets the signals. */
function execText(text: string): string {
  return /^exec\b|[;&|]/.test(text) ? text : `exec ${text}`;
}

/** What stays in the image and what only builds; a string when Debian's and Alpine's are mixed. */
function packagesOf({ packages, removed }: Work): Pick<Author, "packages" | "buildPackages"> | string {
  const managers = new Set(packages.map(({ manager }) => manager));
  if (managers.size > 1) return "two package managers install system packages";
  const stays: string[] = [];
  const builds: string[] = [];
  for (const { names, group } of packages) {
    const gone = group !== undefined && removed.has(group);
    for (const name of names) {
      const bare = barePackage(name);
      (gone || removed.has(bare) || isBuildTool(name) || isSource(bare) ? builds : stays).push(name);
    }
  }
  return { packages: { manager: managers.has("apk") ? "apk" : "apt", names: stays }, buildPackages: builds };
}

/** Headers, and what fetches sources. */
function isSource(name: string): boolean {
  return /-dev$/.test(name) || name === "git";
}

/** Accounts that the base images bring. */
const ofBase = /^(?:node|nobody|www-data|daemon)$/;

function userOf({ user, work }: Draft): Author["user"] | string {
  const [name, group] = user?.split(":") ?? [];
  if (name === undefined || isRoot(name)) return undefined;
  if (!ofBase.test(name) && !/^\d+$/.test(name) && !work.accounts.has(name))
    return `the account ${name} is not made in this file`;
  const uid = /^\d+$/.test(name) ? Number(name) : work.accounts.get(name);
  // The base image's own accounts have no rights that the plan's has not.
  if (uid === undefined || uid < 1000 || uid >= 65_534) return undefined;
  if (group !== undefined && /^\d+$/.test(group) && Number(group) < 1000)
    return `the group ${group} is one of the image's own, the plan makes its account a group`;
  return { uid, gid: group !== undefined && /^\d+$/.test(group) ? Number(group) : uid };
}
