import { closestCommand, nodesOf } from "./shared/shell-tree.ts";
import type { Rule } from "./types.ts";

/** "A"B"C". */
export const rule: Rule = {
  meta: {
    name: "shell-inner-quotes",
    summary: "Quotes end in the middle of a word.",
    why: 'In "A"B"C" the B stands outside the quotes: mostly an inner quote that lost its backslash, so that the output lacks it.',
    severity: "warning",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2140"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_03",
    bad: { dockerfile: 'FROM debian:13-slim\nRUN echo "{"name": "app"}" > /srv/app.json\n' },
    good: { dockerfile: 'FROM debian:13-slim\nRUN echo \'{"name": "app"}\' > /srv/app.json\n' },
  },
  *check(context) {
    for (const { tree, entry } of nodesOf(context, /"[^"\s]*"[^"\s=:/]+"/, "Word")) {
      const { parts } = entry.node;
      if (!parts || entry.parent?.node.type === "Assignment" || closestCommand(entry) === undefined) continue;
      for (const [index, part] of parts.entries()) {
        const before = parts[index - 1];
        const after = parts[index + 1];
        if (part.type !== "Literal" || before?.type !== "DoubleQuoted" || after?.type !== "DoubleQuoted")
          continue;
        if (/^[=:/]$/.test(part.text) || (isOne(before.parts) && isOne(after.parts))) continue;
        yield {
          range: tree.script.toRange(part.pos, part.end),
          message: `${part.text.slice(0, 40)} stands outside the quotes around it: escape the inner ones`,
        };
      }
    }
  },
};

/** `"$a"b"$c"`: each pair of quotes holds one expansion. */
function isOne(parts: readonly { readonly type: string }[]): boolean {
  return parts.length === 1 && parts[0]?.type !== "Literal";
}
