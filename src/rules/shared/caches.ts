import { cacheTargets } from "../../data/package-managers.ts";
import type { Mount } from "../../dockerfile/types.ts";
import type { RuleContext } from "../types.ts";
import { type Command, findFlag } from "./commands.ts";
import { baseFacts } from "./images.ts";
import { type PackageCall, packageCalls } from "./packages.ts";
import { isRoot, userPart } from "./users.ts";

/** Names of the facts for a manager as it is typed. */
const factNames: Readonly<Partial<Record<PackageCall["manager"], readonly string[]>>> = {
  npm: ["npm"], yarn: ["yarn-classic", "yarn-berry"], pnpm: ["pnpm"], pip: ["pip"], poetry: ["poetry"], uv: ["uv"], go: ["go"],
}; // biome-ignore format: a table

/** Verbs that fill the cache. */
const fetching = /^(?:install|i|ci|clean-install|add|sync|pip|fetch|download|build|mod|get|run|)$/;

/** Variables and flags that move a manager's cache. */
const moved: Readonly<Partial<Record<PackageCall["manager"], { variables: readonly string[]; flags: readonly string[] }>>> = {
  npm: { variables: ["npm_config_cache", "NPM_CONFIG_CACHE"], flags: ["--cache"] },
  yarn: { variables: ["YARN_CACHE_FOLDER", "YARN_GLOBAL_FOLDER"], flags: ["--cache-folder"] },
  pnpm: { variables: ["PNPM_HOME", "npm_config_store_dir", "XDG_DATA_HOME"], flags: ["--store-dir"] },
  pip: { variables: ["PIP_CACHE_DIR", "XDG_CACHE_HOME"], flags: ["--cache-dir"] },
  poetry: { variables: ["POETRY_CACHE_DIR", "XDG_CACHE_HOME"], flags: [] },
  uv: { variables: ["UV_CACHE_DIR", "XDG_CACHE_HOME"], flags: ["--cache-dir"] },
  go: { variables: ["GOPATH", "GOMODCACHE", "GOCACHE", "XDG_CACHE_HOME"], flags: [] },
}; // biome-ignore format: a table

/** A call whose downloads go to folders we know, and those folders. */
export interface CachedCall {
  readonly call: PackageCall;
  readonly targets: readonly string[];
}

/** The calls of package managers in RUNs with a cache mount, where their caches lie for the user that runs them. */
export function* cachedCalls(context: RuleContext): Iterable<CachedCall> {
  for (const call of packageCalls(context)) {
    const { command, manager } = call;
    const names = factNames[manager];
    if (!names || !fetching.test(call.verb) || !command.run.mounts.some(({ type }) => type === "cache"))
      continue;
    const home = homeOf(context, command);
    if (home === undefined || isMoved(context, command, manager)) continue;
    const targets = names.flatMap((name) => cacheTargets(name, home).map(({ target }) => target));
    // Yarn keeps root's packages beside the programs, other users' at home.
    if (manager === "yarn") targets.push(`${home}/.cache/yarn`, "/usr/local/share/.cache");
    yield { call, targets };
  }
}

/** True when a mount holds a folder: at it, above it or below it. */
export function holds(mount: Mount, folder: string): boolean {
  const target = mount.target?.replace(/\/+$/, "");
  if (target === undefined) return false;
  return target === folder || folder.startsWith(`${target}/`) || target.startsWith(`${folder}/`);
}

/** The home folder of the user that runs a command; undefined when it is not known. */
export function homeOf(context: RuleContext, command: Command): string | undefined {
  const { env, user } = context.stateBefore(command.run);
  const home = command.assignments.get("HOME") ?? env.get("HOME");
  if (home !== undefined) return home.startsWith("/") ? home.replace(/\/+$/, "") : undefined;
  const facts = baseFacts(context.file, command.stage);
  if (!user) return facts && (facts.defaultUser?.home ?? "/root");
  if (isRoot(user.value)) return "/root";
  const name = userPart(user.value);
  const known = facts?.users.find((each) => each.name === name || String(each.uid) === name);
  return known?.home ?? (/^[a-z_][\w-]*$/.test(name) ? `/home/${name}` : undefined);
}

function isMoved(context: RuleContext, command: Command, manager: PackageCall["manager"]): boolean {
  const { variables = [], flags = [] } = moved[manager] ?? {};
  const { env, args } = context.stateBefore(command.run);
  if (variables.some((name) => env.has(name) || args.has(name) || command.assignments.has(name))) return true;
  if (flags.length > 0 && findFlag(command, ...flags)) return true;
  // `npm config set cache …`, `pnpm config set store-dir …`, `export PIP_CACHE_DIR=…`
  return packageCalls(context, manager).some(
    ({ verb, operands }) => verb === "config" && operands[0]?.text === "set",
  );
}
