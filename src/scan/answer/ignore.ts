import picomatch from "picomatch";
import { parse } from "yaml";
import { z } from "zod";
import { InputError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import type { ScanFinding } from "../types.ts";

/** An accepted finding: which, why, and until when. */
export interface IgnoreEntry {
  /** An id or alias. */
  readonly id: string;
  readonly package?: string | undefined;
  /** A glob over paths of the image. */
  readonly path?: string | undefined;
  readonly reason: string;
  /** The last day it holds, YYYY-MM-DD. */
  readonly until: string;
  /** What was found out about it, in CycloneDX's words. */
  readonly state?: "not_affected" | "false_positive" | "exploitable" | "in_triage" | undefined;
}

/** A finding that an entry accepts. */
export interface IgnoredFinding {
  readonly finding: ScanFinding;
  readonly entry: IgnoreEntry;
}

/** `2026-02-30` is parsed as a day of March. */
function isDay(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const entrySchema = z.strictObject({
  id: z.string().min(1).max(120),
  package: z.string().min(1).max(200).optional(),
  path: z.string().min(1).max(300).optional(),
  reason: z.string().trim().min(1, "a reason is needed").max(500),
  until: z.preprocess(
    (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : value),
    z
      .string()
      .regex(/^\d{4}-\d\d-\d\d$/, "a day is needed: YYYY-MM-DD")
      .refine(isDay, "there is no such day"),
  ),
  state: z.enum(["not_affected", "false_positive", "exploitable", "in_triage"]).optional(),
});
const fileSchema = z.strictObject({ ignore: z.array(entrySchema).max(2_000) });

/** Reads an ignore file (YAML: `ignore:` with entries). Throws InputError with the place of the first mistake. */
export function parseIgnoreFile(text: string, name: string): readonly IgnoreEntry[] {
  let yaml: unknown;
  try {
    yaml = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new InputError(
      `${clean(name)} is not YAML: ${clean(error instanceof Error ? (error.message.split("\n")[0] ?? "") : "", 160)}`,
      "write `ignore:` and below it entries with id, reason and until",
    );
  }
  const parsed = fileSchema.safeParse(yaml);
  if (parsed.success) return parsed.data.ignore;
  const [issue] = parsed.error.issues;
  throw new InputError(
    `${clean(name)}: ${clean(issue?.path.join(".") ?? "", 80) || "the file"}: ${clean(issue?.message ?? "", 160)}`,
    "each entry of `ignore:` needs id, reason and until (YYYY-MM-DD); package, path and state are optional",
  );
}

/** Findings that are left, those that entries hide, and what is to be said about the entries. */
export interface IgnoreResult {
  readonly kept: readonly ScanFinding[];
  readonly ignored: readonly IgnoredFinding[];
  readonly notes: readonly string[];
}

/**
 * Hides what entries accept until their day is over; the day itself still counts. Expired entries hide nothing and are
 * named, as are entries that fit nothing. `today` is YYYY-MM-DD.
 */
export function applyIgnores(
  findings: readonly ScanFinding[],
  entries: readonly IgnoreEntry[],
  today: string,
): IgnoreResult {
  const matchers = entries.map((entry) => ({ entry, fits: matcher(entry), used: false }));
  const kept: ScanFinding[] = [];
  const ignored: IgnoredFinding[] = [];
  for (const finding of findings) {
    const fitting = matchers.filter(({ fits }) => fits(finding));
    for (const one of fitting) one.used = true;
    const entry = fitting.find((one) => one.entry.until >= today)?.entry;
    if (entry === undefined) kept.push(finding);
    else ignored.push({ finding, entry });
  }
  const expired = matchers.filter(({ entry, used }) => used && entry.until < today);
  const unused = matchers.filter(({ used }) => !used);
  return {
    kept,
    ignored,
    notes: [
      ...expired.map(
        ({ entry }) =>
          `the exception for ${clean(entry.id, 80)} ended on ${entry.until} and hides nothing: ${clean(entry.reason, 160)}`,
      ),
      ...(unused.length === 0
        ? []
        : [
            `exceptions that fit nothing any more: ${clean(unused.map(({ entry }) => entry.id).join(", "), 300)}`,
          ]),
    ],
  };
}

function matcher(entry: IgnoreEntry): (finding: ScanFinding) => boolean {
  const id = entry.id.toLowerCase();
  const name = entry.package?.toLowerCase();
  const path = entry.path === undefined ? undefined : picomatch(entry.path, { dot: true });
  return (finding) =>
    [finding.id, ...finding.aliases].some((one) => one.toLowerCase() === id) &&
    (name === undefined ||
      [finding.package?.name, finding.package?.source].some((one) => one?.toLowerCase() === name)) &&
    (path === undefined || path(finding.path ?? finding.package?.path ?? ""));
}
