import { truncate } from "../security/untrusted.ts";

/** Data that was made to fit, and what was left out: the path of each cut list with its full length. */
export interface Capped {
  readonly data: Record<string, unknown>;
  readonly total: Readonly<Record<string, number>>;
}

// Lists shorter than this are structure rather than volume.
const shortList = 3;

/**
 * Shortens lists, the one with the most characters first and from its end, until the JSON of `data` has at
 * most `maxChars`. Texts stay whole: half a Dockerfile is worse than none. May stay above the bound when
 * there is nothing left to shorten.
 */
export function capData(data: Readonly<Record<string, unknown>>, maxChars: number): Capped {
  let size = JSON.stringify(data).length;
  if (size <= maxChars) return { data: { ...data }, total: {} };
  const copy = structuredClone({ ...data });
  const total: Record<string, number> = {};
  while (size > maxChars) {
    const largest = largestList(copy, "");
    if (largest === undefined) break;
    const { list, path } = largest;
    total[path] ??= list.length;
    const keep = Math.max(Math.floor((list.length * Math.max(maxChars, 1)) / size), shortList);
    list.length = Math.min(keep, list.length - 1);
    size = JSON.stringify(copy).length;
  }
  return { data: copy, total };
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

/** Text for a model, within `maxChars`; says that it was cut and what to do for the rest. */
export function capText(text: string, maxChars: number, total: Readonly<Record<string, number>>): string {
  const cuts = Object.entries(total).map(([path, count]) => `${path} has ${count}`);
  const listed = cuts.length > 0 ? `\nShortened in the data: ${cuts.slice(0, 4).join(", ")}.` : "";
  if (text.length + listed.length <= maxChars) return text + listed;
  const note = `\nCut to fit: ${text.length} characters in all. Narrow the request to see the rest.${listed}`;
  return truncate(text, Math.max(maxChars - note.length, 0)) + note;
}
