import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { packageRoot } from "../data/package-files.ts";
import { InputError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";
import { registryPlaceholder } from "./services/npm-registry.ts";
import type { Answer, Scenario } from "./types.ts";

/** Text of a scenario's project files by path; empty when it has none. */
export async function projectFiles(scenario: Scenario): Promise<Readonly<Record<string, string>>> {
  if (scenario.files === undefined) return {};
  const folder = filesFolder(scenario.files);
  const files: Record<string, string> = {};
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    if (!isGiven(folder, file)) continue;
    const name = path.relative(folder, file).split(path.sep).join("/");
    files[unshipped(name)] = await readFile(file, "utf8");
  }
  return files;
}

/** Copies the project of a scenario into an empty folder. */
export async function layOutProject(scenario: Scenario, directory: string): Promise<void> {
  if (scenario.files === undefined) return;
  const folder = filesFolder(scenario.files);
  await cp(folder, directory, { recursive: true, filter: (file) => isGiven(folder, file) });
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const name = unshipped(entry.name);
    if (name !== entry.name)
      await rename(path.join(entry.parentPath, entry.name), path.join(entry.parentPath, name));
  }
}

/** npm leaves every .npmrc out of a package, so that of a scenario stands as dot-npmrc. */
function unshipped(file: string): string {
  return file.replace(/(^|\/)dot-npmrc$/, "$1.npmrc");
}

/** What stands in the files for things that exist only while they are built. */
export interface Substitutions {
  /** Address of the npm registry. */
  readonly registry?: string;
  /** Integrity of the packages published to it, by name. */
  readonly integrity?: ReadonlyMap<string, string>;
}

/**
 * Writes an answer's files over the project in `directory`, addresses put in. An answer's path may not leave the
 * folder: throws InputError.
 */
export async function layOutAnswer(
  answer: Answer,
  directory: string,
  substitutions: Substitutions,
): Promise<void> {
  for (const [name, text] of Object.entries(answer.files)) {
    const target = path.resolve(directory, name);
    if (path.relative(directory, target).startsWith("..") || path.isAbsolute(name) || name.includes("\0"))
      throw new InputError(`the answer's file ${clean(name)} lies outside its folder`, "use relative paths");
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
  }
  await substitute(directory, substitutions);
}

async function substitute(directory: string, { registry, integrity }: Substitutions): Promise<void> {
  if (registry === undefined) return;
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const text = await readFile(file, "utf8");
    let changed = text.replaceAll(registryPlaceholder, registry);
    if (entry.name === "package-lock.json") changed = withIntegrity(changed, integrity ?? new Map());
    if (changed !== text) await writeFile(file, changed);
  }
}

/** The tarball npm packs here may differ in its bytes from the one the lock file was made with. */
function withIntegrity(text: string, integrity: ReadonlyMap<string, string>): string {
  let changed = text;
  for (const [name, value] of integrity) {
    const entry = new RegExp(
      `("node_modules/${name.replace(/[.*+?^$()|[\]{}\\]/g, "\\$&")}": \\{[^}]*?"integrity": ")[^"]*`,
    );
    changed = changed.replace(entry, `$1${value}`);
  }
  return changed;
}

/** The examples hold the answer beside the project; it is not given away. */
function isGiven(folder: string, file: string): boolean {
  const example = path.dirname(folder) === path.join(packageRoot(), "examples");
  return !example || !/^(?:Dockerfile|\.dockerignore)$/.test(path.relative(folder, file));
}

/** A folder of evals/files/, or one of the package's examples. */
export function filesFolder(name: string): string {
  const own = path.join(packageRoot(), "evals", "files", name);
  return existsSync(own) ? own : path.join(packageRoot(), "examples", name);
}
