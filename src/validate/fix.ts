import { applyEdits } from "../dockerfile/edits.ts";
import { readsAlike } from "../dockerfile/second-reading.ts";
import type { TextEdit } from "../dockerfile/types.ts";
import type { Finding } from "../rules/types.ts";
import { type LintResult, type ValidateOptions, validate } from "./run.ts";

/** Which repairs are made: those that change no behaviour, or all. */
export type FixLevel = "safe" | "unsafe";

/**
 * Puts repairs on findings that need more than the text, a project for example, and says in their advice why there is
 * none. A repair that replaces the whole text is tried before all others.
 */
export type Offer = (result: LintResult) => readonly Finding[];

/** A repaired text. */
export interface FixResult {
  readonly text: string;
  /** The repairs in the order they were made. */
  readonly applied: readonly { readonly rule: string; readonly title: string; readonly line: number }[];
  /** What remains, judged on the new text. */
  readonly after: LintResult;
}

interface Candidate {
  readonly finding: Finding;
  readonly edits: readonly TextEdit[];
}

const maxRounds = 24;

/**
 * How often a text is judged for its repairs, and how many characters in all: where thousands of repairs are refused
 * one by one, those that were not tried by then are left out.
 */
const maxTrials = 200;
const minTrials = 24;
const maxTriedChars = 1_500_000;

/**
 * Repairs a Dockerfile until nothing changes any more. A repair that would break the syntax or raise a
 * finding of any rule, or that another parser reads differently, is left out, so the result is never worse than the text that came in.
 */
export function fixText(text: string, level: FixLevel, options: ValidateOptions, offer?: Offer): FixResult {
  const applied: { rule: string; title: string; line: number }[] = [];
  const refused = new Set<string>();
  const judge = (candidate: string): LintResult => validate(candidate, options);
  const trials = {
    left: Math.max(minTrials, Math.min(maxTrials, Math.floor(maxTriedChars / (text.length + 1)))),
  };
  const offered = (result: LintResult): LintResult =>
    offer ? { ...result, findings: offer(result) } : result;
  let current = text;
  let state = offered(judge(current));
  let settled = 0;
  for (let round = 0; round < maxRounds; round++) {
    const candidates = state.findings.flatMap((finding): Candidate[] => {
      const { fix } = finding;
      if (!fix || fix.edits.length === 0 || (level === "safe" && !fix.safe) || refused.has(keyOf(finding)))
        return [];
      return [{ finding, edits: fix.edits }];
    });
    const whole = candidates.filter(({ edits }) => edits.some((edit) => coversAll(edit, current)));
    const chosen = withoutOverlap([...whole, ...candidates]);
    if (chosen.length === 0) {
      // What was refused beside another repair may do now; with nothing new made since, it will not.
      if (refused.size === 0 || applied.length === settled) break;
      settled = applied.length;
      refused.clear();
      continue;
    }
    const kept = acceptable(current, state, chosen, { judge, refused, trials });
    if (kept.length === 0) continue;
    current = applyEdits(
      current,
      kept.flatMap(({ edits }) => edits),
    );
    state = offered(judge(current));
    for (const { finding } of kept) {
      applied.push({
        rule: finding.rule,
        title: finding.fix?.title ?? finding.rule,
        line: finding.location?.startLine ?? 1,
      });
    }
  }
  return { text: current, applied, after: state };
}

interface Trial {
  judge(text: string): LintResult;
  readonly refused: Set<string>;
  readonly trials: { left: number };
}

/** The largest set, found by halving, whose edits together make nothing worse; the others are remembered as refused. */
function acceptable(
  text: string,
  before: LintResult,
  candidates: readonly Candidate[],
  { judge, refused, trials }: Trial,
): Candidate[] {
  const kept: Candidate[] = [];
  const works = (more: readonly Candidate[]): boolean => {
    trials.left--;
    const next = applyEdits(
      text,
      [...kept, ...more].flatMap(({ edits }) => edits),
    );
    const whole = more.some(({ edits }) => edits.some((edit) => coversAll(edit, text)));
    return next !== text && isBetter(before, judge(next), [...kept, ...more], whole);
  };
  const grow = (some: readonly Candidate[]): void => {
    if (trials.left > 0 && works(some)) {
      kept.push(...some);
      return;
    }
    if (some.length === 1 || trials.left <= 0) {
      for (const { finding } of some) refused.add(keyOf(finding));
      return;
    }
    for (const half of halves(some)) grow(half);
  };
  grow(candidates);
  return kept;
}

/** Two parts, rules kept together as long as there are several: it is mostly all repairs of one rule that do not do. */
function halves(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const rules = [...new Set(candidates.map(({ finding }) => finding.rule))];
  const first = new Set(rules.slice(0, rules.length >> 1));
  const middle = candidates.length >> 1;
  const isFirst = ({ finding }: Candidate, index: number): boolean =>
    rules.length > 1 ? first.has(finding.rule) : index < middle;
  return [
    candidates.filter((candidate, index) => isFirst(candidate, index)),
    candidates.filter((candidate, index) => !isFirst(candidate, index)),
  ];
}

/** True when no rule has more findings than before (in a whole new text: none that had none), and each rule that repaired something has fewer. */
function isBetter(
  before: LintResult,
  after: LintResult,
  repairs: readonly Candidate[],
  whole: boolean,
): boolean {
  if (after.file.problems.length > before.file.problems.length) return false;
  if (!readsAlike(after.file) && readsAlike(before.file)) return false;
  const known = countByRule(before.findings);
  const left = countByRule(after.findings);
  for (const [rule, count] of left) {
    if (!whole && count > (known.get(rule) ?? 0)) return false;
  }
  if (whole && newRule(before, after) !== undefined) return false;
  return repairs.every(({ finding: { rule } }) => (left.get(rule) ?? 0) < (known.get(rule) ?? 0));
}

/** A rule that reports something it did not before. In a text of more stages, what it reported may stand twice. */
export function newRule(before: LintResult, after: LintResult): string | undefined {
  const known = countByRule(before.findings);
  return after.findings.find(({ rule }) => !known.has(rule))?.rule;
}

function coversAll({ range }: TextEdit, text: string): boolean {
  return range.start === 0 && range.end === text.length;
}

function countByRule(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

/** In file order, each repair whose edits touch none that was taken before. */
function withoutOverlap(candidates: readonly Candidate[]): Candidate[] {
  const taken: TextEdit[] = [];
  return candidates.filter(({ edits }) => {
    if (edits.some((edit) => taken.some((other) => touches(edit, other)))) return false;
    taken.push(...edits);
    return true;
  });
}

function touches(a: TextEdit, b: TextEdit): boolean {
  return a.range.start <= b.range.end && b.range.start <= a.range.end;
}

/** The same finding in the next round, when lines may have moved. */
function keyOf(finding: Finding): string {
  return `${finding.rule}\0${finding.message}\0${finding.fix?.title ?? ""}`;
}
