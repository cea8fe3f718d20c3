import type { Project } from "../../project/types.ts";
import { sources } from "../sources.ts";

/**
 * Files and folders that are usually kept out of an image but that this program reads or imports: a package called
 * `docs` or `tests`, Markdown that the code opens or its framework shows. Paths and patterns relative to the context.
 */
export function neededFiles(project: Project): readonly string[] {
  return [...importedFolders(project), ...readMarkdown(project), ...shownMarkdown(project)].sort();
}

/** Chainlit shows `chainlit.md`, and `chainlit_fr.md` to those who read French; it makes the first where it is missing. */
function shownMarkdown(project: Project): readonly string[] {
  const shown = project.files.filter((file) => /^chainlit(?:_[\w-]+)?\.md$/.test(file));
  const uses = (file: string): boolean => /^\s*(?:import|from)\s+chainlit\b/m.test(project.read(file) ?? "");
  return shown.length > 0 && sources(project, [".py"]).some(uses) ? shown : [];
}

function importedFolders(project: Project): readonly string[] {
  const folders = new Set(
    project.files.flatMap((file) => {
      const match = /^(docs|(?:.*\/)?(?:tests?|logs|coverage))\/[^/]+\.py$/.exec(file);
      return match?.[1] === undefined ? [] : [match[1]];
    }),
  );
  if (folders.size === 0) return [];
  const named = new Set<string>();
  const near = new Set<string>();
  // `sources` leaves out tests: what they import of each other does not count.
  for (const file of sources(project, [".py"])) {
    if (/(^|\/)(?:[^/]*_tests?|tests?_[^/]*|conftest|runtests|noxfile|setup)(?:\.py$|\/)/.test(file))
      continue;
    const body = project.read(file) ?? "";
    const parent = file.slice(0, Math.max(0, file.lastIndexOf("/")));
    for (const [, dots = "", module = "", names = ""] of body.matchAll(
      /^\s*(?:from\s+(\.*)([\w.]*)\s+import\s+([^\n#]*)|import\s+[\w.]+)/gm,
    )) {
      if (dots === "") for (const prefix of prefixes(module)) named.add(prefix);
      if (dots === ".")
        for (const name of module === "" ? names.split(/[,\s()]+/) : [module.split(".")[0] ?? ""])
          near.add(parent === "" ? name : `${parent}/${name}`);
    }
    for (const [, module = ""] of body.matchAll(/^\s*import\s+([\w.]+)/gm))
      for (const prefix of prefixes(module)) named.add(prefix);
    // Django's list of applications names it.
    if (/settings/.test(file))
      for (const [, module = ""] of body.matchAll(/^\s*["']([\w.]+)["'],?\s*$/gm))
        for (const prefix of prefixes(module)) named.add(prefix);
  }
  return [...folders].filter((folder) => named.has(folder.replaceAll("/", ".")) || near.has(folder));
}

/** `docs.views.pages` as `docs`, `docs.views` and itself. */
function prefixes(module: string): readonly string[] {
  const parts = module.split(".");
  return parts.map((_, index) => parts.slice(0, index + 1).join("."));
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
