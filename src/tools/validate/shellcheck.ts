import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import type { Range } from "../../dockerfile/types.ts";
import { InputError } from "../../security/errors.ts";
import { runProcess } from "../../security/process.ts";
import { clean } from "../../security/untrusted.ts";
import type { ExternalProblem } from "../../validate/external.ts";
import { type PlacedScript, shellScripts } from "../../validate/shell-scripts.ts";

const report = z.object({
  comments: z.array(
    z.object({
      file: z.string(),
      line: z.number(),
      endLine: z.number(),
      column: z.number(),
      endColumn: z.number(),
      level: z.enum(["error", "warning", "info", "style"]),
      code: z.number(),
      message: z.string(),
    }),
  ),
});

/** What it calls the shells of ours that it knows by another name. */
const dialects: Readonly<Record<string, string>> = {
  sh: "sh",
  bash: "bash",
  dash: "dash",
  ash: "dash",
  ksh: "ksh",
  mksh: "ksh",
};

/** Sourced files that are not there, dash as a shell, a shebang that is not the first line: none of it is the script's fault. */
const excluded = "SC1090,SC1091,SC2187,SC1128";

/** Scripts for one process. */
const batchSize = 400;

/** Lines in front of each script: its shebang and its variables. */
const prefixLines = 2;

/**
 * What the ShellCheck program on PATH says about the scripts of some Dockerfiles, one list for each, placed in the
 * Dockerfile. Throws MissingToolError when there is none, LimitError when it takes longer than `timeoutMs`.
 */
export async function shellcheck(
  files: readonly { readonly name: string; readonly text: string }[],
  {
    signal,
    timeoutMs,
    today,
  }: { readonly signal: AbortSignal; readonly timeoutMs: number; readonly today: string },
): Promise<readonly (readonly ExternalProblem[])[]> {
  const found: ExternalProblem[][] = files.map(() => []);
  const scripts = files.flatMap(({ name, text }, index) =>
    shellScripts(name, text, today)
      .filter(({ script }) => Object.hasOwn(dialects, script.shell))
      .map((placed) => ({ placed, problems: found[index] ?? [] })),
  );
  const folder = await mkdtemp(path.join(tmpdir(), "dockwright-shellcheck-"));
  try {
    for (let at = 0; at < scripts.length; at += batchSize) {
      const batch = scripts.slice(at, at + batchSize);
      const names = batch.map((_, index) => `${at + index}`);
      for (const [index, { placed }] of batch.entries()) {
        await writeFile(path.join(folder, names[index] ?? ""), sourceOf(placed));
      }
      const result = await runProcess({
        program: "shellcheck",
        args: ["--norc", "--format=json1", `--exclude=${excluded}`, "--", ...names],
        cwd: folder,
        signal,
        timeoutMs,
      });
      // 0 and 1: it looked, and found nothing or something.
      if (result.exitCode !== 0 && result.exitCode !== 1) {
        throw new InputError(
          `shellcheck ended with ${result.exitCode}: ${clean(result.stderr, 200)}`,
          "version 0.7 or later is needed",
        );
      }
      for (const comment of report.parse(JSON.parse(result.stdout)).comments) {
        const one = batch[Number(comment.file) - at];
        const range = one && rangeOf(one.placed, comment);
        if (!range) continue;
        const id = `SC${comment.code}`;
        one.problems.push({
          rule: "shellcheck",
          severity: comment.level,
          message: clean(comment.message, 300),
          why: "ShellCheck reads the script as the shell would; its page says what goes wrong and how to write it.",
          docs: `https://www.shellcheck.net/wiki/${id}`,
          aliases: { shellcheck: [id] },
          range,
        });
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return found;
}

function sourceOf({ script, variables }: PlacedScript): string {
  const names = variables.filter((name) => /^[A-Za-z_]\w*$/.test(name)).map((name) => `${name}=1`);
  const exports = names.length > 0 ? `export ${names.join(" ")}` : "";
  return `#!/bin/${dialects[script.shell] ?? "sh"}\n${exports}\n${script.text}\n`;
}

interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The place in the Dockerfile; undefined for what it says about the lines in front. */
function rangeOf({ script }: PlacedScript, place: Place): Range | undefined {
  const lines = script.text.split("\n");
  const start = offsetOf(lines, place.line - prefixLines, place.column);
  const end = offsetOf(lines, place.endLine - prefixLines, place.endColumn);
  return start === undefined ? undefined : script.toRange(start, Math.max(end ?? start, start));
}

/** UTF-16 offset of a 1-based line and column; ShellCheck's columns count characters. */
function offsetOf(lines: readonly string[], line: number, column: number): number | undefined {
  const text = lines[line - 1];
  if (text === undefined) return undefined;
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return before + [...text].slice(0, column - 1).join("").length;
}
