/** A fenced code block of Markdown. */
export interface FencedBlock {
  /** The first word after the fence, lower case; empty when there is none. */
  readonly language: string;
  /** The rest of the fence's line. */
  readonly info: string;
  readonly body: string;
  /** The last line that is not blank before the fence: where a file name would stand. */
  readonly lead: string;
}

/** The fenced blocks of a Markdown text in order; an unclosed one ends with the text. */
export function fencedBlocks(text: string): readonly FencedBlock[] {
  const lines = text.split(/\r?\n/);
  const blocks: FencedBlock[] = [];
  let lead = "";
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const open = /^ {0,3}(`{3,}|~{3,})\s*(\S*)\s*(.*)$/.exec(line);
    if (!open) {
      if (line.trim() !== "") lead = line;
      continue;
    }
    const fence = open[1] ?? "```";
    const body: string[] = [];
    for (index++; index < lines.length; index++) {
      const inner = lines[index] ?? "";
      const close = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(inner);
      if (close?.[1]?.startsWith(fence)) break;
      body.push(inner);
    }
    blocks.push({
      language: (open[2] ?? "").toLowerCase(),
      info: (open[3] ?? "").trim(),
      body: body.length === 0 ? "" : `${body.join("\n")}\n`,
      lead,
    });
    lead = "";
  }
  return blocks;
}
