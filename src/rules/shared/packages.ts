import { rememberLast } from "../../dockerfile/remember.ts";
import type { ShellWord } from "../../dockerfile/shell.ts";
import type { RuleContext } from "../types.ts";
import { type Command, commandsOf, hasFlag } from "./commands.ts";

/** The package managers whose command lines are taken apart. */
export type Manager =
  | "apt-get"
  | "apt"
  | "aptitude"
  | "apk"
  | "yum"
  | "dnf"
  | "microdnf"
  | "tdnf"
  | "zypper"
  | "pip"
  | "npm"
  | "yarn"
  | "pnpm"
  | "gem"
  | "go"
  | "cargo"
  | "poetry"
  | "uv"
  | "composer"
  | "bundle";

/** One call of a package manager: `apt-get -y install curl=8.14` and its parts. */
export interface PackageCall {
  readonly command: Command;
  readonly manager: Manager;
  /** `install`, `add`, `ci`, `groupinstall` (of `group install` too); empty when there is none (`yarn` alone). */
  readonly verb: string;
  readonly verbWord?: ShellWord;
  /** Words after the verb that are neither flags nor values of flags. */
  readonly operands: readonly ShellWord[];
}

/** Flags that take the next word as their value. */
const withValue: Readonly<Partial<Record<Manager, ReadonlySet<string>>>> = {
  "apt-get": new Set(["-o", "--option", "-c", "--config-file", "-t", "--target-release", "--default-release", "-a", "--host-architecture", "-P", "--build-profiles"]),
  apt: new Set(["-o", "--option", "-c", "--config-file", "-t", "--target-release", "--default-release"]),
  aptitude: new Set(["-o", "-t", "--target-release"]),
  apk: new Set(["-X", "--repository", "-p", "--root", "-t", "--virtual", "--arch", "--keys-dir", "--repositories-file", "--wait", "--cache-dir", "--cache-max-age", "--progress-fd"]),
  yum: new Set(["-c", "--config", "-R", "-x", "--exclude", "-d", "-e", "--disablerepo", "--enablerepo", "--setopt", "--installroot", "--releasever"]),
  dnf: new Set(["-c", "--config", "-R", "-x", "--exclude", "-d", "-e", "--disablerepo", "--enablerepo", "--setopt", "--installroot", "--releasever", "--repo", "--repoid", "--forcearch"]),
  microdnf: new Set(["--setopt", "--disablerepo", "--enablerepo", "--installroot", "--releasever"]),
  zypper: new Set(["-R", "--root", "-D", "--reposd-dir", "-c", "--config", "-r", "--repo", "--from", "-t", "--type", "-p", "--plus-repo"]),
  pip: new Set(["-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-t", "--target", "--prefix", "--root", "--src", "--platform", "--python-version", "--implementation", "--abi", "--no-binary", "--only-binary", "--progress-bar", "--trusted-host", "--proxy", "--retries", "--timeout", "--exists-action", "--cert", "--client-cert", "--cache-dir", "--log", "--upgrade-strategy", "--global-option", "--install-option", "--config-settings", "-C", "--python", "--report", "--root-user-action", "--keyring-provider", "--use-feature", "--group"]),
  npm: new Set(["--prefix", "-C", "--registry", "--cache", "--loglevel", "--tag", "--workspace", "-w", "--userconfig", "--omit", "--include", "--fetch-timeout"]),
  yarn: new Set(["--cwd", "--cache-folder", "--modules-folder", "--registry", "--network-timeout", "--network-concurrency", "--mutex"]),
  pnpm: new Set(["-C", "--dir", "--filter", "-F", "--registry", "--store-dir", "--reporter"]),
  gem: new Set(["-v", "--version", "-i", "--install-dir", "-n", "--bindir", "-s", "--source", "-P", "--trust-policy", "-p", "--http-proxy", "--platform", "--build-root"]),
  go: new Set(["-C", "-tags", "-ldflags", "-gcflags", "-asmflags", "-mod", "-modfile", "-o", "-p", "-overlay", "-pkgdir", "-toolexec", "-buildmode", "-compiler", "-gccgoflags", "-installsuffix", "-exec"]),
}; // biome-ignore format: a table

const names: Readonly<Record<string, Manager>> = {
  "apt-get": "apt-get", apt: "apt", aptitude: "aptitude", apk: "apk", yum: "yum", dnf: "dnf", dnf5: "dnf",
  microdnf: "microdnf", tdnf: "tdnf", zypper: "zypper", npm: "npm", yarn: "yarn", yarnpkg: "yarn", pnpm: "pnpm",
  gem: "gem", go: "go", cargo: "cargo", poetry: "poetry", uv: "uv", composer: "composer", bundle: "bundle", bundler: "bundle",
}; // biome-ignore format: a table

const pipName = /^pip-?[\d.]*$/;
const pythonName = /^(?:python|pypy)[\d.]*$/;

/** Managers whose `group install` and `groupinstall` are the same. */
const withGroups: ReadonlySet<Manager> = new Set(["yum", "dnf", "microdnf", "tdnf"]);

const allCalls = rememberLast(
  (context: RuleContext) => context.runs,
  (context): readonly PackageCall[] =>
    commandsOf(context).flatMap((command) => {
      const call = callOf(command);
      return call ? [call] : [];
    }),
);

const callsByManager = rememberLast(
  (context: RuleContext) => context.runs,
  (context): ReadonlyMap<Manager, readonly PackageCall[]> => {
    const index = new Map<Manager, PackageCall[]>();
    for (const call of allCalls(context)) {
      const list = index.get(call.manager);
      if (list) list.push(call);
      else index.set(call.manager, [call]);
    }
    return index;
  },
);

/** Every call of a package manager in the RUNs of the file, in order; with names, only those managers'. */
export function packageCalls(context: RuleContext, ...managers: readonly Manager[]): readonly PackageCall[] {
  const [first, ...others] = managers;
  if (first !== undefined && others.length === 0) return callsByManager(context).get(first) ?? [];
  const calls = allCalls(context);
  return managers.length === 0 ? calls : calls.filter(({ manager }) => managers.includes(manager));
}

function callOf(command: Command): PackageCall | undefined {
  const known = Object.hasOwn(names, command.name) ? names[command.name] : undefined;
  if (known !== undefined) return split(command, known, command.args);
  if (pipName.test(command.name)) return split(command, "pip", command.args);
  // Only Python has `-m pip`, whatever variable holds its name.
  if (pythonName.test(command.name) || command.args[0]?.text === "-m") {
    const at = command.args.findIndex(({ text }) => text === "-m");
    const module = command.args[at + 1]?.text;
    if (at >= 0 && module !== undefined && pipName.test(module)) {
      return split(command, "pip", command.args.slice(at + 2));
    }
  }
  return undefined;
}

function split(command: Command, manager: Manager, args: readonly ShellWord[]): PackageCall {
  const values = withValue[manager];
  const operands: ShellWord[] = [];
  let verbWord: ShellWord | undefined;
  for (let index = 0; index < args.length; index++) {
    const word = args[index];
    if (!word) break;
    const { text } = word;
    if (text.length > 1 && text.startsWith("-")) {
      if (values?.has(text)) index++;
      continue;
    }
    if (verbWord) operands.push(word);
    else verbWord = word;
  }
  const [subcommand, ...rest] = operands;
  if (subcommand && verbWord && withGroups.has(manager) && /^groups?$/.test(verbWord.text)) {
    const verb = `group${subcommand.text}`;
    return { command, manager, verb, operands: rest, verbWord: subcommand };
  }
  return { command, manager, verb: verbWord?.text ?? "", operands, ...(verbWord ? { verbWord } : {}) };
}

/** True when the call takes yes for an answer: -y, --yes, --assume-yes, -qq, -q -q, -q=2. */
export function assumesYes(call: PackageCall): boolean {
  const { command } = call;
  if (hasFlag(command, "-y", "--yes", "--assume-yes", "--assumeyes")) return true;
  const quiet = command.args.reduce((count, { text }) => {
    if (/^(?:-q|--quiet)=\d$/.test(text)) return count + Number(text.at(-1));
    if (text === "--quiet") return count + 1;
    return /^-[a-zA-Z]+$/.test(text) ? count + text.split("q").length - 1 : count;
  }, 0);
  return quiet >= 2;
}
