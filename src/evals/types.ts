/** What a person asks for, and by what the answer is judged. */
export interface Scenario {
  /** Stable: results are kept under it. */
  readonly id: string;
  /** Raised when the task or a criterion changes its meaning. */
  readonly version: number;
  readonly title: string;
  /** The words given to a subject. */
  readonly task: string;
  /** Where the task comes from. */
  readonly source: string;
  /** `documented`: the three everything is held to; `capability`: what the project can do beyond. */
  readonly suite: "documented" | "capability";
  /** The skills it shows something about, by name. */
  readonly skills: readonly string[];
  /** `task`: nobody who looks at the project alone can do it, the words say what is wanted. */
  readonly reads?: "task";
  /** Folder under evals/files/ with the project the task is about. */
  readonly files?: string;
  readonly criteria: readonly Criterion[];
  /** How an engine proves it; undefined when nothing is built. */
  readonly build?: BuildPlan;
}

/** One success criterion: words, and the grader that decides. */
export interface Criterion {
  readonly id: string;
  /** The wording people read; for a documented scenario the documented one. */
  readonly text: string;
  readonly grader: string;
  /** Settings of the grader, checked by its schema. */
  readonly with: Readonly<Record<string, unknown>>;
  /** False: reported, but not decisive. Default true. */
  readonly required: boolean;
  /** True for a criterion we added to the documented ones. */
  readonly added: boolean;
}

/** How the image of an answer is built and tried. */
export interface BuildPlan {
  readonly probe: {
    readonly port?: number;
    readonly path?: string;
    /** Ends by itself with code 0. */
    readonly exits?: boolean;
  };
  /** Build secrets by id; the harness invents the values, or takes them from a service. */
  readonly secrets: readonly { readonly id: string; readonly from: "canary" | "npm-registry" }[];
  /** What has to run beside the build. */
  readonly services: readonly "npm-registry"[];
  /** Environment of the container. */
  readonly env: Readonly<Record<string, string>>;
  /** An earlier image the answer is compared with: the Dockerfile in the project files. */
  readonly compareWith?: string;
}

/** What a subject hands in. */
export interface Answer {
  /** Relative path -> text: Dockerfile, .dockerignore, .npmrc, anything else. */
  readonly files: Readonly<Record<string, string>>;
  /** What was said beside the files. */
  readonly text: string;
  readonly transcript: readonly TranscriptEvent[];
  readonly usage?: Usage;
  readonly durationMs: number;
  /** The subject stopped at a limit or gave up: graded as it is. */
  readonly stopped?: string;
}

/** One flat list for every provider. */
export type TranscriptEvent =
  | { readonly kind: "message"; readonly role: "user" | "assistant"; readonly text: string }
  | { readonly kind: "tool_call"; readonly id: string; readonly name: string; readonly input: unknown }
  | { readonly kind: "tool_result"; readonly id: string; readonly text: string; readonly error: boolean };

/** Tokens as the provider counted them; a price only when the provider gives one. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly turns: number;
  readonly toolCalls: number;
  readonly costUSD?: number;
}

/** The three ways a criterion can end. What could not be checked is never passed. */
export type Verdict = "passed" | "failed" | "not-tested";

/** A verdict with what it rests on. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly evidence: Evidence;
}

/** What was seen, and where. */
export interface Evidence {
  readonly text: string;
  readonly at?: { readonly file: string; readonly line: number };
}

/** A criterion with its judgement. */
export interface CriterionResult extends Judgement {
  readonly id: string;
  readonly name: string;
  readonly grader: string;
  readonly required: boolean;
  readonly added: boolean;
}

/** What a subject may use. */
export type Arm = "baseline" | "skill" | "mcp" | "both";

export const arms = ["baseline", "skill", "mcp", "both"] as const satisfies readonly Arm[];

/** Something that answers tasks: files, a program, an agent. */
export interface Subject {
  /** Shown in reports and kept with results: `generator`, `answers:evals/answers/seeds`. */
  readonly id: string;
  /** The arms that make sense for it; one entry when there is no choice. */
  readonly arms: readonly Arm[];
  /** False: it is given the project alone, and scenarios whose words matter are not put to it. */
  readonly readsTask: boolean;
  /** A model answers: several trials tell more than one. */
  readonly sampled: boolean;
  /** Throws DockwrightError when the subject itself cannot work (not installed, no answer for the scenario, no network). */
  answer(scenario: Scenario, request: AnswerRequest): Promise<Answer | undefined>;
}

/** One trial. */
export interface AnswerRequest {
  readonly arm: Arm;
  /** From 1. */
  readonly trial: number;
  /** Differs between trials, the same for the same run seed. */
  readonly seed: number;
  /** A folder of its own with the project's files; the subject may write into it. Undefined for a scenario without files. */
  readonly directory?: string;
  readonly signal: AbortSignal;
  readonly limits: SubjectLimits;
}

/** Where an agent is stopped; a limit that is hit is a graded answer, not a crash. */
export interface SubjectLimits {
  readonly turns: number;
  readonly outputTokens: number;
  readonly timeMs: number;
  /** Handed to subjects that can count money. */
  readonly budgetUSD?: number;
}
