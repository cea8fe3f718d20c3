import { levenshtein } from "../dockerfile/suggest.ts";
import { nodesOf, type ShellTree } from "./shared/shell-tree.ts";
import { shellValues } from "./shared/shell-values.ts";
import type { Rule, RuleContext } from "./types.ts";

/** A variable nothing sets. */
export const rule: Rule = {
  meta: {
    name: "shell-undefined-variable",
    summary: "A RUN reads a variable that neither the Dockerfile nor the script sets.",
    why: 'An unset variable is empty: `rm -rf "$dir"/x` becomes `rm -rf /x`. An ARG before FROM does not reach the stage: declare it again there. Names in capitals may come from the base image; they are only reported when they look like a misspelling.',
    severity: "warning",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2154", "SC2153"] },
    source: "https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact",
    bad: { dockerfile: 'ARG version=1\nFROM debian:13-slim\nRUN mkdir -p "/srv/$version"\n' },
    good: { dockerfile: 'ARG version=1\nFROM debian:13-slim\nARG version\nRUN mkdir -p "/srv/$version"\n' },
  },
  *check(context) {
    const seen = new Map<ShellTree, Set<string>>();
    for (const { tree, entry } of nodesOf(context, "$", "SimpleExpansion", "ParameterExpansion")) {
      const { node } = entry;
      const name = node.type === "SimpleExpansion" ? node.text.slice(1) : node.parameter;
      if (!/^[A-Za-z_]\w*$/.test(name) || (node.type === "ParameterExpansion" && isGuarded(node))) continue;
      const names = seen.get(tree) ?? new Set<string>();
      seen.set(tree, names);
      // One report for a name says it, as in ShellCheck.
      if (names.has(name)) continue;
      names.add(name);
      const values = shellValues(context, tree);
      if (values.isSet(name) || bash.test(name)) continue;
      if (/[a-z]/.test(name)) {
        yield {
          range: entry.range,
          message: `${name} is set nowhere${isGlobal(context, name) ? ": declare the ARG again after FROM" : ", so it is empty here"}`,
          aliases: { shellcheck: ["SC2154"] },
        };
        continue;
      }
      const like = misspelled(name, values.names);
      if (like === undefined) continue;
      yield {
        range: entry.range,
        message: `${name} is set nowhere in this file: is ${like} meant?`,
        aliases: { shellcheck: ["SC2153"] },
      };
    }
  },
};

/** Set by the shell itself, or by zsh and ksh. */
const bash =
  /^(?:BASH\w*|COMP_\w+|DIRSTACK|HOSTTYPE|MACHTYPE|OSTYPE|PIPESTATUS|FUNCNAME|GROUPS|HISTFILE|MAIL|PS[1-4]|CDPATH|ENV|EDITOR|VISUAL|TZ|LC_\w+|LD_LIBRARY_PATH|_)$/;

/** `${x:-y}`, `${x?}`, `${x+y}` say themselves what happens when x is not set. */
function isGuarded({
  operation,
  prefix,
}: {
  readonly operation: { readonly type: string } | undefined;
  readonly prefix: "!" | "#" | undefined;
}): boolean {
  return operation?.type === "Default" || prefix === "!";
}

function isGlobal(context: RuleContext, name: string): boolean {
  return context.file.globalArgs.some(({ assignments }) => assignments.some((each) => each.name === name));
}

/** One edit away from a name that is set, or two for a long one. */
function misspelled(name: string, names: readonly string[]): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const other of names) {
    const reach = other.length > 7 ? 2 : other.length > 3 ? 1 : 0;
    if (Math.abs(other.length - name.length) > reach) continue;
    const distance = levenshtein(name, other);
    if (distance <= reach && distance < (best?.distance ?? 3)) best = { name: other, distance };
  }
  return best?.name;
}
