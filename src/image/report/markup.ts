import { clean } from "../../security/untrusted.ts";

/** A titled section with a table; nothing when there are no rows. Texts are made safe here. */
export function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? "" : `<section><h2>${safe(title)}</h2>${tableBody(head, rows)}</section>`;
}

/** A table. Texts are made safe here. */
export function tableBody(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // Figures stay on one line; paths and instructions may break anywhere.
  const cell = (text: string): string => `<td${text.length <= 12 ? ' class="short"' : ""}>${safe(text)}</td>`;
  const cells = (row: readonly string[]): string => row.map(cell).join("");
  return `<table><thead><tr>${head.map((cell) => `<th scope="col">${safe(cell)}</th>`).join("")}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join("\n")}</tbody></table>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Cleans text and makes it safe between tags and in quoted attributes. */
export function safe(text: string): string {
  return clean(text, 400).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
