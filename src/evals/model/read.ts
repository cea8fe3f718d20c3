import path from "node:path";
import { type ContextView, contextView } from "../../dockerfile/context.ts";
import { parseDockerfile } from "../../dockerfile/parse.ts";
import type { Dockerfile, Range, Stage } from "../../dockerfile/types.ts";
import type { RuleContext } from "../../rules/types.ts";
import { makeContext } from "../../validate/context.ts";
import type { Answer, Evidence } from "../types.ts";

/** The Dockerfile of an answer as graders see it: parsed, with the project around it. Never text to search in. */
export interface AnswerModel {
  /** Path of the Dockerfile inside the answer. */
  readonly name: string;
  readonly file: Dockerfile;
  readonly context: RuleContext;
  /** The stage that becomes the image. */
  readonly final: Stage;
  /** The final stage and the stages it is built FROM. */
  readonly shipped: readonly Stage[];
  /** The project's files with the answer's files over them, the ignore file applied. */
  readonly build: ContextView;
}

/** A judgement's evidence at a place of the Dockerfile. */
export function evidenceAt(model: AnswerModel, range: Range, text: string): Evidence {
  return { text, at: { file: model.name, line: model.file.lineAt(range.start) } };
}

/**
 * Parses the Dockerfile of an answer. `project` is the text of the scenario's files by path. Undefined when the
 * answer has no Dockerfile, or one without a stage.
 */
export function readAnswer(
  answer: Answer,
  project: Readonly<Record<string, string>>,
  today: string,
): AnswerModel | undefined {
  const name = dockerfileOf(answer);
  if (name === undefined) return undefined;
  const file = parseDockerfile(answer.files[name] ?? "", name);
  const final = file.stages.at(-1);
  if (file.fragment || final === undefined) return undefined;
  const files = { ...project, ...answer.files };
  const ignoreName = [`${name}.dockerignore`, ".dockerignore"].find((each) => files[each] !== undefined);
  const build = contextView({
    files: Object.keys(files).sort(),
    read: (each) => files[each],
    ...(ignoreName === undefined ? {} : { ignore: { name: ignoreName, text: files[ignoreName] ?? "" } }),
  });
  const context = makeContext({
    file,
    context: build,
    today,
    buildArgs: {},
    shellOf: () => undefined,
  }).withOptions({});
  return { name, file, context, final, shipped: context.graph.chain(final), build };
}

/** The answer's Dockerfile: `Dockerfile` at the root, or the only file that is named like one. */
export function dockerfileOf(answer: Answer): string | undefined {
  const names = Object.keys(answer.files);
  if (names.includes("Dockerfile")) return "Dockerfile";
  const like = names.filter(
    (name) =>
      /^(?:Dockerfile|Containerfile)(?:\.|$)|\.Dockerfile$/i.test(path.posix.basename(name)) &&
      !name.endsWith(".dockerignore"),
  );
  return like.length === 1 ? like[0] : undefined;
}
