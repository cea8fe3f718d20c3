/** A shell pattern without bracket expressions: `*`, `?` and literal characters. */
export type Pattern = readonly (string | { readonly wildcard: "*" | "?" })[];

/** Reads a pattern as BuildKit does: a backslash keeps `*`, `?`, `\`, `}` and `/` literal, anything else is an error. */
export function parsePattern(text: string): Pattern | undefined {
  const tokens: (string | { wildcard: "*" | "?" })[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "*" || char === "?") tokens.push({ wildcard: char });
    else if (char === "\\") {
      at++;
      const next = text.charAt(at);
      if (next === "" || !"*?\\}/".includes(next)) return undefined;
      tokens.push(next);
    } else tokens.push(char);
  }
  return tokens;
}

/**
 * Where a match that begins at `from` ends: the nearest or the farthest end; undefined when there is none.
 * Follows all ways at once, so that the time is bounded by pattern length × text length.
 */
function matchAt(pattern: Pattern, text: string, from: number, longest: boolean): number | undefined {
  let states = closure(pattern, new Set([0]));
  let found: number | undefined;
  for (let at = from; ; at++) {
    if (states.has(pattern.length)) {
      found = at;
      if (!longest) return found;
    }
    if (at >= text.length || states.size === 0) return found;
    const next = new Set<number>();
    for (const state of states) {
      const token = pattern[state];
      if (token === undefined) continue;
      if (typeof token === "string") {
        if (token === text.charAt(at)) next.add(state + 1);
      } else next.add(token.wildcard === "*" ? state : state + 1);
    }
    states = closure(pattern, next);
  }
}

function closure(pattern: Pattern, states: Set<number>): Set<number> {
  for (const state of states) {
    const token = pattern[state];
    if (token !== undefined && typeof token !== "string" && token.wildcard === "*") states.add(state + 1);
  }
  return states;
}

/** Length of the prefix that matches, the shortest or the longest. */
export function matchPrefix(pattern: Pattern, text: string, longest: boolean): number | undefined {
  return matchAt(pattern, text, 0, longest);
}

/** Where the suffix that matches begins, the shortest or the longest. */
export function matchSuffix(pattern: Pattern, text: string, longest: boolean): number | undefined {
  const length = matchAt(pattern.toReversed(), reverse(text), 0, longest);
  return length === undefined ? undefined : text.length - length;
}

/** The first match at or after `from`, as long as possible. */
export function findPattern(
  pattern: Pattern,
  text: string,
  from: number,
): { readonly start: number; readonly end: number } | undefined {
  for (let start = from; start <= text.length; start++) {
    const end = matchAt(pattern, text, start, true);
    if (end !== undefined) return { start, end };
  }
  return undefined;
}

function reverse(text: string): string {
  let out = "";
  for (let at = text.length - 1; at >= 0; at--) out += text.charAt(at);
  return out;
}
