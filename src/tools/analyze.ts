import type { z } from "zod";
import { parseDockerfile } from "../dockerfile/parse.ts";
import type { Dockerfile } from "../dockerfile/types.ts";
import { judge, parseDiveFile, parseTargets, type Target } from "../image/analysis/targets.ts";
import {
  type AnalyzedImage,
  type AnalyzeOptions,
  analyzeLayers,
  analyzeWithModel,
} from "../image/analyze.ts";
import { compareImages } from "../image/compare.ts";
import { smallestPlan } from "../image/edits/propose.ts";
import { openImage } from "../image/open.ts";
import { formatBytes, formatShare } from "../image/report/bytes.ts";
import { renderReport } from "../image/report/html.ts";
import { editLine, headLine, hiddenLine, layerLines, paths, treeLines } from "../image/report/text.ts";
import type { ImageHandle } from "../image/types.ts";
import { InputError } from "../security/errors.ts";
import { readBounded, resolveInside } from "../security/paths.ts";
import { truncate } from "../security/untrusted.ts";
import { defineTool, type ToolContext } from "./define.ts";
import { reportTarget, writeReport } from "./report-file.ts";
import { analyzeInput, analyzeOutput } from "./schemas/analyze.ts";
import { words } from "./words.ts";

type Input = z.output<typeof analyzeInput>;
type Output = z.output<typeof analyzeOutput>;

/** Says where the bytes of an image come from, what is wasted, and which edits save how much. */
export const analyzeTool = defineTool({
  name: "analyze_image_size",
  verb: "analyze",
  ...words.analyze,
  input: analyzeInput,
  output: analyzeOutput,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  builds: false,
  run,
  render,
  failed: (output) => output.targets.some((verdict) => !verdict.passed),
});

async function run(input: Input, context: ToolContext): Promise<Output> {
  if (input.detail === "layers" && (input.report ?? input.compareTo) !== undefined) {
    throw new InputError(
      `${input.report === undefined ? "a comparison" : "a report"} needs the files of the image, which detail layers leaves unread`,
      "use detail summary or full",
    );
  }
  const targets = await readTargets(input.targetSize, context);
  const dockerfile = await readDockerfile(input.dockerfile, context);
  const reportFile = input.report === undefined ? undefined : await reportTarget(context.roots, input.report);
  const top = topOf(input, input.detail === "full" ? 20 : 5);
  const settings: AnalyzeOptions = { top, ...(dockerfile === undefined ? {} : { dockerfile }) };
  if (input.detail === "layers") {
    const analysis = await withImage(input.image, input, context, async (handle) =>
      analyzeLayers(handle, settings),
    );
    return analyzeOutput.parse({
      ...analysis,
      targets: targets.map((target) => judge(analysis, target)),
      truncated: false,
    });
  }
  const image = await withImage(input.image, input, context, (handle) => analyzeKept(handle, settings));
  const earlier =
    input.compareTo === undefined
      ? undefined
      : await withImage(input.compareTo, input, context, (handle) => analyzeKept(handle, { top }));
  const { analysis } = image;
  const verdicts = targets.map((target) => judge(analysis, target));
  const over = Math.max(0, ...verdicts.map((verdict) => verdict.over));
  const plan = over > 0 ? smallestPlan(analysis.edits, over) : undefined;
  const comparison = earlier === undefined ? undefined : compareImages(earlier, image, top);
  if (reportFile !== undefined) {
    await writeReport(reportFile, renderReport({ image, targets: verdicts, comparison }));
  }
  return analyzeOutput.parse({
    ...analysis,
    largest: input.detail === "full" ? analysis.largest : { ...analysis.largest, tree: [] },
    targets: verdicts,
    ...(plan === undefined ? {} : { plan }),
    ...(comparison === undefined ? {} : { compare: comparison }),
    ...(reportFile === undefined ? {} : { report: reportFile.file }),
    truncated: false,
  });
}

/** Entries of a list: what was asked for, within reason. */
function topOf(input: Input, otherwise: number): number {
  return Math.min(100, Math.max(1, input.top ?? otherwise));
}

async function withImage<Result>(
  source: string,
  input: Input,
  context: ToolContext,
  use: (handle: ImageHandle) => Promise<Result>,
): Promise<Result> {
  const handle = await openImage(source, {
    signal: context.signal,
    limits: context.limits,
    roots: context.roots,
    progress: (message, done, total) => context.progress(message, done, total),
    ...(input.platform === undefined ? {} : { platform: input.platform }),
    ...(context.stdin === undefined ? {} : { stdin: context.stdin }),
  });
  try {
    return await use(handle);
  } finally {
    await handle.dispose();
  }
}

async function analyzeKept(
  handle: ImageHandle,
  settings: AnalyzeOptions,
): Promise<AnalyzedImage & { readonly diffIds: readonly string[] }> {
  return { ...(await analyzeWithModel(handle, settings)), diffIds: handle.config.diffIds };
}

async function readDockerfile(
  path: string | undefined,
  context: ToolContext,
): Promise<Dockerfile | undefined> {
  if (path === undefined) return undefined;
  const file = await resolveInside(context.roots, path);
  const text = (await readBounded(file, context.limits.dockerfileBytes)).toString("utf8");
  return parseDockerfile(text, path);
}

async function readTargets(text: string | undefined, context: ToolContext): Promise<Target[]> {
  if (text === undefined) return [];
  if (!/(?:^|\/)\.dive-ci(?:\.ya?ml)?$/.test(text)) return parseTargets(text);
  const file = await resolveInside(context.roots, text);
  return parseDiveFile((await readBounded(file, context.limits.projectFileBytes)).toString("utf8"));
}

function render(output: Output, input: Input): string {
  const lines: string[] = [headLine(output)];
  const list = (title: string, items: readonly string[]): void => {
    if (items.some((item) => item !== "")) lines.push("", `${title}:`, ...items.map((item) => `- ${item}`));
  };
  for (const verdict of output.targets) {
    const over = verdict.over > 0 ? `, ${formatBytes(verdict.over)} too much` : "";
    lines.push(`Target ${verdict.target}: ${verdict.passed ? "kept" : "MISSED"} (${verdict.actual}${over})`);
  }
  if (output.plan !== undefined) {
    const saved = output.plan.reduce((bytes, index) => bytes + (output.edits[index]?.saves ?? 0), 0);
    const numbers = output.plan.map((index) => index + 1).join(", ");
    lines.push(`Fewest edits that reach it: ${numbers} (${formatBytes(saved)})`);
  }
  lines.push("", "Layers:", ...layerLines(output));
  if (output.edits.length > 0) {
    const total = output.edits.reduce((bytes, edit) => bytes + edit.saves, 0);
    lines.push("", `Edits (${formatBytes(total)} together):`);
    lines.push(
      ...output.edits.slice(0, topOf(input, 10)).map((edit, index) => `${index + 1}. ${editLine(edit)}`),
    );
  }
  list(
    "Hidden bytes, stored and pulled but not visible",
    output.hidden
      .filter((group) => group.bytes > 0)
      .slice(0, topOf(input, 8))
      .map((group) => hiddenLine(group, output.layers)),
  );
  list(
    "Visible but not needed at run time",
    output.useless
      .slice(0, topOf(input, 8))
      .map(
        (group) =>
          `${formatBytes(group.bytes)} ${group.label} (layer ${group.layer}): ${paths(group.top, 1)}`,
      ),
  );
  const { duplicates, largest, dive } = output;
  if (duplicates.bytes > 0) {
    list(
      `Same content stored more than once: ${formatBytes(duplicates.bytes)} in ${duplicates.groups} groups`,
      duplicates.top
        .slice(0, 3)
        .map((group) => `${group.copies} × ${formatBytes(group.bytes)}: ${group.paths.join(", ")}`),
    );
  }
  if (output.compare !== undefined) lines.push("", ...compareLines(output.compare));
  list("Largest files", [paths(largest.files, topOf(input, 5))]);
  list("Largest directories", [paths(largest.directories, topOf(input, 5))]);
  if (input.detail === "full" && largest.tree.length > 0) lines.push("", "Tree:", ...treeLines(largest.tree));
  list("By kind", [
    largest.kinds
      .slice(0, 6)
      .map((kind) => `${kind.kind} ${formatBytes(kind.bytes)}`)
      .join(", "),
  ]);
  list("Packages", [
    largest.packages
      .slice(0, topOf(input, 8))
      .map((one) => `${one.name} ${formatBytes(one.bytes)}`)
      .join(", "),
  ]);
  const percent = dive.userWastedPercent === undefined ? "n/a" : formatShare(dive.userWastedPercent, 1);
  lines.push(
    "",
    `dive's figures: efficiency ${dive.efficiency.toFixed(4)}, wasted ${formatBytes(dive.wastedBytes)} (kept copies included), user wasted ${percent}`,
    ...output.notes,
  );
  return truncate(lines.join("\n"), 14_000);
}

function compareLines(compare: NonNullable<Output["compare"]>): string[] {
  const sign = compare.after > compare.before ? "+" : "";
  const change = (one: { name: string; before: number; after: number }): string =>
    `- ${one.name}: ${formatBytes(one.before)} -> ${formatBytes(one.after)}`;
  return [
    `Compared with ${compare.reference}: ${formatBytes(compare.before)} -> ${formatBytes(compare.after)} (${sign}${compare.after - compare.before} bytes, ${sign}${compare.percent.toFixed(1)}%); ${compare.sharedLayers} layers shared (${formatBytes(compare.sharedBytes)})`,
    ...compare.paths.slice(0, 8).map(change),
    ...compare.packages.slice(0, 5).map(change),
  ];
}
