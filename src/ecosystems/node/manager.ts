import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import { dig, text } from "../../project/project.ts";
import type { Evidence, Fact, Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import type { Parameters } from "../types.ts";
import { toolVersion } from "../versions.ts";
import type { NodeManager } from "./facts.ts";
import { stateOfLock } from "./lock-state.ts";
import { script, startScripts } from "./scripts.ts";

const lockfiles: readonly (readonly [file: string, manager: NodeManager])[] = [
  ["package-lock.json", "npm"], ["npm-shrinkwrap.json", "npm"], ["pnpm-lock.yaml", "pnpm"], ["yarn.lock", "yarn"],
  ["bun.lock", "bun"], ["bun.lockb", "bun"],
]; // biome-ignore format: a table

/** The package manager with its lock file, or the lock files that disagree. */
export type ManagerChoice =
  | { readonly kind: "one"; readonly manager: Fact<NodeManager>; readonly lockfile?: string }
  | {
      readonly kind: "conflict";
      readonly managers: readonly NodeManager[];
      readonly found: readonly Evidence[];
    };

/** Decides by parameter, by the packageManager field among lock files, then by the lock file. */
export function readManager(project: Project, parameters: Parameters): ManagerChoice {
  const manifest = project.json("package.json");
  const stated = text(dig(manifest, "packageManager"));
  const lock = project.read("yarn.lock") ?? "";
  const classic =
    /^yarn@[01]\./.test(stated ?? "") || (stated === undefined && /^# yarn lockfile v1/m.test(lock));
  const berry =
    !classic &&
    (project.has(".yarnrc.yml") || /^yarn@[2-9]/.test(stated ?? "") || /^__metadata:/m.test(lock));
  const refine = (manager: NodeManager): NodeManager =>
    manager === "yarn" && berry ? "yarn-berry" : manager;
  const locks = lockfiles
    .filter(([file]) => project.has(file))
    .map(([file, manager]) => [file, refine(manager)] as const);
  const lockOf = (manager: NodeManager): { lockfile?: string } => {
    const file = locks.find(([, candidate]) => candidate === manager)?.[0];
    return file === undefined ? {} : { lockfile: file };
  };
  if (isManager(parameters.packageManager)) {
    const manager = refine(parameters.packageManager);
    return { kind: "one", manager: given(manager, "packageManager"), ...lockOf(manager) };
  }
  const named = stated?.split("@")[0];
  if (isManager(named)) {
    const manager = refine(named);
    return {
      kind: "one",
      manager: certain(manager, evidence(project, "package.json", '"packageManager"')),
      ...lockOf(manager),
    };
  }
  const managers = [...new Set(locks.map(([, manager]) => manager))];
  if (managers.length > 1) {
    return (
      onlyFitting(project, locks) ?? { kind: "conflict", managers, found: locks.map(([file]) => ({ file })) }
    );
  }
  const [first] = locks;
  if (first) return { kind: "one", manager: certain(first[1], { file: first[0] }), lockfile: first[0] };
  const [wanted, ...more] = (["pnpm", "yarn", "bun"] as const).filter(
    (name) => text(dig(manifest, "engines", name)) !== undefined,
  );
  // A project that lists several works with each, and asks for none.
  if (wanted !== undefined && more.length === 0)
    return {
      kind: "one",
      manager: certain(refine(wanted), evidence(project, "package.json", `"${wanted}"`)),
    };
  if (project.has("pnpm-workspace.yaml"))
    return { kind: "one", manager: certain("pnpm", { file: "pnpm-workspace.yaml" }) };
  if (project.has("bunfig.toml")) return { kind: "one", manager: certain("bun", { file: "bunfig.toml" }) };
  // Written for Bun, and started by nothing else.
  const types = ["@types/bun", "bun-types"].find(
    (name) => text(dig(manifest, "devDependencies", name)) !== undefined,
  );
  if (types !== undefined && startScripts.every((name) => script(project, name) === undefined))
    return {
      kind: "one",
      manager: likely("bun", "the code is written for Bun", evidence(project, "package.json", `"${types}"`)),
    };
  return { kind: "one", manager: assumed("npm", "no lock file names another") };
}

/** Of several lock files the one that holds all that package.json asks for: the others were left behind. */
function onlyFitting(
  project: Project,
  locks: readonly (readonly [file: string, manager: NodeManager])[],
): ManagerChoice | undefined {
  const judged = locks.map(([file, manager]) => ({ file, manager, state: stateOfLock(project, file) }));
  const fitting = judged.find(({ state }) => state.kind === "fits");
  const behind = judged.flatMap(({ file, state }) =>
    state.kind === "behind" ? [`${file} lacks ${clean(state.missing, 60)}`] : [],
  );
  if (fitting === undefined || behind.length !== locks.length - 1) return undefined;
  const { file, manager } = fitting;
  return {
    kind: "one",
    manager: likely(manager, `of several lock files the one that fits package.json: ${behind.join(", ")}`, {
      file,
    }),
    lockfile: file,
  };
}

/** True for a name we know as a Node.js package manager. */
export function isManager(name: string | undefined): name is NodeManager {
  return name === "npm" || name === "pnpm" || name === "yarn" || name === "yarn-berry" || name === "bun";
}

/**
 * The version of pnpm or Yarn to install: the packageManager field, engines, else what reads the lock file.
 * pnpm: lockfile 5 is pnpm 7's, 6 is 8's; 9 is read by 9 and newer, of which 10 is the last that only warns
 * about dependencies' build scripts nobody approved (11 fails).
 */
export function readManagerVersion(project: Project, manager: NodeManager): Fact<string> | undefined {
  const manifest = project.json("package.json");
  const stated = /^[a-z]+@(\d[\w.-]*)/.exec(text(dig(manifest, "packageManager")) ?? "")?.[1];
  if (stated !== undefined) return certain(stated, evidence(project, "package.json", '"packageManager"'));
  if (manager === "pnpm") {
    const engines = /(\d+)/.exec(text(dig(manifest, "engines", "pnpm")) ?? "")?.[1];
    if (engines !== undefined) return certain(engines, evidence(project, "package.json", '"pnpm"'));
    const lock = /^lockfileVersion:\s*'?(\d+)/m.exec(project.read("pnpm-lock.yaml") ?? "")?.[1];
    const major = lock === "5" ? "7" : lock === "6" ? "8" : "10";
    return likely(
      major,
      "reads the lock file's format",
      evidence(project, "pnpm-lock.yaml", "lockfileVersion"),
    );
  }
  if (manager === "yarn-berry") {
    const pattern = /(?:^|\/)\.yarn\/releases\/yarn-(\d+\.\d+\.\d+)\.cjs$/;
    const release = project.files.find((file) => pattern.test(file));
    const carried = pattern.exec(release ?? "")?.[1];
    if (release !== undefined && carried !== undefined) return certain(carried, { file: release });
    // The lock file's own version: Yarn 2 wrote 4, Yarn 3 wrote 5 and 6, Yarn 4 writes 8.
    const lock = Number(/^__metadata:\s*\n\s+version:\s*(\d+)/m.exec(project.read("yarn.lock") ?? "")?.[1]);
    if (lock >= 4 && lock <= 6)
      return likely(
        lock === 4 ? "2" : "3",
        "reads the lock file's format",
        evidence(project, "yarn.lock", "__metadata"),
      );
    return assumed(toolVersion("yarn-berry"), "the current Yarn; state packageManager in package.json");
  }
  if (manager === "yarn") return assumed(toolVersion("yarn-classic"), "the last release of Yarn 1");
  return undefined;
}

/** Files the install reads beside the sources. */
export function manifestsOf(
  project: Project,
  manager: NodeManager,
  lockfile: string | undefined,
  workspace: boolean,
): readonly string[] {
  const present = (files: readonly string[]): readonly string[] => files.filter((file) => project.has(file));
  const own: Record<NodeManager, readonly string[]> = {
    npm: [],
    pnpm: ["pnpm-workspace.yaml", ".pnpmfile.cjs"],
    yarn: [".yarnrc"],
    "yarn-berry": [".yarnrc.yml"],
    bun: ["bunfig.toml"],
  };
  const folders = manifestFolders(project, manager);
  const members = workspace
    ? project.files.filter((file) => file.endsWith("/package.json") && file.split("/").length <= 5)
    : [];
  return [
    ...present(["package.json"]),
    ...(lockfile === undefined ? [] : [lockfile]),
    ...present([".npmrc", ...own[manager]]),
    ...folders,
    ...members,
  ];
}

/** Folders the install reads whole. */
export function manifestFolders(project: Project, manager: NodeManager): readonly string[] {
  const names = [
    "patches",
    // Yarn 1 runs the release its settings name (yarn-path) instead of itself.
    ...(manager === "yarn" ? [".yarn/releases"] : []),
    ...(manager === "yarn-berry" ? [".yarn/releases", ".yarn/plugins", ".yarn/patches", ".yarn/cache"] : []),
  ];
  const mirror = /^\s*yarn-offline-mirror\s+"?(?:\.\/)?([\w./-]+?)\/?"?\s*$/m.exec(
    project.read(".yarnrc") ?? "",
  )?.[1];
  if (manager === "yarn" && mirror !== undefined) names.push(mirror);
  return names.filter((folder) => project.files.some((file) => file.startsWith(`${folder}/`)));
}

/** True where pnpm is told to install Plug'n'Play: a loader that Node.js is not started with. The same lock file fills node_modules. */
export function pnpmPlugs(project: Project): boolean {
  return (
    /^\s*node-linker\s*=\s*pnp\b/m.test(project.read(".npmrc") ?? "") ||
    /^\s*nodeLinker\s*:\s*["']?pnp\b/m.test(project.read("pnpm-workspace.yaml") ?? "")
  );
}
