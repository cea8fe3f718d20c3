import { randomBytes } from "node:crypto";
import { constants, type Dirent, lstatSync, readFileSync } from "node:fs";
import { appendFile, chmod, copyFile, lstat, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import path from "node:path";
import { type ContextView, contextView } from "../dockerfile/context.ts";
import { stageGraph } from "../dockerfile/graph.ts";
import type { Dockerfile } from "../dockerfile/types.ts";
import { CancelledError, LimitError } from "../security/errors.ts";
import type { Limits } from "../security/limits.ts";

/**
 * Reads the names of the files of a build context. Throws LimitError for one that is too large, CancelledError.
 */
export async function readContext(
  directory: string,
  dockerfile: string | undefined,
  limits: Limits,
  signal: AbortSignal,
): Promise<ContextView> {
  const files: string[] = [];
  const pending = [{ relative: "", depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (signal.aborted) throw new CancelledError();
    const entries: Dirent[] = await readdir(path.join(directory, next.relative), {
      withFileTypes: true,
    }).catch(() => []);
    for (const entry of entries) {
      const relative = next.relative === "" ? entry.name : `${next.relative}/${entry.name}`;
      if (!entry.isDirectory()) files.push(relative);
      else if (next.depth < limits.contextDepth) pending.push({ relative, depth: next.depth + 1 });
      if (files.length > limits.contextFiles) {
        throw new LimitError(
          `the build context has more than ${limits.contextFiles} files`,
          "name a smaller folder, or leave out what the build does not need with .dockerignore",
        );
      }
    }
  }
  const read = (file: string): string | undefined => {
    try {
      const full = path.join(directory, file);
      const info = lstatSync(full);
      return info.isFile() && info.size <= limits.projectFileBytes ? readFileSync(full, "utf8") : undefined;
    } catch {
      return undefined;
    }
  };
  const name = [...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]), ".dockerignore"].find(
    (file) => files.includes(file),
  );
  const text = name === undefined ? undefined : read(name);
  return contextView({
    files,
    read,
    ...(name === undefined || text === undefined ? {} : { ignore: { name, text } }),
  });
}

const sources =
  /\.(?:[cm]?[jt]sx?|vue|svelte|py|go|rs|java|kt|kts|scala|groovy|rb|php|cs|fs|ex|exs|c|cc|cpp|h|swift|sh)$/i;
const texts = /\.(?:html?|css|scss|txt|md|json|ya?ml|toml|conf|ini|tmpl|j2|sql)$/i;
// Changing one of these is a change of the dependencies or of the build, not of the source.
const manifests =
  /(?:^|\/)(?:package(?:-lock)?\.json|.*lock.*|requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|go\.(?:mod|sum|work)|Cargo\.toml|pom\.xml|.*\.gradle(?:\.kts)?|gradlew?|mvnw|Gemfile|composer\.json|.*\.[cf]sproj|mix\.exs|tsconfig[\w.-]*\.json|\.[^/]*|[^/]*\.config\.[cm]?[jt]s|Dockerfile[^/]*)$/i;

/**
 * A source file that the build copies into the image or a stage it needs: one more line at its end changes nothing
 * but the cache. Source code first, then other text; never a manifest, nor a link, whose target may lie anywhere.
 * Undefined when there is none.
 */
export function chooseSource(
  file: Dockerfile,
  target: string | undefined,
  view: ContextView,
  directory: string,
): string | undefined {
  const graph = stageGraph(file, target);
  const copied = new Set<string>();
  for (const stage of file.stages) {
    if (!graph.reachable(stage)) continue;
    for (const instruction of stage.instructions) {
      if (instruction.keyword !== "COPY" && instruction.keyword !== "ADD") continue;
      if (instruction.from !== undefined) continue;
      for (const source of instruction.sources)
        for (const found of view.match(source.text)) copied.add(found);
    }
  }
  const candidates = [...copied]
    .filter((name) => !manifests.test(name) && !/(?:^|\/)tests?\//.test(name))
    .sort();
  const isFile = (name: string): boolean =>
    lstatSync(path.join(directory, name), { throwIfNoEntry: false })?.isFile() ?? false;
  return (
    candidates.find((name) => sources.test(name) && isFile(name)) ??
    candidates.find((name) => texts.test(name) && isFile(name))
  );
}

/**
 * Copies what the builder is sent of a context, and adds blank lines to one of its files. The context itself is
 * not touched.
 */
export async function copyChanged(
  directory: string,
  view: ContextView,
  changed: string,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const made = new Set<string>();
  for (const file of view.files) {
    if (signal.aborted) throw new CancelledError();
    if (!view.included(file) && file !== view.ignoreFile) continue;
    const target = path.join(to, file);
    const folder = path.dirname(target);
    if (!made.has(folder)) {
      await makeFolders(directory, path.dirname(file), to, made);
    }
    const source = path.join(directory, file);
    const info = await lstat(source);
    if (info.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (info.isFile()) await copyFile(source, target, constants.COPYFILE_FICLONE);
  }
  const { O_WRONLY, O_APPEND, O_NOFOLLOW = 0 } = constants;
  await appendFile(path.join(to, changed), blankLines(), { flag: O_WRONLY | O_APPEND | O_NOFOLLOW });
}

/**
 * Blank lines as no run before had them: the builder's cache would answer for a change it has seen already. Blanks
 * at line ends mean nothing in the languages and formats that are built here.
 */
function blankLines(): string {
  return `\n${Array.from(randomBytes(8), (byte) => " ".repeat(byte % 24)).join("\n")}\n`;
}

/** Makes a folder of the copy and those above it with the modes of the originals, which are part of the cache's key. */
async function makeFolders(from: string, relative: string, to: string, made: Set<string>): Promise<void> {
  const folder = path.join(to, relative);
  if (made.has(folder)) return;
  made.add(folder);
  if (relative === ".") {
    await mkdir(folder, { recursive: true });
    return;
  }
  await makeFolders(from, path.dirname(relative), to, made);
  await mkdir(folder, { recursive: true });
  await chmod(folder, (await lstat(path.join(from, relative))).mode & 0o7777);
}
