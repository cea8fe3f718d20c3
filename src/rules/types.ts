import type { ContextView } from "../dockerfile/context.ts";
import type { StageGraph } from "../dockerfile/graph.ts";
import type { RunScript } from "../dockerfile/shell.ts";
import type {
  AssignmentInstruction,
  CommandInstruction,
  CopyInstruction,
  Dockerfile,
  FromInstruction,
  HealthcheckInstruction,
  Instruction,
  ListInstruction,
  Location,
  OnbuildInstruction,
  Range,
  RunInstruction,
  ShellInstruction,
  Stage,
  StageState,
  TextEdit,
  UnknownInstruction,
  ValueInstruction,
} from "../dockerfile/types.ts";

/** How much a finding matters; the same words as hadolint's. */
export type Severity = "error" | "warning" | "info" | "style";

/** What a rule protects. */
export type Category =
  | "correctness"
  | "security"
  | "size"
  | "cache"
  | "reproducibility"
  | "maintainability"
  | "shell"
  | "style";

/** Ids of the same check in other tools; several ids where a tool splits what we join. */
export type Aliases = Partial<
  Record<
    "hadolint" | "buildkit" | "trivy" | "checkov" | "semgrep" | "dockle" | "shellcheck" | "dockerfileUtils",
    readonly string[]
  >
>;

/** Everything the documentation of a rule is made of; the examples are its first test. */
export interface RuleMeta {
  /** Kebab-case, the field's term where there is one: `apt-no-recommends`. */
  readonly name: string;
  /** One sentence: what it reports. */
  readonly summary: string;
  /** Why it matters and what to do, one short paragraph. */
  readonly why: string;
  readonly severity: Severity;
  readonly category: Category;
  /** "safe" fixes change no behaviour; "unsafe" ones may; "no": there is none. */
  readonly fixable: "safe" | "unsafe" | "no";
  readonly aliases: Aliases;
  /** Where the rule comes from: a documentation page, a specification section, a seed line. */
  readonly source: string;
  /** False for rules that only run when they are asked for or configured. Default true. */
  readonly enabled?: boolean;
  /** A Dockerfile that must fire, and its repair that must stay silent. `context` lists build-context files when it matters. */
  readonly bad: Example;
  readonly good: Example;
}

/** A Dockerfile as documentation and as a test. */
export interface Example {
  readonly dockerfile: string;
  /** Path -> text of the build context (".dockerignore" included), when the rule looks at it. */
  readonly context?: Readonly<Record<string, string>>;
  /** Settings of the rule, when it only speaks with them. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What a rule reports. */
export interface Problem {
  readonly range: Range;
  /** One sentence with the names and values at hand; at most about 160 characters. */
  readonly message: string;
  readonly severity?: Severity;
  readonly fix?: Fix;
  /** The tools that report this very case, when they are not all of `meta.aliases`; `{}` for a case only we report. */
  readonly aliases?: Aliases;
  /** A case we hold harmless: reported only when a profile of the tools in `aliases` is chosen, for their users' sake. */
  readonly parity?: boolean;
  /** Other places that belong to it: the instruction that overrides this one, the earlier declaration. */
  readonly related?: readonly Range[];
}

/** A repair: text edits that do not overlap. Unsafe ones may change what the image does. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  readonly safe: boolean;
}

/** An instruction and the stage it stands in; no stage for a global ARG. */
export interface Placed<I extends Instruction = Instruction> {
  readonly instruction: I;
  readonly stage: Stage | undefined;
}

/** What a rule sees. Values are computed when first asked for and kept for the run. */
export interface RuleContext {
  readonly file: Dockerfile;
  readonly graph: StageGraph;
  /** The build context, when there is one. */
  readonly context?: ContextView | undefined;
  /** Settings of this rule from the configuration (allowed registries, label schema ...). */
  readonly options: Readonly<Record<string, unknown>>;
  /** Build arguments given from outside (`--build-arg`). */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** The day of the run, for end-of-life dates: YYYY-MM-DD. */
  readonly today: string;
  /** What holds right before `instruction`; `at(stage)` at the stage's end. */
  stateBefore(instruction: Instruction): StageState;
  stateAt(stage: Stage): StageState;
  /** The RUN's shell script (heredoc included), parsed; undefined for exec form and for shells that are not sh-like. */
  script(run: RunInstruction): RunScript | undefined;
  /** All RUN instructions with their stage, ONBUILD triggers included. */
  readonly runs: readonly { readonly run: RunInstruction; readonly stage: Stage }[];
  /**
   * All instructions with one of the keywords, in file order, with their stage (undefined for a global ARG).
   * ONBUILD triggers come as instructions of their own (`onbuild` true), beside the ONBUILD that holds them.
   */
  instructions<K extends keyof InstructionTypes>(
    ...keywords: readonly K[]
  ): readonly Placed<InstructionTypes[K]>[];
}

/** The type of an instruction by its keyword. */
export interface InstructionTypes {
  readonly FROM: FromInstruction;
  readonly RUN: RunInstruction;
  readonly CMD: CommandInstruction;
  readonly ENTRYPOINT: CommandInstruction;
  readonly COPY: CopyInstruction;
  readonly ADD: CopyInstruction;
  readonly ENV: AssignmentInstruction;
  readonly ARG: AssignmentInstruction;
  readonly LABEL: AssignmentInstruction;
  readonly WORKDIR: ValueInstruction;
  readonly USER: ValueInstruction;
  readonly STOPSIGNAL: ValueInstruction;
  readonly MAINTAINER: ValueInstruction;
  readonly EXPOSE: ListInstruction;
  readonly VOLUME: ListInstruction;
  readonly HEALTHCHECK: HealthcheckInstruction;
  readonly SHELL: ShellInstruction;
  readonly ONBUILD: OnbuildInstruction;
  readonly UNKNOWN: UnknownInstruction;
}

/** One check. Pure: reads nothing, prints nothing, knows no other rule. */
export interface Rule {
  readonly meta: RuleMeta;
  check(context: RuleContext): Iterable<Problem>;
}

/** The one shape of a finding, for every tool. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly location?: Location;
  readonly why: string;
  readonly fix?: Fix;
  /** Other places that belong to it. */
  readonly related?: readonly Location[];
  /** The ids of tools that report this very case. */
  readonly aliases: Aliases;
  /** URI of the page that explains it: `dockwright://rules/<name>`. */
  readonly docs: string;
}
