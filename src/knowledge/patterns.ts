/** One pattern of a language page. */
export interface Pattern {
  /** `quick`, `production`, `hardened`, `production-uv` ... */
  readonly name: string;
  readonly title: string;
  /** Its part of the page, as a page of its own. */
  readonly text: string;
}

/**
 * The patterns of a language page: each starts at `<!-- pattern: name -->` followed by its heading, and ends at the
 * next mark or second-level heading. One text may have several names: `<!-- pattern: production hardened -->`.
 */
export function patternsOf(page: string): readonly Pattern[] {
  return page
    .split(/^<!-- pattern: /m)
    .slice(1)
    .flatMap((part) => {
      const head = /^([\w -]+) -->\n## (.+)\n/.exec(part);
      const [whole, names, title] = head ?? [];
      if (whole === undefined || names === undefined || title === undefined) return [];
      const body = part.slice(whole.length).split(/^## /m)[0] ?? "";
      const text = `# ${title}\n${body.trimEnd()}\n`;
      return names.split(" ").map((name) => ({ name, title, text }));
    });
}
