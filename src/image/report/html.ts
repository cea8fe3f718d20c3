import { clean } from "../../security/untrusted.ts";
import { directoryBytes } from "../analysis/largest.ts";
import type { Verdict } from "../analysis/targets.ts";
import type { AnalyzedImage } from "../analyze.ts";
import type { Comparison } from "../compare.ts";
import { type PathNode, pathOf } from "../model/tree.ts";
import { formatBytes, formatShare } from "./bytes.ts";
import { safe, table, tableBody } from "./markup.ts";
import { styles } from "./styles.ts";
import { causeWords, placeText } from "./text.ts";
import { squarify } from "./treemap.ts";

/** What a report shows. */
export interface ReportInput {
  readonly image: AnalyzedImage;
  readonly targets: readonly Verdict[];
  readonly comparison?: Comparison | undefined;
}

/**
 * One page that needs nothing else: no script, no network, no fonts. Everything from the image is cleaned and escaped,
 * and a content security policy forbids what should not be there anyway.
 */
export function renderReport({ image, targets, comparison }: ReportInput): string {
  const { analysis } = image;
  const { size, layers } = analysis;
  const title = `${analysis.reference}: ${formatBytes(size.total)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="dockwright">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${safe(title)}</title>
<style>${styles}</style>
</head>
<body>
<main>
<header>
<h1>${safe(analysis.reference)}</h1>
<p>${safe(analysis.platform)}, ${layers.length} layers, ${size.files} files, read from ${safe(analysis.source)}</p>
<dl class="figures">
${figure("Total", size.total)}${figure("Visible", size.visible)}${figure("Hidden", size.hidden)}${size.compressed === undefined ? "" : figure("To pull", size.compressed)}${figure("Base image", size.base)}${figure("Own layers", size.own)}
</dl>
${meter(size.visible, size.hidden)}
</header>
${
  targets.length === 0
    ? ""
    : table(
        "Targets",
        ["Target", "Measured", "Kept"],
        targets.map((one) => [one.target, one.actual, one.passed ? "yes" : "no"]),
      )
}
${edits(analysis.edits)}
<section><h2>Layers</h2>
${treemap(
  layers.map((layer) => ({
    label: `${layer.index}: ${layer.instruction}`,
    bytes: layer.bytes,
    shade: layer.base ? "base" : "own",
  })),
  "Bytes by layer",
)}
${tableBody(
  ["#", "Instruction", "Bytes", "Hidden later"],
  layers.map((layer) => [
    String(layer.index),
    `${layer.instruction}${layer.place ? ` (${placeText(layer.place)})` : layer.base ? " (base)" : ""}`,
    formatBytes(layer.bytes),
    layer.hiddenLater === 0 ? "" : formatBytes(layer.hiddenLater),
  ]),
)}
</section>
<section><h2>Directories</h2>
${treemap(topDirectories(image), "Visible bytes by directory")}
</section>
${
  image.packages.length === 0
    ? ""
    : `<section><h2>Packages</h2>
${treemap(
  image.packages
    .slice(0, 60)
    .map((one) => ({ label: `${one.name} ${one.version ?? ""}`, bytes: one.bytes, shade: one.type })),
  "Visible bytes by package",
)}
</section>`
}
${table(
  "Hidden bytes",
  ["Bytes", "Files", "Written by", "Hidden by", "Why", "Largest"],
  analysis.hidden
    .filter((group) => group.bytes > 0)
    .map((group) => [
      formatBytes(group.bytes),
      String(group.files),
      `layer ${group.writtenBy}`,
      `layer ${group.hiddenBy}`,
      causeWords[group.cause] ?? group.cause,
      group.top[0]?.path ?? "",
    ]),
)}
${table(
  "Visible but not needed at run time",
  ["Bytes", "Files", "What", "Layer", "Largest"],
  analysis.useless.map((group) => [
    formatBytes(group.bytes),
    String(group.files),
    group.label,
    String(group.layer),
    group.top[0]?.path ?? "",
  ]),
)}
${table(
  "Same content stored more than once",
  ["Extra bytes", "Copies", "Paths"],
  analysis.duplicates.top.map((group) => [
    formatBytes(group.extra),
    String(group.copies),
    group.paths.join(", "),
  ]),
)}
${table(
  "Largest files",
  ["Bytes", "Path", "Layer"],
  analysis.largest.files.map((file) => [formatBytes(file.bytes), file.path, String(file.layer)]),
)}
${comparison === undefined ? "" : compared(comparison)}
<footer><p>dive's figures: efficiency ${analysis.dive.efficiency.toFixed(4)}, wasted ${formatBytes(analysis.dive.wastedBytes)} in ${analysis.dive.wastedPaths} paths.</p>
${analysis.notes.map((note) => `<p>${safe(note)}</p>`).join("\n")}</footer>
</main>
</body>
</html>
`;
}

interface Tile {
  readonly label: string;
  readonly bytes: number;
  readonly shade: string;
}

const mapWidth = 960;
const mapHeight = 360;

/** A treemap as SVG; each box says what it is to readers and on hover. Boxes too small to see are summed up. */
function treemap(tiles: readonly Tile[], label: string): string {
  const total = tiles.reduce((sum, tile) => sum + tile.bytes, 0);
  if (total === 0) return "";
  const least = total / 2000;
  const small = tiles.filter((tile) => tile.bytes < least);
  const rest = {
    label: `${small.length} smaller ones`,
    bytes: small.reduce((sum, tile) => sum + tile.bytes, 0),
    shade: "rest",
  };
  const boxes = squarify([...tiles.filter((tile) => tile.bytes >= least), rest], (tile) => tile.bytes, {
    x: 0,
    y: 0,
    width: mapWidth,
    height: mapHeight,
  });
  const shapes = boxes.map(({ item, x, y, width, height }) => {
    const text = `${item.label}: ${formatBytes(item.bytes)} (${formatShare(item.bytes, total)})`;
    const room = Math.floor(width / 7);
    const lines =
      room >= 5 && height >= 30
        ? `<text x="${round(x + 4)}" y="${round(y + 14)}">${safe(clean(item.label, room))}</text><text x="${round(x + 4)}" y="${round(y + 27)}">${formatBytes(item.bytes)}</text>`
        : "";
    return `<g><title>${safe(text)}</title><rect class="s-${shadeClass(item.shade)}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"/>${lines}</g>`;
  });
  return `<svg class="map" viewBox="0 0 ${mapWidth} ${mapHeight}" role="img" aria-label="${safe(label)}">${shapes.join("")}</svg>`;
}

function shadeClass(shade: string): string {
  return shade.replace(/[^a-z]/g, "") || "own";
}

/** The directories two levels down, the files of others in their parents. */
function topDirectories(image: AnalyzedImage): Tile[] {
  const sums = directoryBytes(image.model.versions);
  const tiles: Tile[] = [];
  const visit = (node: PathNode, depth: number): void => {
    const bytes = sums.get(node) ?? 0;
    if (bytes === 0) return;
    const below = [...(node.present ?? [])].filter((child) => (sums.get(child) ?? 0) > 0);
    const large = bytes > image.analysis.size.visible / 12;
    if (depth < 2 || (large && depth < 6 && below.length > 0)) {
      for (const child of below) visit(child, depth + 1);
      const own = bytes - below.reduce((sum, child) => sum + (sums.get(child) ?? 0), 0);
      if (own > 0) tiles.push({ label: `/${pathOf(node)} (files)`, bytes: own, shade: shadeOf(node) });
      return;
    }
    tiles.push({ label: `/${pathOf(node)}`, bytes, shade: shadeOf(node) });
  };
  visit(image.model.root, 0);
  return tiles;
}

function shadeOf(node: PathNode): string {
  let top = node;
  while (top.parent?.parent !== undefined) top = top.parent;
  return ["usr", "var", "app", "opt", "lib", "home", "root", "etc"].includes(top.name) ? top.name : "other";
}

function edits(list: AnalyzedImage["analysis"]["edits"]): string {
  if (list.length === 0) return "";
  const total = list.reduce((sum, edit) => sum + edit.saves, 0);
  const items = list.map(
    (edit) =>
      `<li><strong>${edit.certainty === "estimate" ? "about " : ""}${formatBytes(edit.saves)}</strong> ${safe(edit.title)}${edit.place ? ` <span>(${placeText(edit.place)})</span>` : ""}<br><small>${safe(edit.because)}</small>${edit.example === undefined ? "" : `<br><code>${safe(edit.example)}</code>`}${edit.ignore === undefined ? "" : `<br><code>.dockerignore: ${safe(edit.ignore.join(" "))}</code>`}</li>`,
  );
  return `<section><h2>Proposed edits: ${formatBytes(total)}</h2><ol>${items.join("\n")}</ol></section>`;
}

function compared(comparison: Comparison): string {
  const sign = comparison.percent > 0 ? "+" : "";
  const rows = [...comparison.paths, ...comparison.packages].map((change) => [
    change.name,
    formatBytes(change.before),
    formatBytes(change.after),
  ]);
  return `<section><h2>Compared with ${safe(comparison.reference)}</h2>
<p>${formatBytes(comparison.before)} before, ${formatBytes(comparison.after)} now (${sign}${comparison.percent.toFixed(1)}%); ${comparison.sharedLayers} layers with ${formatBytes(comparison.sharedBytes)} are shared.</p>
${tableBody(["What", "Before", "Now"], rows)}</section>`;
}

function figure(name: string, bytes: number): string {
  return `<div><dt>${name}</dt><dd>${formatBytes(bytes)}</dd></div>`;
}

function meter(visible: number, hidden: number): string {
  const share = visible + hidden === 0 ? 0 : (100 * hidden) / (visible + hidden);
  return `<svg class="meter" viewBox="0 0 100 3" preserveAspectRatio="none" role="img" aria-label="${share.toFixed(1)}% hidden"><rect class="s-own" width="100" height="3"/><rect class="s-hidden" x="${round(100 - share)}" width="${round(share)}" height="3"/></svg>`;
}

function round(value: number): string {
  return (Math.round(value * 100) / 100).toString();
}
