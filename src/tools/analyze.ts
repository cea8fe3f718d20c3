import type { z } from "zod";
import { judge, parseDiveFile, parseTargets, type Target } from "../image/analysis/targets.ts";
import { analyzeImage } from "../image/analyze.ts";
import { openImage } from "../image/open.ts";
import { formatBytes, formatShare } from "../image/report/bytes.ts";
import { editLine, headLine, hiddenLine, layerLines, paths } from "../image/report/text.ts";
import type { OpenOptions } from "../image/types.ts";
import { readBounded, resolveInside } from "../security/paths.ts";
import { truncate } from "../security/untrusted.ts";
import { defineTool, type ToolContext } from "./define.ts";
import { analyzeInput, analyzeOutput } from "./schemas/analyze.ts";

type Input = z.output<typeof analyzeInput>;
type Output = z.output<typeof analyzeOutput>;

/** Says where the bytes of an image come from, what is wasted, and which edits save how much. */
export const analyzeTool = defineTool({
  name: "analyze_image_size",
  verb: "analyze",
  title: "Analyze image size",
  description:
    "Which layer, instruction and file an image's bytes come from, what is hidden or useless, edits with bytes saved, targets, comparison.",
  input: analyzeInput,
  output: analyzeOutput,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  builds: false,
  run,
  render,
  failed: (output) => output.targets.some((verdict) => !verdict.passed),
});

async function run(input: Input, context: ToolContext): Promise<Output> {
  const targets = await readTargets(input.targetSize, context);
  const options: OpenOptions = {
    signal: context.signal,
    limits: context.limits,
    roots: context.roots,
    progress: (message, done, total) => context.progress(message, done, total),
    ...(input.platform === undefined ? {} : { platform: input.platform }),
    ...(context.stdin === undefined ? {} : { stdin: context.stdin }),
  };
  const handle = await openImage(input.image, options);
  try {
    const analysis = await analyzeImage(handle, { top: input.top ?? (input.detail === "full" ? 20 : 5) });
    return analyzeOutput.parse({
      ...analysis,
      targets: targets.map((target) => judge(analysis, target)),
      truncated: false,
    });
  } finally {
    await handle.dispose();
  }
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
    if (items.length > 0) lines.push("", `${title}:`, ...items.map((item) => `- ${item}`));
  };
  for (const verdict of output.targets) {
    const over = verdict.over > 0 ? `, ${formatBytes(verdict.over)} too much` : "";
    lines.push(`Target ${verdict.target}: ${verdict.passed ? "kept" : "MISSED"} (${verdict.actual}${over})`);
  }
  lines.push("", "Layers:", ...layerLines(output));
  list("Edits", output.edits.map(editLine));
  list(
    "Hidden bytes, stored and pulled but not visible",
    output.hidden
      .filter((group) => group.bytes > 0)
      .slice(0, input.top ?? 8)
      .map((group) => hiddenLine(group, output.layers)),
  );
  list(
    "Visible but not needed at run time",
    output.useless
      .slice(0, input.top ?? 8)
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
  list("Largest files", [paths(largest.files, input.top ?? 5)]);
  list("Largest directories", [paths(largest.directories, input.top ?? 5)]);
  list("By kind", [
    largest.kinds
      .slice(0, 6)
      .map((kind) => `${kind.kind} ${formatBytes(kind.bytes)}`)
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
