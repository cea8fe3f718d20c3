/*
 * The model of a Dockerfile. Every place is a pair of UTF-16 offsets into the original text, so that a
 * finding can be shown to the character and an edit leaves every other byte as it is.
 * Semantics are BuildKit's (frontend/dockerfile): its parser, its instruction rules, its word expansion.
 */

import type { MappedText } from "./mapped-text.ts";

/** Offsets into `Dockerfile.text`: `end` is exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A place as people and editors name it: lines and columns start at 1, the end column is exclusive. */
export interface Location {
  readonly file: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A piece of an instruction. `text` is unquoted and unescaped as BuildKit does it, variables not expanded. */
export interface Word {
  readonly text: string;
  /** With quotes and escapes, continuation lines joined: what `expandWord` takes. Of a JSON array, the decoded string. */
  readonly raw: string;
  /** With its quotes; of a JSON array, what stands between them. */
  readonly range: Range;
}

/** `--name=value` or `--name` before an instruction's arguments. */
export interface Flag {
  readonly name: string;
  /** Undefined for a flag without `=`. */
  readonly value?: string;
  readonly range: Range;
  readonly valueRange?: Range;
}

/** One `--mount=` of a RUN, its options split. */
export interface Mount {
  /** `bind` when it is not given. */
  readonly type: "bind" | "cache" | "tmpfs" | "secret" | "ssh" | string;
  readonly options: ReadonlyMap<string, string>;
  /** Where it appears in the container, when it says: target, dst or destination. */
  readonly target?: string;
  /** The stage, context or image of a bind or cache mount. */
  readonly from?: string;
  readonly flag: Flag;
}

/** `<<EOF ... EOF` of a RUN, COPY or ADD. */
export interface Heredoc {
  readonly delimiter: string;
  /** False when the delimiter is quoted: variables are not expanded in the body. */
  readonly expand: boolean;
  /** `<<-`: leading tabs are removed. */
  readonly stripTabs: boolean;
  /** The file descriptor, 0 unless given. */
  readonly fd: number;
  /** The body as it stands in the file. */
  readonly body: string;
  readonly bodyRange: Range;
  /** The `<<EOF` itself. */
  readonly range: Range;
  /** False when the file ended before the delimiter. */
  readonly closed: boolean;
}

/** A command line in one of its two forms. */
export type CommandLine =
  | { readonly form: "exec"; readonly words: readonly Word[]; readonly range: Range }
  /** `text` has continuation lines joined and comment lines left out; `source` says where its pieces stand. */
  | { readonly form: "shell"; readonly text: string; readonly range: Range; readonly source: MappedText };

/** `NAME=value` of ENV, ARG or LABEL; for the legacy `ENV NAME value`, `legacy` is true. */
export interface Assignment {
  readonly name: string;
  /** Undefined for `ARG NAME` without a default. Unquoted, variables not expanded. */
  readonly value?: string;
  /** The value with its quotes and escapes, continuation lines joined: what `expandWord` takes. */
  readonly rawValue?: string;
  readonly nameRange: Range;
  readonly valueRange?: Range;
  readonly legacy: boolean;
}

/** What all instructions have. */
export interface InstructionBase {
  /** The keyword as it stands in the file; `keyword` is the upper-case form. */
  readonly raw: string;
  /** From the keyword to the end of the last argument (heredoc bodies included). */
  readonly range: Range;
  readonly keywordRange: Range;
  /** Everything after the keyword and flags, raw, continuation lines included; empty when there is nothing. */
  readonly argumentsRange: Range;
  readonly flags: readonly Flag[];
  readonly heredocs: readonly Heredoc[];
  /** Blank lines between its continuation lines. */
  readonly blankLines: readonly Range[];
  /** Index into `Dockerfile.instructions`. -1 for the trigger of an ONBUILD. */
  readonly index: number;
  /** The stage it belongs to; undefined for a global ARG. */
  readonly stage?: number;
  /** The ONBUILD that holds it. */
  readonly onbuild: boolean;
}

export interface FromInstruction extends InstructionBase {
  readonly keyword: "FROM";
  /** The image as written, undefined when missing. */
  readonly image?: Word;
  /** `AS name`, as written; stage names compare in lower case. */
  readonly name?: Word;
  readonly platform?: string;
}
export interface RunInstruction extends InstructionBase {
  readonly keyword: "RUN";
  readonly command: CommandLine;
  readonly mounts: readonly Mount[];
}
export interface CommandInstruction extends InstructionBase {
  readonly keyword: "CMD" | "ENTRYPOINT";
  readonly command: CommandLine;
}
export interface CopyInstruction extends InstructionBase {
  readonly keyword: "COPY" | "ADD";
  /** Sources without the destination; heredocs are in `heredocs`. */
  readonly sources: readonly Word[];
  readonly destination?: Word;
  readonly from?: string;
  readonly chown?: string;
  readonly chmod?: string;
  readonly link: boolean;
}
export interface AssignmentInstruction extends InstructionBase {
  readonly keyword: "ENV" | "ARG" | "LABEL";
  readonly assignments: readonly Assignment[];
}
export interface ValueInstruction extends InstructionBase {
  readonly keyword: "WORKDIR" | "USER" | "STOPSIGNAL" | "MAINTAINER";
  readonly value?: Word;
}
export interface ListInstruction extends InstructionBase {
  readonly keyword: "EXPOSE" | "VOLUME";
  readonly values: readonly Word[];
}
export interface HealthcheckInstruction extends InstructionBase {
  readonly keyword: "HEALTHCHECK";
  /** Undefined for HEALTHCHECK NONE and for a broken one (see `none`). */
  readonly command?: CommandLine;
  readonly none: boolean;
}
export interface ShellInstruction extends InstructionBase {
  readonly keyword: "SHELL";
  /** Empty when it is not a JSON array. */
  readonly shell: readonly string[];
  readonly words: readonly Word[];
}
export interface OnbuildInstruction extends InstructionBase {
  readonly keyword: "ONBUILD";
  readonly trigger?: Instruction;
}
/** A word BuildKit does not know at the start of an instruction. */
export interface UnknownInstruction extends InstructionBase {
  readonly keyword: "UNKNOWN";
  readonly word: string;
}

export type Instruction =
  | FromInstruction
  | RunInstruction
  | CommandInstruction
  | CopyInstruction
  | AssignmentInstruction
  | ValueInstruction
  | ListInstruction
  | HealthcheckInstruction
  | ShellInstruction
  | OnbuildInstruction
  | UnknownInstruction;

/** The character that continues lines and keeps the next one literal. */
export type EscapeToken = "\\" | "`";

/** `# syntax=…`, `# escape=…`, `# check=…` at the top of the file. */
export interface Directive {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
  readonly range: Range;
  readonly valueRange: Range;
}

/** A whole-line comment, wherever it stands (also between continuation lines); directives are not comments. */
export interface Comment {
  /** Without `#` and surrounding blanks. */
  readonly text: string;
  readonly range: Range;
  /** 1-based. */
  readonly line: number;
}

/** Where a FROM leads once global ARG defaults are expanded. */
export type Base =
  | { readonly kind: "scratch" }
  | { readonly kind: "stage"; readonly stage: number }
  | {
      readonly kind: "image";
      readonly reference: string;
      readonly image: ImageName;
      readonly resolved: boolean;
    };

/** An image reference taken apart. `docker.io/library` is not added. */
export interface ImageName {
  /** As written, `localhost:5000`, `ghcr.io`; undefined for Docker Hub's short names. */
  readonly registry?: string;
  /** `library/` left out as written: `python`, `distroless/static-debian13`. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** What holds at the end of a stage (or before an instruction), FROM chains followed inside the file. */
export interface StageState {
  /** The last USER, expanded; undefined when neither the stage nor its parents in the file set one. */
  readonly user?: { readonly value: string; readonly instruction: ValueInstruction } | undefined;
  readonly workdir?: { readonly value: string; readonly instruction: ValueInstruction } | undefined;
  /** ENV values, expanded. */
  readonly env: ReadonlyMap<string, string>;
  /** Everything an expansion sees: ENV and those ARGs that have a value, the later one of a name. */
  readonly variables: ReadonlyMap<string, string>;
  /** ARG values declared so far in this stage (defaults expanded; undefined when none). */
  readonly args: ReadonlyMap<string, string | undefined>;
  /** The shell of shell-form commands; undefined means the platform's default. */
  readonly shell?: readonly string[] | undefined;
  readonly ports: readonly { readonly value: string; readonly instruction: ListInstruction }[];
  readonly cmd?: CommandInstruction | undefined;
  readonly entrypoint?: CommandInstruction | undefined;
  readonly healthcheck?: HealthcheckInstruction | undefined;
  readonly stopsignal?: ValueInstruction | undefined;
}

/** One build stage. Index 0 of a fragment without FROM has no `from` and base kind "scratch" is not implied. */
export interface Stage {
  readonly index: number;
  /** Lower case. */
  readonly name?: string;
  readonly from?: FromInstruction;
  /** Undefined only for a fragment without FROM. */
  readonly base?: Base;
  /** FROM first, then the rest. */
  readonly instructions: readonly Instruction[];
  readonly range: Range;
}

/** A place where the file breaks BuildKit's rules; BuildKit would refuse to build. */
export interface SyntaxProblem {
  /** Stable kebab-case code, e.g. `unknown-instruction`, `missing-argument`, `unterminated-heredoc`. */
  readonly code: string;
  readonly message: string;
  readonly range: Range;
}

/** A parsed Dockerfile. Immutable; derived views (state, graph, shell) are functions over it. */
export interface Dockerfile {
  readonly name: string;
  readonly text: string;
  readonly escape: EscapeToken;
  readonly directives: readonly Directive[];
  readonly comments: readonly Comment[];
  readonly instructions: readonly Instruction[];
  /** ARGs before the first FROM. */
  readonly globalArgs: readonly AssignmentInstruction[];
  readonly stages: readonly Stage[];
  /** True when there is no FROM at all: the text is a piece of a Dockerfile. */
  readonly fragment: boolean;
  readonly problems: readonly SyntaxProblem[];
  /** Build arguments given from outside, as `--build-arg`. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Offsets to lines and columns. */
  locate(range: Range): Location;
  /** 1-based line of an offset. */
  lineAt(offset: number): number;
}

/** Replaces `range` by `text`. Edits of one fix do not overlap. */
export interface TextEdit {
  readonly range: Range;
  readonly text: string;
}
