import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

/** One finding of another linter: its id and, where it names one, the line. */
export interface PeerFinding {
  readonly file: string;
  readonly id: string;
  /** Undefined where it speaks of the whole file. */
  readonly line: number | undefined;
}

/** What another linter printed about a folder; names are relative to it. */
export interface PeerResults {
  readonly findings: readonly PeerFinding[];
  /** Files it could not parse, or only in part. */
  readonly unread: ReadonlySet<string>;
}

type Reader = (texts: readonly string[], names: readonly string[]) => PeerResults;

const hadolintSchema = z.array(z.object({ file: z.string(), code: z.string(), line: z.number() }));

const linesSchema = z.object({
  file: z.string(),
  error: z.string().optional(),
  findings: z.array(z.object({ rule: z.string(), line: z.number() })),
});

const trivySchema = z.object({
  Results: z
    .array(
      z.object({
        Target: z.string(),
        Misconfigurations: z
          .array(
            z.object({
              ID: z.string(),
              CauseMetadata: z.object({ StartLine: z.number().optional() }).optional(),
            }),
          )
          .optional(),
      }),
    )
    .default([]),
});

const checkovSchema = z.object({
  results: z.object({
    failed_checks: z.array(
      z.object({
        check_id: z.string(),
        file_path: z.string(),
        file_line_range: z.tuple([z.number(), z.number()]),
      }),
    ),
    parsing_errors: z.array(z.string()).default([]),
  }),
});

const semgrepSchema = z.object({
  results: z.array(
    z.object({ check_id: z.string(), path: z.string(), start: z.object({ line: z.number() }) }),
  ),
  errors: z.array(z.object({ path: z.string().optional() })),
});

/** How to read what each linter prints: `hadolint -f json`, `trivy config --format json`, `checkov -o json` and so on. */
export const readers = {
  hadolint: (texts) => {
    const all = texts.flatMap((text) => hadolintSchema.parse(JSON.parse(text || "[]")));
    return {
      findings: all.map(({ file, code, line }) => ({ file: path.normalize(file), id: code, line })),
      unread: new Set(all.filter(({ code }) => code === "DL1000").map(({ file }) => path.normalize(file))),
    };
  },
  buildkit: readLines,
  "dockerfile-utils": readLines,
  trivy: (texts, names) => {
    const all = texts.flatMap((text) => trivySchema.parse(JSON.parse(text)).Results);
    const read = new Set(all.map(({ Target }) => path.normalize(Target)));
    return {
      findings: all.flatMap(({ Target, Misconfigurations }) =>
        (Misconfigurations ?? []).map(({ ID, CauseMetadata }) => ({
          file: path.normalize(Target),
          id: ID,
          line: CauseMetadata?.StartLine || undefined,
        })),
      ),
      unread: new Set(names.filter((name) => !read.has(name))),
    };
  },
  checkov: (texts) => {
    const all = texts.map((text) => checkovSchema.parse(JSON.parse(text)).results);
    const name = (file: string): string => path.normalize(file.replace(/^\//, ""));
    return {
      findings: all.flatMap(({ failed_checks }) =>
        failed_checks.map(({ check_id, file_path, file_line_range }) => ({
          file: name(file_path),
          id: check_id,
          // Its checks in Python speak of a file, those on its graph of an instruction.
          line: /^CKV_/.test(check_id) ? undefined : file_line_range[0],
        })),
      ),
      unread: new Set(all.flatMap(({ parsing_errors }) => parsing_errors.map(name))),
    };
  },
  semgrep: (texts) => {
    const all = texts.map((text) => semgrepSchema.parse(JSON.parse(text)));
    return {
      findings: all.flatMap(({ results }) =>
        results.map(({ check_id, path: file, start }) => ({
          file: path.normalize(file),
          id: check_id.slice(check_id.lastIndexOf(".") + 1),
          line: start.line,
        })),
      ),
      unread: new Set(
        all.flatMap(({ errors }) => errors.flatMap(({ path: file }) => (file ? [path.normalize(file)] : []))),
      ),
    };
  },
} as const satisfies Record<string, Reader>;

/** JSON lines of {file, error?, findings: [{rule, line}]}. */
function readLines(texts: readonly string[]): PeerResults {
  const all = texts
    .flatMap((text) => text.trim().split("\n"))
    .map((line) => linesSchema.parse(JSON.parse(line)));
  return {
    findings: all.flatMap(({ file, findings }) =>
      findings.map(({ rule, line }) => ({ file: path.normalize(file), id: rule, line })),
    ),
    unread: new Set(all.filter(({ error }) => error !== undefined).map(({ file }) => path.normalize(file))),
  };
}

/** The texts of result files. */
export function readTexts(files: readonly string[]): string[] {
  return files.map((file) => readFileSync(file, "utf8"));
}
