import type { Comment, Dockerfile, Instruction, Range } from "../dockerfile/types.ts";
import { normalId } from "./ids.ts";

/** A wish, written in the file, not to hear about something. */
export interface Suppression {
  /** Normalised ids of rules (ours or other tools'), or "all". */
  readonly ids: ReadonlySet<string> | "all";
  /** Where it holds; undefined for the whole file. A finding is meant when it starts inside. */
  readonly range?: Range;
  /** Only findings that carry an alias of this tool. */
  readonly tool?: "dockerfileUtils";
  /** The comment or directive itself. */
  readonly at: Range;
}

/** Everything a file says about its own checking. */
export interface Pragmas {
  readonly suppressions: readonly Suppression[];
  /** `# hadolint shell=…`: the shell of shell-form commands from here on in its stage; before any FROM: everywhere. */
  readonly shells: readonly { readonly shell: string; readonly from: number; readonly to: number }[];
  /** `# check=error=true`: findings of BuildKit's checks fail the run. */
  readonly checkIsError: boolean;
  /** BuildKit's experimental checks that are switched on; "all" for all. */
  readonly experimental: ReadonlySet<string> | "all";
}

// Only a comment may follow the list: hadolint takes no notice of a pragma with anything else behind it.
const hadolintIgnore =
  /^hadolint\s+(?:(global|stage)\s+)?ignore\s*=\s*([DLSC\d]+(?:\s*,\s*[DLSC\d]+)*)\s*(?:#|$)/;
const hadolintShell = /^hadolint\s+shell\s*=\s*(\S+)/;
const ownIgnore = /^dockwright\s+(?:(file|global|stage)\s+)?ignore\s*=\s*([\w.*-]+(?:\s*,\s*[\w.*-]+)*)/i;
const buildkitSkip = /^check\s*=\s*(.+?)(?:\s*\/\/.*)?$/i;
const trivyIgnore = /^trivy:ignore:(\S+)/i;
const checkovSkip = /^(?:checkov|bridgecrew):skip=([\w-]+)/i;
const nosemgrep = /^nosem(?:grep)?(?::\s*([\w.,\s-]+))?/i;
const utilsIgnore = /^dockerfile-utils:\s*ignore/i;

const marker = /hadolint|dockwright|check\s*=|trivy:|:skip=|nosem|dockerfile-utils:/i;

/**
 * Reads hadolint's, BuildKit's, Trivy's, Checkov's, Semgrep's, dockerfile-utils' and our own pragmas.
 * `checkArg` is the value of the build argument BUILDKIT_DOCKERFILE_CHECK, which replaces the directive.
 */
export function readPragmas(file: Dockerfile, checkArg?: string): Pragmas {
  const suppressions: Suppression[] = [];
  const shells: { shell: string; from: number; to: number }[] = [];
  const directive = file.directives.find((candidate) => candidate.name === "check");
  const value = checkArg ?? directive?.value;
  const check = value === undefined ? undefined : parseCheck(value);
  if (check?.skip) {
    suppressions.push({ ids: check.skip, at: directive?.range ?? { start: 0, end: 0 } });
  }
  if (marker.test(file.text)) {
    for (const comment of file.comments) {
      suppressions.push(...suppressionsOf(file, comment));
      const shell = hadolintShell.exec(comment.text)?.[1];
      if (shell !== undefined) shells.push({ shell, ...shellReach(file, comment) });
    }
    suppressions.push(...trailingNosemgrep(file));
  }
  return {
    suppressions,
    shells,
    checkIsError: check?.error ?? false,
    experimental: check?.experimental ?? new Set<string>(),
  };
}

/** The shell a pragma names for an instruction, as a SHELL instruction would give it. */
export function pragmaShell({ shells }: Pragmas, instruction: Instruction): readonly string[] | undefined {
  const { start } = instruction.range;
  const shell = shells.findLast(({ from, to }) => from <= start && start < to)?.shell;
  return shell === undefined ? undefined : [shell, "-c"];
}

/** `skip=A,B;error=true;experimental=C`, as BuildKit reads its check directive; unknown keys are left out. */
export function parseCheck(value: string): {
  readonly skip?: ReadonlySet<string> | "all";
  readonly error: boolean;
  readonly experimental: ReadonlySet<string> | "all";
} {
  let skip: ReadonlySet<string> | "all" | undefined;
  let experimental: ReadonlySet<string> | "all" = new Set();
  let error = false;
  for (const part of value.split(";")) {
    const equals = part.indexOf("=");
    if (equals < 0) continue;
    const key = part.slice(0, equals).trim().toLowerCase();
    const text = part.slice(equals + 1).trim();
    const list = text.toLowerCase() === "all" ? "all" : idSet(text);
    if (key === "skip") skip = list;
    else if (key === "experimental") experimental = list;
    else if (key === "error") error = /^(?:1|t|true)$/i.test(text);
  }
  return { ...(skip ? { skip } : {}), error, experimental };
}

function suppressionsOf(file: Dockerfile, comment: Comment): Suppression[] {
  const { text } = comment;
  const at = comment.range;
  const hadolint = hadolintIgnore.exec(text);
  if (hadolint?.[2] !== undefined) {
    const ids = idSet(hadolint[2]);
    if (hadolint[1] === "global") return [{ ids, at }];
    const range =
      hadolint[1] === "stage" ? stageRange(file, comment) : instructionOnLine(file, comment.line + 1);
    return range ? [{ ids, range, at }] : [];
  }
  const own = ownIgnore.exec(text);
  if (own?.[2] !== undefined) {
    const ids = own[2] === "*" || own[2] === "all" ? "all" : idSet(own[2]);
    const scope = own[1]?.toLowerCase();
    if (scope === "file" || scope === "global") return [{ ids, at }];
    const range = scope === "stage" ? stageRange(file, comment) : following(file, comment);
    return range ? [{ ids, range, at }] : [];
  }
  const skip = buildkitSkip.exec(text)?.[1];
  if (skip !== undefined) {
    const ids = parseCheck(skip).skip;
    const range = following(file, comment);
    return ids && range ? [{ ids, range, at }] : [];
  }
  const trivy = trivyIgnore.exec(text)?.[1];
  if (trivy !== undefined) {
    const ids = trivy === "*" ? "all" : idSet(trivy.replace(/[[:].*$/, ""));
    const range = beforeEverything(file, comment) ? undefined : stageOrInstruction(file, comment);
    return [range ? { ids, range, at } : { ids, at }];
  }
  const checkov = checkovSkip.exec(text)?.[1];
  if (checkov !== undefined) return [{ ids: idSet(checkov), at }];
  const semgrep = nosemgrep.exec(text);
  if (semgrep) {
    const range = following(file, comment);
    return range ? [{ ids: semgrep[1] === undefined ? "all" : idSet(semgrep[1]), range, at }] : [];
  }
  if (utilsIgnore.test(text)) {
    const range = following(file, comment);
    return range ? [{ ids: "all", tool: "dockerfileUtils", range, at }] : [];
  }
  return [];
}

/** Semgrep also takes its comment at the end of the line it is about: a shell comment inside RUN. */
function trailingNosemgrep(file: Dockerfile): Suppression[] {
  const found: Suppression[] = [];
  for (let at = file.text.indexOf("nosem"); at >= 0; at = file.text.indexOf("nosem", at + 1)) {
    const start = file.text.lastIndexOf("\n", at) + 1;
    const newline = file.text.indexOf("\n", at);
    const end = newline < 0 ? file.text.length : newline;
    const match = /^\s*[^\s#].*#\s*nosem(?:grep)?(?::\s*([\w.,\t -]+))?/.exec(
      file.text.slice(start, Math.min(end, start + 4096)),
    );
    if (match) {
      found.push({
        ids: match[1] === undefined ? "all" : idSet(match[1]),
        range: { start, end },
        at: { start: at, end },
      });
    }
  }
  return found;
}

function idSet(list: string): Set<string> {
  return new Set(
    list
      .split(/[\s,]+/)
      .filter((id) => id !== "")
      .map(normalId),
  );
}

/** The instruction that starts on a line: hadolint's pragma reaches one line down and no further. */
function instructionOnLine(file: Dockerfile, line: number): Range | undefined {
  return file.instructions.find((instruction) => file.lineAt(instruction.range.start) === line)?.range;
}

/** The instruction below a comment, or the rest of the one it stands in (its next line). */
function following(file: Dockerfile, comment: Comment): Range | undefined {
  const inside = file.instructions.find(
    ({ range }) => range.start < comment.range.start && comment.range.start < range.end,
  );
  if (inside) {
    const start = comment.range.end + 1;
    const newline = file.text.indexOf("\n", start);
    return { start, end: newline < 0 ? file.text.length : newline };
  }
  return nextInstruction(file, comment)?.range;
}

function nextInstruction(file: Dockerfile, comment: Comment): Instruction | undefined {
  return file.instructions.find(({ range }) => range.start >= comment.range.end);
}

function stageOrInstruction(file: Dockerfile, comment: Comment): Range | undefined {
  const next = nextInstruction(file, comment);
  if (next?.keyword !== "FROM") return following(file, comment);
  return next.stage === undefined ? next.range : file.stages[next.stage]?.range;
}

function beforeEverything(file: Dockerfile, comment: Comment): boolean {
  const first = file.instructions[0];
  return first === undefined || comment.range.end <= first.range.start;
}

/** The stage a comment speaks for: the one below when its FROM comes next, else the one it stands in. */
function stageRange(file: Dockerfile, comment: Comment): Range | undefined {
  const next = nextInstruction(file, comment);
  if (next?.keyword === "FROM" && next.stage !== undefined) return file.stages[next.stage]?.range;
  return file.stages.findLast(({ range }) => range.start <= comment.range.start)?.range;
}

function shellReach(file: Dockerfile, comment: Comment): { from: number; to: number } {
  const stage = file.stages.findLast(({ range }) => range.start <= comment.range.start);
  if (!stage || file.fragment) return { from: comment.range.start, to: file.text.length };
  const next = file.stages[stage.index + 1];
  return { from: comment.range.start, to: next?.range.start ?? file.text.length };
}
