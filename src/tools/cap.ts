import type { Limits } from "../security/limits.ts";
import { truncate } from "../security/untrusted.ts";
import { estimateTokens } from "./tokens.ts";

/** The bounds of one result. */
export type ResultLimits = Pick<Limits, "resultChars" | "resultTokens">;

/** Data that was made to fit, and what was left out: the path of each cut list with its full length. */
export interface Capped {
  readonly data: Record<string, unknown>;
  readonly total: Readonly<Record<string, number>>;
}

// Lists shorter than this are structure rather than volume.
const shortList = 3;

/**
 * Shortens lists, the one with the most characters first and from its end, until the JSON of `data` keeps to
 * the limits. Texts stay whole: half a Dockerfile is worse than none. May stay above the bound when
 * there is nothing left to shorten.
 */
export function capData(data: Readonly<Record<string, unknown>>, limits: ResultLimits): Capped {
  let share = shareOf(JSON.stringify(data), limits);
  if (share <= 1) return { data: { ...data }, total: {} };
  const copy = structuredClone({ ...data });
  const total: Record<string, number> = {};
  while (share > 1) {
    const largest = largestList(copy, "");
    if (largest === undefined) break;
    const { list, path } = largest;
    total[path] ??= list.length;
    const keep = Math.max(Math.floor(list.length / share), shortList);
    list.length = Math.min(keep, list.length - 1);
    share = shareOf(JSON.stringify(copy), limits);
  }
  return { data: copy, total };
}

/** How much of what is allowed a text takes; more than 1 is too much. */
function shareOf(text: string, { resultChars, resultTokens }: ResultLimits): number {
  const chars = text.length / Math.max(resultChars, 1);
  // Tokens of a text that is much too long need not be counted.
  return chars > 4 ? chars : Math.max(chars, estimateTokens(text) / Math.max(resultTokens, 1));
}

interface FoundList {
  readonly list: unknown[];
  readonly path: string;
  readonly chars: number;
}

function largestList(value: unknown, path: string): FoundList | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  let best: FoundList | undefined;
  if (Array.isArray(value) && value.length > shortList) {
    best = { list: value, path, chars: JSON.stringify(value).length };
  }
  for (const [key, inner] of Object.entries(value)) {
    const found = largestList(inner, path === "" ? key : `${path}.${key}`);
    // A list inside a list is cut before the outer one loses whole entries, when it is most of it.
    if (found && (best === undefined || found.chars * 2 > best.chars)) best = found;
  }
  return best;
}

/** Text for a model, within the limits; says that it was cut and what to do for the rest. */
export function capText(text: string, limits: ResultLimits, total: Readonly<Record<string, number>>): string {
  const cuts = Object.entries(total).map(([path, count]) => `${path} has ${count}`);
  const listed = cuts.length > 0 ? `\nShortened in the data: ${cuts.slice(0, 4).join(", ")}.` : "";
  if (shareOf(text + listed, limits) <= 1) return text + listed;
  const note = `\nCut to fit: ${text.length} characters in all. Narrow the request to see the rest.${listed}`;
  let chars = Math.min(text.length, limits.resultChars) - note.length;
  let cut = "";
  do {
    cut = truncate(text, Math.max(chars, 0)) + note;
    chars = Math.floor(chars / Math.max(shareOf(cut, limits), 1.02));
  } while (chars > 0 && shareOf(cut, limits) > 1);
  return cut;
}
