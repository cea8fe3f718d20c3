import picomatch from "picomatch";
import { parse as parseToml } from "smol-toml";
import { parse as parseYaml } from "yaml";
import { clean } from "../security/untrusted.ts";
import type { Project } from "./types.ts";

/** What a Project is made of. `files` are sorted relative paths; `load` gives a text or undefined. */
export interface ProjectSource {
  readonly name: string;
  readonly files: readonly string[];
  readonly truncated?: boolean;
  load(file: string): string | undefined;
}

/** Makes the Project view over a file list: cached texts, parsed manifests, globs. */
export function projectOf(source: ProjectSource): Project {
  const known = new Set(source.files);
  const texts = new Map<string, string | undefined>();
  const malformed = new Map<string, string>();
  const parsed = new Map<string, unknown>();

  const read = (file: string): string | undefined => {
    if (!known.has(file)) return undefined;
    if (!texts.has(file)) texts.set(file, source.load(file));
    return texts.get(file);
  };
  const parseWith = (file: string, parse: (text: string) => unknown): unknown => {
    if (parsed.has(file)) return parsed.get(file);
    const text = read(file);
    let value: unknown;
    if (text !== undefined) {
      try {
        value = parse(text);
      } catch (error) {
        malformed.set(
          file,
          clean(error instanceof Error ? (error.message.split("\n")[0] ?? "") : "cannot be parsed", 160),
        );
      }
    }
    parsed.set(file, value);
    return value;
  };

  return {
    name: source.name,
    files: source.files,
    truncated: source.truncated ?? false,
    has: (file) => known.has(file),
    read,
    json: (file) => parseWith(file, (text) => JSON.parse(text) as unknown),
    toml: (file) => {
      const value = parseWith(file, parseToml);
      return isRecord(value) ? value : undefined;
    },
    yaml: (file) => parseWith(file, (text) => parseYaml(text, { maxAliasCount: 100 }) as unknown),
    malformed,
    glob: (pattern) => {
      const matches = picomatch(pattern, { dot: true });
      return source.files.filter((file) => matches(file));
    },
  };
}

/** A project that lives in memory: path -> text. For tests and for callers that hold the files already. */
export function projectFromFiles(files: Readonly<Record<string, string>>, name = "app"): Project {
  return projectOf({ name, files: Object.keys(files).sort(), load: (file) => files[file] });
}

/** A folder of a project as a project of its own (one package of a workspace). `folder` "" is the project itself. */
export function subproject(project: Project, folder: string): Project {
  if (folder === "" || folder === ".") return project;
  const prefix = `${folder}/`;
  return projectOf({
    name: folder.split("/").at(-1) ?? project.name,
    files: project.files.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length)),
    truncated: project.truncated,
    load: (file) => project.read(prefix + file),
  });
}

/** True for a plain object (not null, not an array). */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Follows keys into nested objects; undefined where the way ends. */
export function dig(value: unknown, ...keys: readonly string[]): unknown {
  let current = value;
  for (const key of keys) {
    if (!isRecord(current)) return undefined;
    current = current[key];
  }
  return current;
}

/** The value when it is a non-empty string. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
