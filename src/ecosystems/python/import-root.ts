import type { Project } from "../../project/types.ts";
import { sources } from "../sources.ts";

/** `src/shop/api.py` as `shop.api` below the root `src`. */
export function moduleOf(file: string, root: string): string {
  return (root === "" ? file : file.slice(root.length + 1))
    .replace(/\.py$/, "")
    .replace(/\/__init__$/, "")
    .replaceAll("/", ".");
}

/**
 * The folder from which a file's imports of the project's own modules are found: `src` when src/shop/api.py says
 * `from shop.db import ...`, "" when it says `from src.shop.db import ...`. Where its imports do not tell, `src` of a
 * layout whose packages are imported by their own name, else the project.
 */
export function importRoot(project: Project, file: string): string {
  const parts = file.split("/").slice(0, -1);
  if (parts.length === 0) return "";
  const body = project.read(file) ?? "";
  // `from .x` needs the folder as a package, `from ..x` the one above.
  const dots = [...body.matchAll(/^\s*from\s+(\.+)/gm)].map((match) => match[1]?.length ?? 0);
  const package_ = file.endsWith("/__init__.py") ? 1 : 0;
  const deepest = parts.length - Math.max(0, package_, ...dots);
  // A folder whose name no import can have is above every module.
  const least = parts.findLastIndex((part) => !/^[A-Za-z_]\w*$/.test(part)) + 1;
  const roots = Array.from({ length: Math.max(1, deepest - least + 1) }, (_, depth) =>
    parts.slice(0, least + depth).join("/"),
  );
  const known = modules(project);
  const tell = (bodies: readonly string[]): string | undefined => {
    const names = new Set(
      bodies.flatMap((text) =>
        [...text.matchAll(/^\s*(?:from|import)\s+([A-Za-z_]\w*(?:\.\w+)*)/gm)].map((match) => match[1] ?? ""),
      ),
    );
    const counts = roots.map((root) => {
      const prefix = root === "" ? "" : `${root}/`;
      // The whole dotted name is surer than its first word.
      return [...names].reduce((sum, name) => {
        const path = prefix + name.replaceAll(".", "/");
        if (known.has(path) || known.has(path.slice(0, Math.max(0, path.lastIndexOf("/"))))) {
          return sum + (known.has(prefix + (name.split(".")[0] ?? "")) ? 1 : 0);
        }
        return sum;
      }, 0);
    });
    const most = Math.max(...counts);
    return most === 0 ? undefined : roots[counts.indexOf(most)];
  };
  const neighbours = (): readonly string[] =>
    sources(project, [".py"], 60)
      .filter((other) => other.startsWith(`${parts[0]}/`))
      .map((other) => project.read(other) ?? "");
  return tell([body]) ?? tell(neighbours()) ?? (least > 0 ? (roots[0] ?? "") : standardRoot(project, file));
}

/** Paths of modules and of folders that hold some, without the ending. */
function modules(project: Project): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of project.files) {
    if (!file.endsWith(".py")) continue;
    found.add(file.slice(0, -3));
    for (let at = file.lastIndexOf("/"); at > 0; at = file.lastIndexOf("/", at - 1))
      found.add(file.slice(0, at));
  }
  return found;
}

function standardRoot(project: Project, file: string): string {
  const root = sourceRoot(project);
  return root !== undefined && file.startsWith(`${root}/`) ? root : "";
}

/** `src` when packages below it are imported by their own name (no `src/__init__.py`, nobody writes `from src`). */
export function sourceRoot(project: Project): string | undefined {
  if (project.has("src/__init__.py")) return undefined;
  const packages = project.files.some(
    (file) => /^src\/\w+\/__init__\.py$/.test(file) || /^src\/\w+\.py$/.test(file),
  );
  if (!packages) return undefined;
  return sources(project, [".py"]).some((file) => /^\s*(?:from|import) src\b/m.test(project.read(file) ?? ""))
    ? undefined
    : "src";
}
