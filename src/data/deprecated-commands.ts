import facts from "../../reference/data/deprecated-commands.json" with { type: "json" };
import { packageManagers } from "./package-managers.ts";

/** A command line that is deprecated or gone. */
export interface DeprecatedCommand {
  /** The programs it is typed with: `npm`; several names where there are. */
  readonly programs: readonly string[];
  /** Words that follow one another after the program, flags between them left out: `["export"]`. */
  readonly words: readonly string[];
  /** A flag that makes it the deprecated one. */
  readonly flag?: string;
  /** As written by people: `npm --only=production`. */
  readonly title: string;
  readonly replacement: string;
  /** "npm 7", "Poetry 1.2": the version from which it holds. */
  readonly since: string;
  readonly effect: string;
  /** Facts' name of the package manager; undefined for other programs. */
  readonly manager?: string;
}

const programs: Readonly<Record<string, readonly string[]>> = {
  "yarn-classic": ["yarn", "yarnpkg"],
  "yarn-berry": ["yarn", "yarnpkg"],
  pip: ["pip", "pip3"],
  apt: ["apt-get", "apt"],
};

function fromManager(
  manager: string,
  { flag, ...rest }: { flag: string; replacement: string; since: string; effect: string },
): DeprecatedCommand {
  const names = programs[manager] ?? [manager];
  const parts = flag.split(" ");
  const last = parts.at(-1);
  const dashed = last?.startsWith("-") ? last : undefined;
  const plain = dashed === undefined ? parts : parts.slice(0, -1);
  const named = plain[0] !== undefined && names.includes(plain[0]) ? plain.slice(1) : plain;
  // `apt-key` is a program of its own.
  const own = plain.length > 0 && named.length === plain.length && dashed === undefined;
  return {
    programs: own ? named.slice(0, 1) : names,
    words: own ? named.slice(1) : named,
    ...(dashed === undefined ? {} : { flag: dashed }),
    title: own || plain.length > named.length ? flag : `${names[0] ?? manager} ${flag}`,
    manager,
    ...rest,
  };
}

/** All of them: those of the package managers, and other programs'. */
export const deprecatedCommands: readonly DeprecatedCommand[] = [
  ...packageManagers.flatMap(({ name, deprecated }) => deprecated.map((each) => fromManager(name, each))),
  ...facts.commands,
];
