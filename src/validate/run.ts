import type { ContextView } from "../dockerfile/context.ts";
import { parseDockerfile } from "../dockerfile/parse.ts";
import type { Dockerfile, Range, SyntaxProblem } from "../dockerfile/types.ts";
import type { Aliases, Finding, Problem, Severity } from "../rules/types.ts";
import { type SelectedRule, selectRules } from "./config/select.ts";
import { type Config, defaultConfig } from "./config/types.ts";
import { makeContext } from "./context.ts";
import { type ExternalProblem, isReported } from "./external.ts";
import { aliasIds, normalId, rulesOf } from "./ids.ts";
import { type Pragmas, pragmaShell, readPragmas, type Suppression } from "./pragmas.ts";
import { syntaxFinding } from "./syntax.ts";

/** How one Dockerfile is judged. */
export interface ValidateOptions {
  /** Shown in locations; "Dockerfile" when not given and the text is a string. */
  readonly name?: string;
  readonly context?: ContextView;
  readonly config?: Config;
  /** YYYY-MM-DD. */
  readonly today: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** What other programs found in this very text; what a rule of ours reports as well is left out. */
  readonly external?: readonly ExternalProblem[];
}

/** What came of it. */
export interface LintResult {
  readonly file: Dockerfile;
  /** In file order, then by rule. */
  readonly findings: readonly Finding[];
  /** How many findings the file's own pragmas silenced. */
  readonly ignored: number;
  /** The file asks that BuildKit's findings count as errors (`# check=error=true`). */
  readonly checkIsError: boolean;
}

/** Judges one Dockerfile. Pure and synchronous; never throws for what the text says. */
export function validate(input: string | Dockerfile, options: ValidateOptions): LintResult {
  const file =
    typeof input === "string"
      ? parseDockerfile(input, options.name ?? "Dockerfile", { buildArgs: options.buildArgs ?? {} })
      : input;
  const config = options.config ?? defaultConfig;
  const buildArgs = options.buildArgs ?? {};
  const pragmas = readPragmas(file, buildArgs.BUILDKIT_DOCKERFILE_CHECK);
  const shared = makeContext({
    file,
    today: options.today,
    buildArgs,
    shellOf: (instruction) => pragmaShell(pragmas, instruction),
    ...(options.context ? { context: options.context } : {}),
  });
  const suppressions = config.pragmas ? pragmas.suppressions : [];
  const kept: Kept[] = [];
  let ignored = 0;
  for (const problem of file.problems) kept.push(fromSyntax(file, problem));
  for (const selected of withExperimental(selectRules(config), config, pragmas)) {
    const view = shared.withOptions(selected.options);
    for (const problem of selected.rule.check(view)) {
      const aliases = problem.aliases ?? selected.rule.meta.aliases;
      const wanted =
        (selected.own && problem.parity !== true) ||
        selected.tools.some((tool) => aliases[tool] !== undefined);
      if (!wanted) continue;
      const finding = toFinding(file, selected, problem);
      if (isSuppressed(suppressions, finding, selected.rule.meta.aliases, problem)) ignored++;
      else kept.push({ range: problem.range, finding });
    }
  }
  const joined = external(file, options.external ?? [], config).filter(
    ({ problem }) => !isReported(problem, kept),
  );
  for (const { problem, finding } of joined) {
    if (isSuppressed(suppressions, finding, problem.aliases, problem)) ignored++;
    else kept.push({ range: problem.range, finding });
  }
  return { file, findings: inOrder(kept), ignored, checkIsError: pragmas.checkIsError };
}

function toFinding(file: Dockerfile, { rule, severity }: SelectedRule, problem: Problem): Finding {
  return {
    rule: rule.meta.name,
    severity: severity ?? problem.severity ?? rule.meta.severity,
    message: problem.message,
    location: file.locate(problem.range),
    why: rule.meta.why,
    aliases: problem.aliases ?? rule.meta.aliases,
    docs: `dockwright://rules/${rule.meta.name}`,
    ...(problem.fix ? { fix: problem.fix } : {}),
    ...(problem.related ? { related: problem.related.map((range) => file.locate(range)) } : {}),
  };
}

interface Kept {
  readonly range: Range;
  readonly finding: Finding;
}

function fromSyntax(file: Dockerfile, problem: SyntaxProblem): Kept {
  return { range: problem.range, finding: syntaxFinding(file, problem) };
}

/** As findings, those the configuration ignores left out. */
function external(
  file: Dockerfile,
  problems: readonly ExternalProblem[],
  config: Config,
): { readonly problem: ExternalProblem; readonly finding: Finding }[] {
  if (problems.length === 0) return [];
  const off = new Set(config.ignore.map(normalId));
  return problems
    .filter(({ rule, aliases }) => ![rule, ...aliasIds(aliases)].some((id) => off.has(normalId(id))))
    .map((problem) => {
      const { rule, severity, message, why, docs, aliases, range } = problem;
      return {
        problem,
        finding: { rule, severity, message, why, docs, aliases, location: file.locate(range) },
      };
    });
}

/** A rule whose BuildKit check the file itself switches on (`# check=experimental=…`) joins. */
function withExperimental(
  selected: readonly SelectedRule[],
  config: Config,
  { experimental }: Pragmas,
): readonly SelectedRule[] {
  if (experimental !== "all" && experimental.size === 0) return selected;
  const ids = experimental === "all" ? ["invaliddefinitiondescription"] : [...experimental];
  const present = new Set(selected.map(({ rule }) => rule));
  const added = ids.flatMap(rulesOf).filter((rule) => !present.has(rule));
  return [...selected, ...added.map((rule) => ({ rule, own: true, tools: [], options: config.shared }))];
}

function isSuppressed(
  suppressions: readonly Suppression[],
  finding: Finding,
  ruleAliases: Aliases,
  { range, related = [] }: Pick<Problem, "range" | "related">,
): boolean {
  if (suppressions.length === 0) return false;
  const ids = new Set([finding.rule, ...aliasIds(ruleAliases), ...aliasIds(finding.aliases)].map(normalId));
  return suppressions.some((suppression) => {
    if (suppression.tool !== undefined && finding.aliases[suppression.tool] === undefined) return false;
    if (suppression.ids === "all") return covers(suppression, range);
    if (![...suppression.ids].some((id) => ids.has(id))) return false;
    // Of two CMD we name the first and hadolint the second: a pragma that names the rule may stand at either.
    const later = related.filter(({ start }) => start > range.start);
    return [range, ...later].some((place) => covers(suppression, place));
  });
}

function covers({ range }: Suppression, { start }: Range): boolean {
  return range === undefined || (range.start <= start && start < range.end);
}

function inOrder(kept: Kept[]): Finding[] {
  const seen = new Set<string>();
  return kept
    .sort(
      (a, b) =>
        a.range.start - b.range.start ||
        compare(a.finding.rule, b.finding.rule) ||
        compare(a.finding.message, b.finding.message),
    )
    .filter(({ range, finding }) => {
      const key = `${range.start} ${finding.rule} ${finding.message}`;
      return !seen.has(key) && seen.add(key);
    })
    .map(({ finding }) => finding);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Orders severities: 0 is the heaviest. */
export function rank(severity: Severity): number {
  return ["error", "warning", "info", "style"].indexOf(severity);
}
