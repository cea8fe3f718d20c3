import { posix } from "node:path";
import { matchesPath, type PathPattern, parsePathPattern } from "./path-pattern.ts";

/** One line of an ignore file. */
export interface IgnorePattern {
  /** As written, blanks at its ends left out. */
  readonly pattern: string;
  /** 1-based. */
  readonly line: number;
  /** `!pattern`: takes files back in. */
  readonly negated: boolean;
}

/** A line the builder refuses. */
export interface IgnoreProblem {
  readonly line: number;
  readonly message: string;
}

/** A `.dockerignore`, ready to match. */
export interface IgnoreMatcher {
  readonly patterns: readonly IgnorePattern[];
  readonly problems: readonly IgnoreProblem[];
  /** True when some pattern begins with `!`. */
  readonly hasNegation: boolean;
  /** The pattern that keeps a path (relative, forward slashes) out of the build context; undefined when it is sent. */
  ignoredBy(path: string): IgnorePattern | undefined;
}

interface Compiled extends IgnorePattern {
  matches(path: string): boolean;
}

/**
 * Reads an ignore file as the builder does (moby/patternmatcher): patterns are rooted at the context, `**` stands
 * for any number of folders, a folder takes its content with it, the last pattern that applies decides.
 */
export function parseIgnore(text: string): IgnoreMatcher {
  const patterns: Compiled[] = [];
  const problems: IgnoreProblem[] = [];
  for (const [index, raw] of text
    .replace(/^\ufeff/, "")
    .split("\n")
    .entries()) {
    const written = raw.trim();
    if (raw.startsWith("#") || written === "") continue;
    const bang = written.startsWith("!");
    // The builder looks for "!" again once the path is cleaned, so that "/!x" takes x back in as well.
    const whole = `${bang ? "!" : ""}${clean(bang ? written.slice(1).trim() : written)}`.trim();
    const negated = whole.startsWith("!");
    const cleaned = negated ? whole.slice(1) : whole;
    const line = index + 1;
    const matches = cleaned === "" ? undefined : compile(cleaned);
    if (matches) patterns.push({ pattern: written, line, negated, matches });
    else if (cleaned === "") problems.push({ line, message: 'The pattern "!" takes nothing back in.' });
    else problems.push({ line, message: `The pattern "${written}" is malformed.` });
  }
  return {
    patterns: patterns.map(({ pattern, line, negated }) => ({ pattern, line, negated })),
    problems,
    hasNegation: patterns.some((pattern) => pattern.negated),
    ignoredBy: (path) => decide(patterns, path),
  };
}

/** Go's filepath.Clean, and no leading slash. */
function clean(pattern: string): string {
  if (pattern === "") return "";
  const path = posix.normalize(pattern);
  const short = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  return short.length > 1 && short.startsWith("/") ? short.slice(1) : short;
}

function decide(patterns: readonly Compiled[], path: string): IgnorePattern | undefined {
  const file = clean(path);
  if (file === "." || file === "") return undefined;
  const candidates = [file, ...parents(file)];
  let by: Compiled | undefined;
  for (const pattern of patterns) {
    if (pattern.negated !== (by !== undefined)) continue;
    if (candidates.some(pattern.matches)) by = pattern.negated ? undefined : pattern;
  }
  return by && { pattern: by.pattern, line: by.line, negated: by.negated };
}

function parents(path: string): string[] {
  const found: string[] = [];
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) found.push(path.slice(0, at));
  return found;
}

/** The builder's four ways to match; a leading or trailing `**` alone compares ends of the path. */
function compile(pattern: string): ((path: string) => boolean) | undefined {
  const tokens = parsePathPattern(pattern, "folders");
  if (!tokens || !parsePathPattern(pattern, "plain")) return undefined;
  const body = pattern.replace(/^\*\*/, "").replace(/\*\*$/, "");
  if (/[*?[\]\\]/.test(body)) return (path) => matchesPath(tokens, path);
  if (pattern.startsWith("**")) return endMatcher(pattern, tokens);
  if (pattern.endsWith("**")) return (path) => path.startsWith(body);
  return (path) => path === pattern;
}

function endMatcher(pattern: string, tokens: PathPattern): (path: string) => boolean {
  if (pattern.length > 2 && pattern.endsWith("**")) return (path) => matchesPath(tokens, path);
  const suffix = pattern.slice(2);
  return (path) => path.endsWith(suffix) || (suffix.startsWith("/") && path === suffix.slice(1));
}
