import type { Project } from "../../project/types.ts";
import { sources } from "../sources.ts";

/**
 * Files and folders that are usually kept out of an image but that this program reads or imports: a package called
 * `docs` or `tests`, Markdown that the code opens. Paths and patterns relative to the context.
 */
export function neededFiles(project: Project): readonly string[] {
  return [...importedFolders(project), ...readMarkdown(project)].sort();
}

function importedFolders(project: Project): readonly string[] {
  const folders = new Set(
    project.files.flatMap((file) => {
      const match = /^(docs|(?:.*\/)?(?:tests?|logs|coverage))\/[^/]+\.py$/.exec(file);
      return match?.[1] === undefined ? [] : [match[1]];
    }),
  );
  // What tests import of each other does not count.
  const code = project.files.filter(
    (file) =>
      file.endsWith(".py") &&
      !/(^|\/)(?:tests?|docs)\/|(^|\/)(?:test_[^/]*|[^/]*_tests?|conftest|runtests|noxfile|setup)\.py$/.test(
        file,
      ),
  );
  return [...folders].filter((folder) => {
    const name = folder.slice(folder.lastIndexOf("/") + 1);
    const parent = folder.slice(0, Math.max(0, folder.lastIndexOf("/")));
    const dotted = folder.replaceAll("/", "\\.");
    const absolute = new RegExp(`^\\s*(?:from|import)\\s+${dotted}\\b`, "m");
    const relative = new RegExp(`^\\s*from\\s+\\.(?:${name}\\b|\\s+import\\s+[^\\n]*\\b${name}\\b)`, "m");
    // Django's list of applications names it.
    const listed = new RegExp(`^\\s*["']${dotted}(?:\\.\\w+)*["'],?\\s*$`, "m");
    return code.some((file) => {
      const body = project.read(file) ?? "";
      const near = file.slice(0, Math.max(0, file.lastIndexOf("/"))) === parent;
      return (
        absolute.test(body) || (near && relative.test(body)) || (/settings/.test(file) && listed.test(body))
      );
    });
  });
}

/** Markdown beside code: prompts, pages, terms. A folder of them counts when the code speaks of the ending. */
function readMarkdown(project: Project): readonly string[] {
  const documents = project.files.filter(
    (file) =>
      file.endsWith(".md") &&
      !/(^|\/)(?:\.[^/]+|docs?|tests?|node_modules|examples?)\/|(^|\/)(?:README|CHANGELOG|CHANGES|CONTRIBUTING|LICEN[CS]E|SECURITY|CODE_OF_CONDUCT|AGENTS|CLAUDE|TODO|NOTES|HISTORY)[^/]*$/i.test(
        file,
      ),
  );
  if (documents.length === 0) return [];
  const bodies = sources(project, [".py"]).map((file) => project.read(file) ?? "");
  const quoted = (name: string): boolean =>
    bodies.some((body) => body.includes(`${name}"`) || body.includes(`${name}'`));
  const anyEnding = bodies.some((body) => /["'][\w*{}/ -]*\.md["']/.test(body));
  const found = new Set<string>();
  for (const file of documents) {
    const name = file.slice(file.lastIndexOf("/") + 1);
    const folder = file.slice(0, Math.max(0, file.lastIndexOf("/")));
    const code =
      folder !== "" &&
      project.files.some((other) => other.startsWith(`${folder.split("/")[0]}/`) && other.endsWith(".py"));
    if (quoted(name)) found.add(file);
    else if (code && anyEnding) found.add(`${folder}/*.md`);
  }
  return [...found].slice(0, 20);
}
