import type { z } from "zod";
import { redact } from "../redact.ts";
import { ScannerError } from "./types.ts";

/** Reads what a scanner printed by a schema of the fields that are used. Throws ScannerError. */
export function readOutput<Schema extends z.ZodType>(
  name: string,
  raw: string,
  schema: Schema,
): z.output<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(raw);
  } catch (error) {
    const words = /^\s*[[{]/.test(raw) ? `JSON that is cut or damaged` : `no JSON but: ${redact(raw, 120)}`;
    throw new ScannerError(`${name} printed ${raw.trim() === "" ? "nothing" : words}`, { cause: error });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ScannerError(
    `${name} printed JSON of an unknown form (at ${issue?.path.join(".") || "its top"})`,
  );
}

/** The last thing a scanner said about its failure: one line, cleaned, secrets masked. */
export function lastWords(stderr: string): string {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== "");
  const told = lines.findLast((line) => /\b(?:FATAL|ERROR|error)\b/i.test(line)) ?? lines.at(-1) ?? "";
  return redact(told.replace(/^\d{4}-\d\d-\d\dT\S+\s+/, ""), 240);
}
