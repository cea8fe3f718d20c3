import type { MountPlan, Step } from "../../plan/types.ts";
import { manifestSteps } from "../manifests.ts";
import { shellWord } from "../shell-word.ts";
import type { NodeFacts } from "./facts.ts";

/** What an install step is for: what runs in production, or everything a build needs. */
export type Purpose = "production" | "all";

/** The steps that install dependencies with the project's package manager. */
export function installSteps(facts: NodeFacts, purpose: Purpose): readonly Step[] {
  const manager = facts.packageManager.value;
  const late = facts.installNeedsSource.value;
  return [
    ...(facts.buildPackages.value.length > 0
      ? [
          {
            kind: "packages",
            manager: "apt",
            names: facts.buildPackages.value,
            why:
              facts.gitDependencies === undefined
                ? "Compilers and headers for native addons; they stay in this stage."
                : "What fetches dependencies from git, and compilers where native addons need them; they stay in this stage.",
          } satisfies Step,
        ]
      : []),
    ...toolSteps(facts),
    ...(manager === "yarn-berry" && facts.plugAndPlay.value
      ? [
          {
            kind: "env",
            values: [["YARN_ENABLE_GLOBAL_CACHE", "false"]],
            why: "Plug'n'Play runs from the project's own cache.",
          } satisfies Step,
        ]
      : []),
    ...(facts.buildEnvironment.value.length > 0
      ? [{ kind: "env", values: facts.buildEnvironment.value, why: "" } satisfies Step]
      : []),
    { kind: "workdir", path: "/app", why: "" },
    ...manifestSteps(facts.manifests.value, facts.manifestFolders.value),
    {
      kind: "run",
      role: "install",
      commands: [withToken(facts, `${installCommand(facts, purpose)}${late ? withoutScripts(facts) : ""}`)],
      mounts: installMounts(facts),
      why: "",
    },
  ];
}

/** The steps after the sources are there: the install scripts that were held back because they read them. */
export function scriptSteps(facts: NodeFacts): readonly Step[] {
  if (!facts.installNeedsSource.value) return [];
  const commands = {
    npm: ["npm rebuild", "npm run --if-present postinstall", "npm run --if-present prepare"],
    pnpm: ["pnpm rebuild --recursive", "pnpm run --if-present postinstall", "pnpm run --if-present prepare"],
    yarn: ["npm rebuild", "npm run --if-present postinstall", "npm run --if-present prepare"],
    "yarn-berry": ["yarn install --immutable"],
    bun: [installCommand(facts, "all")],
  } as const;
  return [
    {
      kind: "run",
      role: "install",
      commands: commands[facts.packageManager.value].map((command) => withToken(facts, command)),
      mounts: installMounts(facts),
      why: "Install scripts that read the sources run now; the packages themselves are in the layer above.",
    },
  ];
}

function withoutScripts(facts: NodeFacts): string {
  return facts.packageManager.value === "yarn-berry" ? " --mode=skip-build" : " --ignore-scripts";
}

/** The command, by manager, lock file and purpose. */
function installCommand(facts: NodeFacts, purpose: Purpose): string {
  const locked = facts.lockfile !== undefined;
  const production = purpose === "production";
  switch (facts.packageManager.value) {
    case "npm":
      return `npm ${locked ? "ci" : "install"}${production ? " --omit=dev" : ""}`;
    case "pnpm":
      return `pnpm install${locked ? " --frozen-lockfile" : ""}${production ? " --prod" : ""}`;
    case "yarn":
      return `yarn install${locked ? " --frozen-lockfile" : ""}${production ? " --production" : ""}`;
    case "yarn-berry":
      return production && focuses(facts)
        ? "yarn workspaces focus --all --production"
        : `yarn install${locked ? " --immutable" : ""}`;
    case "bun":
      return `bun install${locked ? " --frozen-lockfile" : ""}${production ? " --production" : ""}`;
  }
}

/** Reduces an installed tree to what runs in production; undefined where the manager cannot. */
export function pruneCommand(facts: NodeFacts): string | undefined {
  switch (facts.packageManager.value) {
    case "npm":
      return "npm prune --omit=dev";
    case "pnpm":
      return facts.workspaceName ? undefined : "pnpm prune --prod --ignore-scripts";
    case "yarn":
      return "yarn install --frozen-lockfile --production --ignore-scripts --prefer-offline";
    case "yarn-berry":
      return focuses(facts) ? "yarn workspaces focus --all --production" : undefined;
    case "bun":
      return "rm -rf node_modules && bun install --frozen-lockfile --production --ignore-scripts";
  }
}

/** `yarn workspaces focus` is built in since Yarn 4. */
function focuses(facts: NodeFacts): boolean {
  return Number(/^(\d+)/.exec(facts.managerVersion?.value ?? "4")?.[1] ?? 4) >= 4;
}

/**
 * A command with the registry token in its environment, read from the mounted file: `env=` of a secret mount would say
 * it shorter, but engines before BuildKit 0.16 refuse it.
 */
export function withToken(facts: NodeFacts, command: string): string {
  const token = facts.registryToken?.value;
  return token === undefined ? command : `${token}="$(cat /run/secrets/${token})" ${command}`;
}

/** Cache and secret mounts of an install. */
export function installMounts(facts: NodeFacts): readonly MountPlan[] {
  const caches = {
    npm: "/root/.npm",
    pnpm: "/root/.local/share/pnpm/store",
    yarn: "/usr/local/share/.cache/yarn",
    "yarn-berry": "/root/.yarn/berry/cache",
    bun: "/root/.bun/install/cache",
  } as const;
  const manager = facts.packageManager.value;
  const token = facts.registryToken?.value;
  return [
    ...(manager === "yarn-berry" && facts.plugAndPlay.value
      ? []
      : [
          {
            type: "cache",
            target: caches[manager],
            ...(manager === "yarn" ? { sharing: "locked" as const } : {}),
          } satisfies MountPlan,
        ]),
    ...(token === undefined ? [] : [{ type: "secret", id: token, required: true } satisfies MountPlan]),
    ...(facts.gitDependencies?.value === "ssh" ? [{ type: "ssh" } satisfies MountPlan] : []),
  ];
}

/** Installs the package manager itself where the image has none of the wanted version. Corepack left Node.js with 25. */
function toolSteps(facts: NodeFacts): readonly Step[] {
  const version = facts.managerVersion?.value;
  const install = (name: string, why = ""): readonly Step[] => [
    {
      kind: "run",
      role: "tool",
      commands: [`npm install --global ${name}`],
      mounts: [{ type: "cache", target: "/root/.npm" }],
      why,
    },
  ];
  switch (facts.packageManager.value) {
    case "pnpm":
      return [
        { kind: "env", values: [["CI", "true"]], why: "pnpm asks questions unless it runs in CI." },
        ...install(
          `pnpm@${shellWord(version ?? "10")}`,
          Number.parseInt(version ?? "10", 10) < 10
            ? "dockwright ignore=outdated-package-manager # the project's lock file or package.json asks for this pnpm"
            : "",
        ),
      ];
    case "yarn":
      // Images of Node.js 24 and older carry Yarn 1.
      return Number(facts.version.value) >= 26 ? install(`yarn@${shellWord(version ?? "1.22.22")}`) : [];
    case "yarn-berry":
      return facts.manifests.value.includes(".yarn/releases")
        ? []
        : install(`--force @yarnpkg/cli-dist@${shellWord(version ?? "4")}`);
    default:
      return [];
  }
}
