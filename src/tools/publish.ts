import { z } from "zod";
import type { ToolAnnotations, ToolContext } from "./define.ts";
import type { ListedTool } from "./list.ts";

/** A JSON Schema as hosts get it. */
export type PublishedSchema = Record<string, unknown>;

/** Most characters of one published output schema: five of them stay within 1,500 tokens. */
const outputChars = 1_450;

// Bounds and defaults hold on each call anyway; a model needs none of them, and every host pays for them on every start.
const unpublished = new Set([
  "$schema",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "pattern",
  "format",
  "propertyNames",
  "minimum",
  "maximum",
  "default",
]);

/** The input schema of a tool without bounds; what is wrong with a call is said when it is made. */
export function publishedInput(tool: Pick<ListedTool, "input" | "unpublished">): PublishedSchema {
  const schema = z.toJSONSchema(tool.input, { io: "input" });
  for (const name of tool.unpublished) delete schema.properties?.[name];
  return slim(schema, Number.POSITIVE_INFINITY);
}

/**
 * The outline of an output schema: its properties to the deepest level that fits, and below that only their
 * types. Looser than what the tool returns, so each answer fits it.
 */
export function publishedOutput(tool: Pick<ListedTool, "output">): PublishedSchema {
  const full = z.toJSONSchema(tool.output, { io: "input" });
  for (let depth = 4; depth > 1; depth--) {
    const outline = slim(full, depth, ["enum"]);
    if (JSON.stringify(outline).length <= outputChars) return outline;
  }
  return slim(full, 1, ["enum"]);
}

/** The hints for a caller with these permissions: a tool that could write is read-only where it may not. */
export function publishedAnnotations(
  tool: Pick<ListedTool, "annotations" | "writes" | "builds">,
  allow: ToolContext["allow"],
): ToolAnnotations {
  if (allow.write || tool.builds || tool.writes.length === 0) return tool.annotations;
  return { ...tool.annotations, readOnlyHint: true, destructiveHint: false };
}

/** Copies a schema without what is not published, with properties to `depth` levels of objects. */
function slim(schema: unknown, depth: number, omit: readonly string[] = [], top = true): PublishedSchema {
  if (typeof schema !== "object" || schema === null) return {};
  const result: PublishedSchema = {};
  for (const [key, value] of Object.entries(schema)) {
    if (unpublished.has(key) || omit.includes(key)) continue;
    if (key === "required" && !top && omit.length > 0) continue;
    if (key === "properties" && typeof value === "object" && value !== null) {
      if (depth < 1) continue;
      result[key] = Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, slim(inner, depth - 1, omit, false)]),
      );
    } else if (key === "items" || key === "additionalProperties") {
      if (typeof value === "object") result[key] = slim(value, depth, omit, false);
    } else result[key] = value;
  }
  return result;
}
