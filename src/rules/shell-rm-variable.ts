import type { ShellWord } from "../dockerfile/shell.ts";
import { shellTrees } from "./shared/shell-tree.ts";
import { shellValues } from "./shared/shell-values.ts";
import { namedCommands } from "./shared/shell-words.ts";
import type { Rule } from "./types.ts";

const folders =
  /^(?=\/)(?:\/(?:bin|etc|home|mnt|usr|usr\/share|usr\/local|usr\/bin|var|lib|dev|media|boot|lib64))?(?:\/|\/\*|\/\*\/\*)?$/;

/** rm -r of a folder below a variable. */
export const rule: Rule = {
  meta: {
    name: "shell-rm-variable",
    summary: 'rm -r of "$variable/\u2026" removes from the root when the variable is empty.',
    why: 'An empty or misspelt variable turns "$DIR/*" into "/*". Write "${DIR:?}/*": the shell then stops instead.',
    severity: "warning",
    category: "shell",
    fixable: "unsafe",
    aliases: { shellcheck: ["SC2115"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_06_02",
    bad: { dockerfile: 'FROM debian:13-slim\nRUN DIR="$(mktemp -d)"; rm -rf "$DIR/"*\n' },
    good: { dockerfile: 'FROM debian:13-slim\nRUN DIR="$(mktemp -d)"; rm -rf "${DIR:?}/"*\n' },
  },
  *check(context) {
    for (const { command, run } of namedCommands(context, "rm")) {
      if (!command.has("-r", "-R", "--recursive")) continue;
      for (const word of command.args) {
        const [first] = word.expansions;
        if (!first && word.globs.length > 0 && folders.test(word.raw)) {
          // Emptying a folder on purpose: ShellCheck takes it for a slip.
          yield { range: word.range, message: `${word.text} empties a folder of the system`, parity: true };
          continue;
        }
        if (first?.kind !== "parameter" || !isCatastrophic(word)) continue;
        const tree = shellTrees(context).find((each) => each.run === run);
        const name = first.name ?? "";
        const known =
          tree !== undefined &&
          shellValues(context, tree).isSet(name) &&
          context.stateBefore(run).env.has(name);
        yield {
          range: word.range,
          message: `when ${name} is empty this removes from the root: write \${${name}:?}`,
          ...(known ? { parity: true } : {}),
          ...(/^[A-Za-z_]\w*$/.test(name) && first.operator === undefined
            ? {
                fix: {
                  title: "stop when it is empty",
                  edits: [{ range: first.range, text: `\${${name}:?}` }],
                  safe: false,
                },
              }
            : {}),
        };
      }
    }
  },
};

/** A variable alone in front of nothing but a folder of the system, or of everything. */
function isCatastrophic({ expansions, raw }: ShellWord): boolean {
  const [first] = expansions;
  if (!first || expansions.some(({ kind, operator }) => kind !== "parameter" || operator !== undefined))
    return false;
  if (!raw.replace(/^["']/, "").startsWith(first.raw)) return false;
  let plain = raw.replace(/["']/g, "");
  for (const expansion of expansions) plain = plain.replace(expansion.raw, "");
  return folders.test(plain);
}
