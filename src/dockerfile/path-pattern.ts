/** One step of a path pattern. */
type Token =
  | { readonly kind: "literal"; readonly char: string }
  /** `?`: any character but `/`. */
  | { readonly kind: "any" }
  /** `*`: any run without `/`. */
  | { readonly kind: "star" }
  /** A `**` at the end: any run. */
  | { readonly kind: "rest" }
  /** `**` and its slash: nothing, or any run that ends with `/`. */
  | { readonly kind: "folders" }
  | {
      readonly kind: "class";
      readonly negated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

/** A pattern over slash-separated paths, ready to match. */
export type PathPattern = readonly Token[];

/** How `**` is read: as any number of folders (`.dockerignore`), or as two `*` (COPY, Go's filepath.Match). */
export type GlobStar = "folders" | "plain";

/** Reads `*`, `?`, `[a-z]`, `\x` and `**`; undefined when the pattern is malformed as Go's filepath.Match sees it. */
export function parsePathPattern(pattern: string, globStar: GlobStar): PathPattern | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === "*" && globStar === "folders" && pattern[at + 1] === "*") {
      at++;
      if (pattern[at + 1] === "/") at++;
      tokens.push({ kind: at + 1 >= pattern.length ? "rest" : "folders" });
    } else if (char === "*") tokens.push({ kind: "star" });
    else if (char === "?") tokens.push({ kind: "any" });
    else if (char === "\\") {
      at++;
      if (at >= pattern.length) return undefined;
      tokens.push({ kind: "literal", char: pattern.charAt(at) });
    } else if (char === "[") {
      const read = readClass(pattern, at);
      if (!read) return undefined;
      tokens.push(read.token);
      at = read.end - 1;
    } else tokens.push({ kind: "literal", char });
  }
  return tokens;
}

function readClass(pattern: string, open: number): { token: Token; end: number } | undefined {
  let at = open + 1;
  const negated = pattern[at] === "^";
  if (negated) at++;
  const ranges: [string, string][] = [];
  const readChar = (): string | undefined => {
    if (pattern[at] === "\\") at++;
    const char = pattern[at];
    at++;
    return char;
  };
  while (at < pattern.length && (pattern[at] !== "]" || ranges.length === 0)) {
    if (pattern[at] === "-" || pattern[at] === "]") return undefined;
    const low = readChar();
    let high = low;
    if (pattern[at] === "-") {
      at++;
      if (pattern[at] === "]") return undefined;
      high = readChar();
    }
    if (low === undefined || high === undefined) return undefined;
    ranges.push([low, high]);
  }
  if (pattern[at] !== "]") return undefined;
  return { token: { kind: "class", negated, ranges }, end: at + 1 };
}

/** True when the whole path matches. Follows all ways at once: time is bounded by pattern × path length. */
export function matchesPath(pattern: PathPattern, path: string): boolean {
  // State 2i: before token i. State 2i + 1: inside the run of a `folders` token i, which only a slash may end.
  let states = skipOptional(pattern, new Set([0]));
  for (let at = 0; at < path.length && states.size > 0; at++) {
    const next = new Set<number>();
    for (const state of states) {
      const token = pattern[state >> 1];
      if (token) step(token, state, path.charAt(at), next);
    }
    states = skipOptional(pattern, next);
  }
  return states.has(2 * pattern.length);
}

/** Adds the states reached by tokens that match nothing. */
function skipOptional(pattern: PathPattern, states: Set<number>): Set<number> {
  for (const state of states) {
    const kind = state % 2 === 0 ? pattern[state >> 1]?.kind : undefined;
    if (kind === "star" || kind === "rest" || kind === "folders") states.add(state + 2);
  }
  return states;
}

function step(token: Token, state: number, char: string, next: Set<number>): void {
  const after = (state >> 1) * 2 + 2;
  switch (token.kind) {
    case "literal":
      if (token.char === char) next.add(after);
      return;
    case "any":
      if (char !== "/") next.add(after);
      return;
    case "star":
      if (char !== "/") next.add(state);
      return;
    case "rest":
      next.add(state);
      return;
    case "folders":
      next.add(state % 2 === 0 ? state + 1 : state);
      if (char === "/") next.add(after);
      return;
    case "class": {
      const inside = token.ranges.some(([low, high]) => char >= low && char <= high);
      if (inside !== token.negated) next.add(after);
    }
  }
}
