import { dig, isRecord, text } from "../../project/project.ts";
import type { AppType, Evidence, Project } from "../../project/types.ts";
import type { Output, Serving } from "./facts.ts";

/** What a framework decides. */
export interface FrameworkRead {
  readonly name: string;
  readonly appType: AppType;
  readonly serving: Serving;
  readonly evidence: Evidence;
  /** What the build leaves for the runtime. */
  readonly output?: readonly Output[];
  /** The server's command, when the framework brings one. */
  readonly start?: (port: number) => readonly string[];
  readonly port?: number;
  /** The build, when package.json has no build script. */
  readonly build?: string;
  readonly environment?: readonly (readonly [name: string, value: string])[];
  readonly buildEnvironment?: readonly (readonly [name: string, value: string])[];
  readonly settings?: readonly { readonly file: string; readonly setting: string; readonly why: string }[];
  readonly warnings?: readonly string[];
  /** Why no image can be made as things are. */
  readonly refuse?: { readonly reason: string; readonly decide: string };
}

/** What a framework file looks at. */
export interface Sight {
  readonly project: Project;
  readonly has: (dependency: string) => boolean;
  readonly found: (dependency: string) => Evidence;
  readonly script: (name: string) => string | undefined;
}

/** Folders that lie in the runtime where they lie in the builder. */
export const same = (...folders: readonly string[]): readonly Output[] =>
  folders.map((folder) => ({ from: folder, to: folder }));

/** A program of node_modules. */
export const bin = (name: string, ...args: readonly string[]): readonly string[] => [
  `node_modules/.bin/${name}`,
  ...args,
];

/** Files that a web server serves, which the build leaves in `folder`. */
export function site(name: string, sight: Sight, dependency: string, folder: string): FrameworkRead {
  return {
    name,
    appType: "frontend",
    serving: "static",
    evidence: sight.found(dependency),
    output: same(folder),
  };
}

/** Those of the names that are files or folders of the project. */
export function existing(project: Project, ...names: readonly string[]): readonly string[] {
  return names.filter(
    (name) => project.has(name) || project.files.some((file) => file.startsWith(`${name}/`)),
  );
}

/** Text of a tool's configuration (`vite.config.ts`), its line comments left out; "" when there is none. */
export function configOf(project: Project, ...stems: readonly string[]): string {
  return stems
    .flatMap((stem) => ["ts", "js", "mjs", "mts", "cjs"].map((ending) => `${stem}.config.${ending}`))
    .map((file) => project.read(file) ?? "")
    .join("\n")
    .replace(/(^|[\s,;{}()])\/\/(?:\s.*)?$|^\s*\/\/.*$/gm, "$1")
    .trim();
}

/** The major version that package.json asks for; undefined without the dependency or for a word such as `latest`. */
export function majorOf(project: Project, dependency: string): number | undefined {
  const manifest = project.json("package.json");
  const asked = ["dependencies", "devDependencies"]
    .map((group) => text(dig(manifest, group, dependency)))
    .find((range) => range !== undefined);
  const major = /\d+/.exec(asked ?? "")?.[0];
  return major === undefined ? undefined : Number(major);
}

/** A field of JSON as a record, empty when it is none. */
export function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
