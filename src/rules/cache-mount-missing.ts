import { cacheTargets } from "../data/package-managers.ts";
import { homeOf } from "./shared/caches.ts";
import { type Command, commandsOf, hasFlag } from "./shared/commands.ts";
import { dependencyStep } from "./shared/dependencies.ts";
import { replace, textOf } from "./shared/edits.ts";
import { baseFacts } from "./shared/images.ts";
import { isWindows } from "./shared/stages.ts";
import type { Rule, RuleContext } from "./types.ts";

/** The facts of the manager a program belongs to. */
const managers: Readonly<Record<string, string>> = {
  npm: "npm", pnpm: "pnpm", bun: "bun", pip: "pip", pip3: "pip", python: "pip", python3: "pip", poetry: "poetry",
  uv: "uv", pdm: "pdm", pipenv: "pipenv", go: "go", cargo: "cargo", mvn: "maven", mvnw: "maven", gradle: "gradle",
  gradlew: "gradle",
}; // biome-ignore format: a table

/** Dependencies fetched without a cache mount. */
export const rule: Rule = {
  meta: {
    name: "cache-mount-missing",
    summary: "Dependencies are fetched without a cache mount.",
    why: "When a manifest changes, the layer is built again and everything is downloaded again. With RUN --mount=type=cache only what is new is, and the cache never gets into the image.",
    severity: "info",
    category: "cache",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.docker.com/build/cache/optimize/#use-cache-mounts",
    bad: {
      dockerfile: "FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\n",
    },
    good: {
      dockerfile:
        "FROM node:24-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci\n",
    },
  },
  *check(context) {
    const { file } = context;
    const seen = new Set<Command["run"]>();
    for (const command of commandsOf(context)) {
      const { run } = command;
      const manager = Object.hasOwn(managers, command.name) ? managers[command.name] : undefined;
      if (manager === undefined || seen.has(run) || run.onbuild || !dependencyStep(command)) continue;
      if (run.mounts.some(({ type }) => type === "cache") || avoidsCache(context, command)) continue;
      seen.add(run);
      const targets = targetsOf(context, command, manager);
      if (targets.length === 0) continue;
      const flags = targets.map((target) => `--mount=type=cache,target=${target}`);
      yield {
        range: command.range,
        message: `${manager} downloads everything again whenever this layer is built: RUN ${flags[0]}`,
        fix: {
          title: "mount the package manager's cache",
          // As a whole, so that no other repair of this RUN (a cleaning, --no-cache-dir) is made in the same go.
          edits: [
            replace(
              run.range,
              `${textOf(file, run.keywordRange)}${flags.map((flag) => ` ${flag}`).join("")}${textOf(file, { start: run.keywordRange.end, end: run.range.end })}`,
            ),
          ],
          safe: false,
        },
      };
    }
  },
};

/** True where the author has no cache on purpose, or one that lies elsewhere. */
function avoidsCache(context: RuleContext, command: Command): boolean {
  if (isWindows(context, command.stage)) return true;
  if (hasFlag(command, "--no-cache-dir", "--no-cache", "--cache", "--cache-dir", "--store-dir")) return true;
  const { env } = context.stateBefore(command.run);
  const moved =
    /^(?:PIP_NO_CACHE_DIR|PIP_CACHE_DIR|UV_NO_CACHE|UV_CACHE_DIR|POETRY_CACHE_DIR|npm_config_cache|NPM_CONFIG_CACHE|PNPM_HOME|GOCACHE|GOMODCACHE|GOPATH|GOFLAGS|CARGO_HOME|GRADLE_USER_HOME|MAVEN_OPTS|MAVEN_CONFIG|XDG_CACHE_HOME)$/;
  if ([...env.keys(), ...command.assignments.keys()].some((name) => moved.test(name))) return true;
  // A step that cleans the cache would empty the mount.
  return commandsOf(context).some(
    ({ run, name, args }) =>
      run === command.run && (name === "rm" || args.some(({ text }) => /^(?:clean|prune|purge)$/.test(text))),
  );
}

/** Folders that hold downloads; those of results depend on the project. */
function targetsOf(context: RuleContext, command: Command, manager: string): string[] {
  const home = homeOf(context, command);
  if (home === undefined) return [];
  const language = baseFacts(context.file, command.stage)?.language?.name;
  // The images of Go and Rust keep their caches where their own variables say.
  if ((manager === "go" && language !== "go") || (manager === "cargo" && language !== "rust")) return [];
  return cacheTargets(manager, home)
    .map(({ target }) => target)
    .filter((target) => !target.startsWith("/app/"));
}
