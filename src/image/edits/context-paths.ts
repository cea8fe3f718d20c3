import { stateBefore } from "../../dockerfile/state.ts";
import type { CopyInstruction } from "../../dockerfile/types.ts";
import type { Attribution } from "../analysis/attribute.ts";
import { pathOf } from "../model/tree.ts";
import type { Waste } from "./causes.ts";
import type { LayerSource } from "./layer-source.ts";

const mostPatterns = 5;

/**
 * Patterns for .dockerignore that keep files out which a COPY brought from the build context: paths of the image
 * translated back through `COPY source destination`. Empty when the files come from elsewhere, when what is copied
 * is the file itself (an ignored file fails the build), or when they cannot be told apart by a few patterns.
 */
export function contextPatterns(
  group: readonly Waste[],
  writer: LayerSource,
  attribution: Attribution | undefined,
): string[] {
  const { instruction } = writer;
  if (attribution === undefined || (instruction?.keyword !== "COPY" && instruction?.keyword !== "ADD"))
    return [];
  if (instruction.from !== undefined || instruction.heredocs.length > 0) return [];
  const roots = copiedRoots(instruction, attribution);
  if (roots === undefined) return [];
  const patterns = new Set<string>();
  const all = group.reduce((bytes, waste) => bytes + waste.bytes, 0);
  for (const waste of group) {
    // Crumbs are not worth a pattern.
    if (waste.bytes * 100 < all) continue;
    const versionControl = waste.reason === "version-control";
    if (waste.reason === "source-maps") {
      patterns.add("**/*.map");
      continue;
    }
    const path = waste.files === 1 && !versionControl ? pathOf(waste.largest.node) : pathOf(waste.folder);
    const shown = versionControl ? path.replace(/(^|\/)(\.git|\.hg|\.svn)(?:\/.*)?$/, "$1$2") : path;
    const translated = translate(shown, roots);
    if (translated === undefined) return [];
    patterns.add(translated);
  }
  return patterns.size <= mostPatterns ? [...patterns] : [];
}

interface Root {
  /** In the build context, without leading or trailing slashes; empty for the context itself. */
  readonly source: string;
  /** In the image, the same way. */
  readonly destination: string;
}

function copiedRoots(copy: CopyInstruction, attribution: Attribution): Root | undefined {
  const [source, ...others] = copy.sources;
  const destination = copy.destination?.text;
  if (source === undefined || others.length > 0 || destination === undefined) return undefined;
  if (/[*?[$]/.test(source.text) || destination.includes("$")) return undefined;
  const workdir = stateBefore(attribution.file, copy).workdir?.value ?? "/";
  return {
    source: trim(source.text),
    destination: trim(destination.startsWith("/") ? destination : `${workdir}/${destination}`),
  };
}

/** `app/tests` of `COPY . /app` is `tests`. */
function translate(path: string, root: Root): string | undefined {
  const { source, destination } = root;
  const below = destination === "" ? path : after(path, destination);
  if (below === undefined || below === "") return undefined;
  return source === "" ? below : `${source}/${below}`;
}

function after(path: string, folder: string): string | undefined {
  if (path.startsWith(`${folder}/`)) return path.slice(folder.length + 1);
  return undefined;
}

function trim(path: string): string {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}
