import type { Report } from "../report.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";

/** Formats a report can be written in, by name. */
export const formats = { html, json, junit, md: markdown } as const satisfies Record<
  string,
  (report: Report) => string
>;

export type FormatName = keyof typeof formats;

/** True for the name of a format. */
export function isFormat(name: string): name is FormatName {
  return Object.hasOwn(formats, name);
}
