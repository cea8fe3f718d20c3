import type { Project } from "../../project/types.ts";

/** A setting of the application and the file it stands in. */
export interface Setting {
  readonly value: string;
  readonly file: string;
}

/**
 * Reads `server.port` and the like from a module's application settings (properties, YAML, HOCON), those of a profile
 * left out. `${NAME:8080}` gives what follows the colon.
 */
export function setting(project: Project, folder: string, key: string): Setting | undefined {
  for (const file of settingFiles(project, folder)) {
    const value = readSettings(project, file).get(key);
    if (value !== undefined) return { value: /^\$\{[^:}]+:([^}]*)\}?$/.exec(value)?.[1] ?? value, file };
  }
  return undefined;
}

/** The settings of one file by their dotted names. */
export function readSettings(project: Project, file: string): ReadonlyMap<string, string> {
  const text = project.read(file) ?? "";
  return /\.ya?ml$/.test(file) ? nested(text) : flat(text);
}

function settingFiles(project: Project, folder: string): readonly string[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  return project.files.filter(
    (file) =>
      file.startsWith(prefix) &&
      /^(?:(?:src\/main\/)?resources\/(?:config\/|META-INF\/)?|config\/)(?:application|microprofile-config)\.(?:properties|ya?ml|conf)$/.test(
        file.slice(prefix.length),
      ),
  );
}

function flat(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/^[ \t]*([\w.-]+)[ \t]*[=:][ \t]*([^\s#{]\S*)/gm)].map(([, key = "", value = ""]) => [
      key,
      unquoted(value),
    ]),
  );
}

/** YAML by its indentation: several documents in a file, and placeholders, stop a parser of the whole. */
function nested(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const path: { readonly indent: number; readonly key: string }[] = [];
  for (const line of text.split("\n")) {
    const [, space, key, value] =
      /^( *)["']?([\w.-]+)["']?:(?:[ \t]+([^#]*\S))?[ \t]*(?:#.*)?$/.exec(line) ?? [];
    if (space === undefined || key === undefined) continue;
    while ((path.at(-1)?.indent ?? -1) >= space.length) path.pop();
    path.push({ indent: space.length, key });
    const name = path.map((one) => one.key).join(".");
    if (value !== undefined && !found.has(name)) found.set(name, unquoted(value));
  }
  return found;
}

function unquoted(value: string): string {
  return value.replace(/^(["'])(.*)\1$/, "$2");
}
