import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

let root: string | undefined;

/** The folder of the installed package: the nearest one above this module that holds templates/ and package.json. */
export function packageRoot(): string {
  if (root !== undefined) return root;
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, "templates")) || !existsSync(path.join(folder, "package.json"))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error("the package's own files (templates/) are missing");
    folder = parent;
  }
  root = folder;
  return folder;
}

/** Text of a file that ships with the package, named from its root with forward slashes. */
export function readPackageFile(file: string): string {
  return readFileSync(path.join(packageRoot(), file), "utf8");
}
