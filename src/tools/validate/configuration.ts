import path from "node:path";
import { NotFoundError } from "../../security/errors.ts";
import { isInside, type Roots, readBounded } from "../../security/paths.ts";
import { dockwrightFiles, parseDockwrightConfig } from "../../validate/config/dockwright.ts";
import { hadolintEnvironment, hadolintFiles, parseHadolintConfig } from "../../validate/config/hadolint.ts";
import { mergeConfigs } from "../../validate/config/merge.ts";
import type { Config } from "../../validate/config/types.ts";

const maxBytes = 256 * 1024;

/**
 * The configuration for files in an absolute folder: the nearest `.hadolint.yaml`, hadolint's environment
 * variables, the nearest `dockwright.yaml`, then what the request says; later ones win.
 * Folders above the roots are not looked into.
 */
export async function configurationFor(
  folder: string,
  roots: Roots,
  env: Readonly<Record<string, string | undefined>>,
  request: Partial<Config>,
): Promise<Config> {
  const hadolint = await nearest(folder, roots, hadolintFiles);
  const own = await nearest(folder, roots, dockwrightFiles);
  return mergeConfigs(
    hadolint ? parseHadolintConfig(hadolint.text, hadolint.name) : {},
    hadolintEnvironment(env) ?? {},
    own ? parseDockwrightConfig(own.text, own.name) : {},
    request,
  );
}

async function nearest(
  start: string,
  roots: Roots,
  names: readonly string[],
): Promise<{ readonly name: string; readonly text: string } | undefined> {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (!roots.directories.some((root) => isInside(root, folder))) return undefined;
    for (const name of names) {
      const text = await readIfThere(path.join(folder, name));
      if (text !== undefined) return { name, text };
    }
    if (path.dirname(folder) === folder) return undefined;
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return (await readBounded(file, maxBytes)).toString("utf8");
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
