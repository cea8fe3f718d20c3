import type { z } from "zod";
import { defaultLimits } from "../../security/limits.ts";
import { countWords } from "../../validate/report.ts";
import type { validateInput, validateOutput } from "../schemas/validate.ts";

type Input = z.output<typeof validateInput>;
type Output = z.output<typeof validateOutput>;
type FileOutput = Output["files"][number];

/** Room for what is said last: what was cut, what can be repaired. */
const closingChars = 400;

/** Characters of one answer to a model, as every tool has them. */
const maxChars = defaultLimits.resultChars - closingChars;

/** Short text for a model: one line a finding, then what was repaired and what to do next. */
export function renderValidation(output: Output, input: Input): string {
  if (output.report !== undefined) return output.report;
  const { summary } = output;
  const files = summary.files === 1 ? (output.files[0]?.file ?? "") : `${summary.files} files`;
  const head = `${output.passed ? "Passed" : "Failed"}: ${files}: ${countWords(summary)}${summary.ignored > 0 ? `, ${summary.ignored} ignored by pragmas` : ""}.`;
  const parts = [head, ...output.warnings.map((warning) => `Warning: ${warning}`)];
  let used = head.length;
  let left = 0;
  for (const file of output.files) {
    for (const block of blocksOf(file, summary.files > 1, input)) {
      if (used + block.length > maxChars) {
        left++;
        continue;
      }
      parts.push(block);
      used += block.length + 1;
    }
  }
  const shown = output.files.reduce((sum, { findings }) => sum + findings.length, 0);
  if (left > 0 || output.truncated) {
    parts.push(
      `Truncated: ${Math.max(shown - left, 0)} of ${summary.findings} findings are shown; use detail full, a narrower path or ignore.`,
    );
  }
  if ((input.fix ?? "none") === "none" && summary.fixable > 0) {
    parts.push(`${summary.fixable} can be repaired: call again with fix "safe" (or "unsafe" for all).`);
  }
  return parts.join("\n");
}

function blocksOf(file: FileOutput, named: boolean, input: Input): string[] {
  const blocks: string[] = [];
  const place = named ? `${file.file}:` : "";
  if (file.checklist) {
    const signs = { pass: "pass", fail: "FAIL", "not-applicable": "n/a " } as const;
    blocks.push(
      ...file.checklist.items.map((item) => {
        const proof = item.proof.slice(0, 3).map(({ line, message }) => `line ${line}: ${message}`);
        const note = item.note !== undefined && item.status !== "fail" ? ` (${item.note})` : "";
        return `${signs[item.status]} ${place}${item.title}${proof.length > 0 ? `: ${proof.join("; ")}` : note}`;
      }),
    );
  } else {
    blocks.push(
      ...file.findings.map((finding) => {
        const ids = finding.ids.length > 0 ? ` (${finding.ids.slice(0, 2).join(", ")})` : "";
        const fix = finding.fix === undefined ? "" : finding.fix === "safe" ? " [fix]" : " [unsafe fix]";
        const why = finding.why === undefined ? "" : `\n  ${finding.why}`;
        return `${place}${finding.line}:${finding.column} ${finding.severity} ${finding.rule}${ids}: ${finding.message}${fix}${why}`;
      }),
    );
  }
  if (file.repair) {
    const { applied, diff, text, written } = file.repair;
    const whose = named ? `${place} ` : "";
    if (applied.length === 0) blocks.push(`${whose}nothing to repair`);
    else {
      blocks.push(
        `${whose}repaired ${applied.length}: ${[...new Set(applied.map(({ rule }) => rule))].join(", ")}${written ? " (saved)" : ""}`,
      );
      if (diff !== "") blocks.push(`\`\`\`diff\n${diff}\`\`\``);
      if (input.detail === "full" && text !== undefined) blocks.push(`\`\`\`dockerfile\n${text}\`\`\``);
    }
  }
  return blocks;
}
