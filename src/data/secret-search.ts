import { type KeywordIndex, makeKeywordIndex } from "./keywords.ts";
import { decodeAround, type EncodedWord, encodedWords } from "./secret-encoded.ts";
import { ownSecretPatterns, type SecretPattern, type SecretScope } from "./secret-patterns.ts";
import { secretRules } from "./secret-rules.ts";
import { entropy } from "./secrets.ts";

/** A secret found in a text; offsets are UTF-16 (or bytes), `end` exclusive, and enclose the value alone. */
export interface SecretMatch {
  readonly id: string;
  readonly title: string;
  readonly severity: SecretPattern["severity"];
  readonly start: number;
  readonly end: number;
}

/** Secrets in the order of their places. */
export interface SearchResult {
  readonly matches: readonly SecretMatch[];
  /** There are more than were asked for; the most telling ones were kept. */
  readonly more: boolean;
}

/** What is looked for in a file. */
export interface SearchRequest {
  readonly scope: SecretScope;
  /** For patterns that are meant for certain files only. */
  readonly path: string;
  /** Only matches whose keyword starts in `from` (inclusive) to `to` (exclusive) count. */
  readonly from: number;
  readonly to: number;
  readonly maximum: number;
}

/** How far a match may reach before and after its keyword; no pattern needs more. */
export const reachBefore = 1024;
export const reachAfter = 9 * 1024;

/** A pattern, made ready for being tried around one of its keywords. */
interface Compiled {
  readonly pattern: SecretPattern;
  /** Sticky; skips what may come before the keyword. Group 1 is the whole match. */
  readonly sticky: RegExp;
  readonly before: number;
  /** Place in the list: earlier patterns are more telling. */
  readonly rank: number;
}

interface Searcher {
  readonly index: KeywordIndex;
  /** By keyword; what comes after them are the beginnings of secrets in base64. */
  readonly patterns: readonly (readonly Compiled[])[];
  readonly encoded: readonly EncodedWord[];
}

const scopes: Readonly<Record<SecretScope, readonly SecretScope[]>> = {
  anywhere: ["anywhere"],
  text: ["anywhere", "text"],
  settings: ["anywhere", "text", "settings"],
};
const searchers = new Map<SecretScope, Searcher>();
let all: readonly SecretPattern[] | undefined;

/** Every pattern that is looked for: our own, then the rules of gitleaks. */
export function secretPatterns(): readonly SecretPattern[] {
  all ??= [...ownSecretPatterns, ...secretRules()];
  return all;
}

function searcherOf(scope: SecretScope): Searcher {
  const known = searchers.get(scope);
  if (known !== undefined) return known;
  // `i:` before words of any case.
  const byWord = new Map<string, Compiled[]>();
  for (const [rank, pattern] of secretPatterns().entries()) {
    if (!scopes[scope].includes(pattern.scope)) continue;
    const before = pattern.before ?? 0;
    const { source, flags } = pattern.pattern;
    const sticky = new RegExp(`${before === 0 ? "" : `[^]{0,${before}}?`}(${source})`, `${flags}y`);
    const compiled = { pattern, sticky, before, rank };
    for (const keyword of new Set(pattern.keywords)) {
      const word = flags.includes("i") ? `i:${keyword.toLowerCase()}` : `c:${keyword}`;
      byWord.set(word, [...(byWord.get(word) ?? []), compiled]);
    }
  }
  const encoded = encodedWords();
  const made = {
    index: makeKeywordIndex([
      ...[...byWord.keys()].map((word) => ({ text: word.slice(2), ignoreCase: word.startsWith("i:") })),
      ...encoded.map(({ word }) => ({ text: word, ignoreCase: false })),
    ]),
    patterns: [...byWord.values()],
    encoded,
  };
  searchers.set(scope, made);
  return made;
}

/** Matches of one pattern in a window that are weighed against those of others: a flood of weak ones hides no strong one. */
const mostOfPattern = 200;

interface Candidate extends SecretMatch {
  readonly rank: number;
}

/**
 * Secrets in the first `length` bytes of a buffer that starts at an even address, in order, none inside another.
 * Obvious stand-ins (`changeme`, `<token>`, `${VAR}`, the documented AWS example) are left out.
 */
export function searchBytes(bytes: Buffer, length: number, request: SearchRequest): SearchResult {
  const { scope, path, from, to, maximum } = request;
  const { index, patterns, encoded } = searcherOf(scope);
  const found: Candidate[] = [];
  const counts = new Map<number, number>();
  const isFull = (rank: number): boolean => (counts.get(rank) ?? 0) >= mostOfPattern;
  const view = makeView(bytes, length);
  index.scan(bytes, length, (word, at) => {
    if (at < from || at >= to) return;
    const coded = encoded[word - patterns.length];
    if (coded !== undefined) {
      if (isFull(0)) return;
      const { text, start } = view(at);
      const inside = decodeAround(text, at - start, coded);
      const [secret] = findSecrets(inside.text, 1, "anywhere");
      if (secret === undefined) return;
      const title = `${secret.title}, in base64`;
      counts.set(0, (counts.get(0) ?? 0) + 1);
      found.push({ ...secret, title, start: start + inside.start, end: start + inside.end, rank: 0 });
      return;
    }
    for (const { pattern, sticky, before, rank } of patterns[word] ?? []) {
      if (isFull(rank) || (pattern.path !== undefined && !pattern.path.test(path))) continue;
      const { text, start } = view(at);
      sticky.lastIndex = Math.max(0, at - before - start);
      const match = sticky.exec(text);
      if (match === null) continue;
      const whole = match[1] ?? "";
      const value = match.slice(2).find(Boolean) ?? whole;
      if (!isSecret(value, pattern)) continue;
      const begin = start + match.index + match[0].length - whole.length + whole.lastIndexOf(value);
      const { id, title, severity } = pattern;
      counts.set(rank, (counts.get(rank) ?? 0) + 1);
      found.push({ id, title, severity, start: begin, end: begin + value.length, rank });
    }
  });
  const kept: Candidate[] = [];
  for (const one of found.sort((a, b) => a.rank - b.rank || a.start - b.start)) {
    if (kept.some((other) => one.start < other.end && other.start < one.end)) continue;
    if (kept.length === maximum) return { matches: inOrder(kept), more: true };
    kept.push(one);
  }
  return { matches: inOrder(kept), more: false };
}

function inOrder(matches: Candidate[]): readonly SecretMatch[] {
  return matches.sort((a, b) => a.start - b.start);
}

/** The text around a place. Blocks are decoded when they are first asked for, and serve the places that follow. */
function makeView(bytes: Buffer, length: number): (at: number) => { text: string; start: number } {
  const block = 16 * 1024;
  let view = { text: "", start: 0 };
  let end = -1;
  return (at) => {
    const wanted = Math.min(length, at + reachAfter);
    if (at - reachBefore < view.start || wanted > end) {
      const start = Math.max(0, at - reachBefore - 64);
      end = Math.min(length, at + reachAfter + block);
      view = { text: bytes.toString("latin1", start, end), start };
    }
    return view;
  };
}

/** As `searchBytes`, for a text. `maximum` bounds the result. */
export function findSecrets(
  text: string,
  maximum = 100,
  scope: SecretScope = "settings",
): readonly SecretMatch[] {
  // One byte a UTF-16 unit, so that offsets stay; all patterns are ASCII.
  const bytes = Buffer.from(new Uint8Array(text.length + 1).buffer);
  bytes.write(text, "latin1");
  const { matches } = searchBytes(bytes, text.length, {
    scope,
    path: "",
    from: 0,
    to: text.length,
    maximum,
  });
  return matches;
}

/** A path, a member expression or a call: where a secret is, not what it is. */
const POINTER = /^(?:[a-z][\w-]{0,60}[/.]){1,12}[\w.-]{1,80}$/;

function isSecret(
  value: string,
  { entropy: least = 0, digit = false, repeats = false, id }: SecretPattern,
): boolean {
  if (digit && (!/\d/.test(value) || (id === "assigned-secret" && POINTER.test(value)))) return false;
  if (!repeats && /(.)\1{7}/.test(value) && !value.startsWith("-----")) return false;
  return !placeholder(value) && (least === 0 || entropy(value) >= least);
}

/** True for values that stand for a secret without being one. */
function placeholder(value: string): boolean {
  if (value.startsWith("-----")) return false;
  if (/[$<>{}]/.test(value) || /^\*+$/.test(value)) return true;
  return /example|change.?me|placeholder|your[-_ ]|redacted|dummy|insert[-_]|^(?:password|postgres|secret|pass|root|user|test|token)$/i.test(
    value,
  );
}
