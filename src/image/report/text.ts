import type {
  DockerfilePlace,
  HiddenGroup,
  ImageAnalysis,
  LayerReport,
  PathBytes,
  ProposedEdit,
  TreeLine,
} from "../analysis/types.ts";
import { bar, formatBytes, formatShare } from "./bytes.ts";

/** Causes of hidden bytes in words. */
export const causeWords: Readonly<Record<string, string>> = {
  "file-removed": "deleted",
  "dir-removed": "deleted with its directory",
  "same-content-rewritten": "rewritten unchanged (owner, mode or time)",
  overwritten: "overwritten",
  "opaque-dir": "deleted, directory made anew",
  replaced: "replaced by a directory",
};

/** One line: size, what of it is visible, where it was read. */
export function headLine(analysis: ImageAnalysis): string {
  const { size } = analysis;
  const pull = size.compressed === undefined ? "" : `, ${formatBytes(size.compressed)} to pull`;
  const hidden =
    size.hidden === 0
      ? "nothing hidden"
      : `${formatBytes(size.hidden)} hidden (${formatShare(size.hidden, size.total)})`;
  return `${analysis.reference}: ${formatBytes(size.total)} (${size.total} bytes${pull}), ${hidden}; ${analysis.layers.length} layers, ${size.files} files, ${analysis.platform}, ${analysis.source}`;
}

/** The layers as rows with bars; equal runs of empty layers are left out. */
export function layerLines(analysis: ImageAnalysis, width = 12): string[] {
  const largest = Math.max(1, ...analysis.layers.map((layer) => layer.bytes));
  return analysis.layers
    .filter((layer) => layer.bytes > 0 || layer.whiteouts > 0)
    .map((layer) => {
      const hidden = layer.hiddenLater > 0 ? ` (${formatBytes(layer.hiddenLater)} hidden later)` : "";
      const where = layer.base ? "base" : layer.place ? placeText(layer.place) : "";
      const mark = where === "" ? "" : ` [${where}]`;
      return `${String(layer.index).padStart(3)} ${bar(layer.bytes, largest, width)} ${formatBytes(layer.bytes).padStart(8)}${hidden}${mark} ${layer.instruction}`;
    });
}

/** Directories as a tree with bars. */
export function treeLines(tree: readonly TreeLine[], width = 12): string[] {
  const whole = tree[0]?.bytes ?? 0;
  return tree.map(({ path, bytes, depth }) => {
    const name = depth === 0 ? "/" : `${path.slice(path.lastIndexOf("/") + 1)}/`;
    return `${bar(bytes, whole, width)} ${formatBytes(bytes).padStart(8)} ${"  ".repeat(depth)}${name}`;
  });
}

/** `line 12` or `lines 12-14`, with the stage when it is not the last. */
export function placeText(place: DockerfilePlace): string {
  return place.endLine > place.line ? `lines ${place.line}-${place.endLine}` : `line ${place.line}`;
}

/** A group of hidden bytes as one line. */
export function hiddenLine(group: HiddenGroup, layers: readonly LayerReport[]): string {
  const name = (index: number): string => {
    const layer = layers[index];
    return layer?.place ? `layer ${index} (${placeText(layer.place)})` : `layer ${index}`;
  };
  return `${formatBytes(group.bytes)} in ${group.files} ${group.files === 1 ? "file" : "files"}, written by ${name(group.writtenBy)}, ${causeWords[group.cause] ?? group.cause} by ${name(group.hiddenBy)}: ${paths(group.top)}`;
}

/** A proposed edit as one line. */
export function editLine(edit: ProposedEdit): string {
  const where = edit.place ? ` (${placeText(edit.place)})` : "";
  const how = edit.example === undefined ? "" : ` — ${edit.example}`;
  const saves = edit.certainty === "exact" ? formatBytes(edit.saves) : `about ${formatBytes(edit.saves)}`;
  return `saves ${saves}: ${edit.title}${where}${how}`;
}

/** Up to three paths with their bytes. */
export function paths(top: readonly PathBytes[], count = 3): string {
  const shown = top.slice(0, count).map((one) => `${one.path} ${formatBytes(one.bytes)}`);
  return shown.join(", ") + (top.length > count ? ", …" : "");
}
