import type { z } from "zod";
import { InputError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import type { ImageEvidence } from "../image-evidence.ts";
import type { AnswerModel } from "../model/read.ts";
import type { Answer, Evidence, Judgement, Scenario } from "../types.ts";

/** What every grader may look at. Graders are pure: no files, no network, no clock. */
export interface GraderInput {
  readonly scenario: Scenario;
  readonly answer: Answer;
  /** What an engine found out about the answer; one run, shared by all graders. */
  readonly image: ImageEvidence;
}

/** A small answer that shows what a grader accepts or refuses; its first test. */
export interface GraderExample {
  readonly dockerfile?: string;
  /** Other files of the answer and of the project. */
  readonly files?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly image?: ImageEvidence;
}

interface Definition<Settings extends z.ZodObject, Input> {
  /** Kebab-case, the name of its file. */
  readonly name: string;
  /** One sentence: what passes. */
  readonly summary: string;
  readonly settings: Settings;
  /** Settings of the examples. */
  readonly exampleSettings: z.input<Settings>;
  readonly passes: GraderExample;
  readonly fails: GraderExample;
  grade(input: Input, settings: z.output<Settings>): Judgement;
}

/** A grader whose settings type stays inside: what the registry holds. */
export interface Grader {
  readonly name: string;
  readonly summary: string;
  /** `model`: reads the Dockerfile; `answer`: reads the whole answer; `image`: says nothing without an engine. */
  readonly reads: "model" | "answer" | "image";
  readonly settings: z.ZodObject;
  readonly exampleSettings: Readonly<Record<string, unknown>>;
  readonly passes: GraderExample;
  readonly fails: GraderExample;
  judge(input: GraderInput, model: AnswerModel | undefined, settings: unknown): Judgement;
}

/** A grader of the Dockerfile; an answer without one fails. */
export function modelGrader<Settings extends z.ZodObject>(
  definition: Definition<Settings, GraderInput & { readonly model: AnswerModel }>,
): Grader {
  return {
    ...definition,
    reads: "model",
    judge(input, model, settings) {
      if (model === undefined) return failed("the answer has no Dockerfile with a stage in it");
      return definition.grade({ ...input, model }, checked(definition, settings));
    },
  };
}

/** A grader of the whole answer; the Dockerfile may be missing. */
export function answerGrader<Settings extends z.ZodObject>(
  definition: Definition<Settings, GraderInput & { readonly model: AnswerModel | undefined }>,
): Grader {
  return {
    ...definition,
    reads: "answer",
    judge: (input, model, settings) => definition.grade({ ...input, model }, checked(definition, settings)),
  };
}

/** A grader of the built image: not tested without an engine, failed when it does not build. */
export function imageGrader<Settings extends z.ZodObject>(
  definition: Definition<
    Settings,
    GraderInput & { readonly tried: Extract<ImageEvidence, { kind: "tried" }> }
  >,
): Grader {
  return {
    ...definition,
    reads: "image",
    judge(input, model, settings) {
      if (model === undefined) return failed("the answer has no Dockerfile with a stage in it");
      if (input.image.kind === "not-tried") return notTested(input.image.reason);
      return definition.grade({ ...input, tried: input.image }, checked(definition, settings));
    },
  };
}

function checked<Settings extends z.ZodObject>(
  definition: { readonly name: string; readonly settings: Settings },
  settings: unknown,
): z.output<Settings> {
  const read = definition.settings.safeParse(settings);
  if (read.success) return read.data;
  throw new InputError(
    `grader ${definition.name}: ${clean(read.error.message, 300)}`,
    "correct the settings in the scenario",
  );
}

/** A judgement of each kind. */
export function passed(evidence: string | Evidence): Judgement {
  return { verdict: "passed", evidence: asEvidence(evidence) };
}
export function failed(evidence: string | Evidence): Judgement {
  return { verdict: "failed", evidence: asEvidence(evidence) };
}
export function notTested(reason: string): Judgement {
  return { verdict: "not-tested", evidence: { text: reason } };
}

function asEvidence(evidence: string | Evidence): Evidence {
  const { text, at } = typeof evidence === "string" ? { text: evidence, at: undefined } : evidence;
  return { text: clean(text, 400), ...(at ? { at } : {}) };
}
