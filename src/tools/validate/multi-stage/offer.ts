import type { ContextView } from "../../../dockerfile/context.ts";
import { type Generated, generate } from "../../../generate/generate.ts";
import { renderDockerfile } from "../../../generate/render.ts";
import { projectOf } from "../../../project/project.ts";
import { isSkippedFolder } from "../../../project/read.ts";
import type { Project } from "../../../project/types.ts";
import type { Finding, Fix, RuleContext } from "../../../rules/types.ts";
import { DockwrightError } from "../../../security/errors.ts";
import { clean } from "../../../security/untrusted.ts";
import { makeContext } from "../../../validate/context.ts";
import { newRule, type Offer } from "../../../validate/fix.ts";
import { type LintResult, type ValidateOptions, validate } from "../../../validate/run.ts";
import type { Author, Misread } from "./author.ts";
import { carry } from "./carry.ts";
import { mismatch } from "./match.ts";
import { readAuthor } from "./read.ts";
import { goPackage, portIn, type Start, startOf } from "./start.ts";
import { singleStageRules } from "./trigger.ts";

/** Where the project of a Dockerfile is. */
export interface ProjectPlace {
  /** The folder's own name. */
  readonly name: string;
  readonly context: ContextView;
}

/**
 * Offers the multi-stage file of the generator for a single-stage one, with the author's decisions in it. Where one
 * of them has no place in the plan, the finding's advice says which; `asked` says it in the message too.
 */
export function multiStageOffer(place: ProjectPlace, options: ValidateOptions, asked: boolean): Offer {
  const project = projectFromContext(place);
  return (result) => {
    const at = singleStageRules
      .map((rule) => result.findings.findIndex((finding) => finding.rule === rule && !finding.fix))
      .find((index) => index >= 0);
    if (at === undefined || result.file.stages.length !== 1) return result.findings;
    const offer = rewrite(result, place.context, project, options);
    return result.findings.map((finding, index) =>
      index === at ? withOffer(finding, offer, asked) : finding,
    );
  };
}

function withOffer(finding: Finding, offer: Fix | Misread, asked: boolean): Finding {
  if ("edits" in offer) return { ...finding, fix: offer };
  const note = `no multi-stage file is written: line ${offer.line}: ${clean(offer.reason, 160)}`;
  return {
    ...finding,
    why: `${finding.why} Here ${note}.`,
    ...(asked ? { message: `${finding.message} (${note})` } : {}),
  };
}

function rewrite(
  result: LintResult,
  view: ContextView,
  project: Project,
  options: ValidateOptions,
): Fix | Misread {
  const { file } = result;
  const context = contextOf(result, view, options);
  const author = readAuthor(context);
  if ("reason" in author) return author;
  const inGeneral = (reason: string): Misread => ({
    line: file.lineAt(file.stages[0]?.range.start ?? 0),
    reason,
  });
  const made = generateFor(author, project, options.today);
  if (typeof made === "string") return inGeneral(made);
  const unlike = mismatch(context, author, made.generated);
  if (unlike) return unlike;
  const plan = carry(made.generated.plan, author, made.start, view);
  if (typeof plan === "string") return inGeneral(plan);
  const text = textOf(renderDockerfile(plan), author, file.text.includes("\r\n"));
  const raised = newRule(result, validate(text, options));
  if (raised !== undefined) return inGeneral(`the new file would raise ${raised}`);
  return {
    title:
      "build in stages of their own, ship only the result (the project's plan, with what this file decides)",
    edits: [{ range: { start: 0, end: file.text.length }, text }],
    safe: false,
  };
}

/** Generates with the author's version, port and route; a string says why the project has no plan for this file. */
function generateFor(
  author: Author,
  project: Project,
  today: string,
): { readonly generated: Generated; readonly start: Start } | string {
  const { base, ports, user, healthcheck } = author;
  const own = typeof healthcheck === "object" && "path" in healthcheck ? healthcheck : undefined;
  const literal = author.env.find(({ name }) => name === "PORT")?.value;
  const port =
    portIn([...author.entrypoint, ...author.command]) ??
    (literal !== undefined && /^\d+$/.test(literal) ? Number(literal) : undefined) ??
    own?.port ??
    (ports.length === 1 ? ports[0] : undefined);
  const app = goPackage(author);
  const withStart = (start?: readonly string[]): Generated | string => {
    try {
      const result = generate({
        project,
        parameters: {
          variant: "production",
          upgrade: false,
          tests: false,
          today,
          language: base.language,
          ...(base.version === undefined ? {} : { version: base.version }),
          ...(port === undefined ? {} : { port }),
          ...(app === undefined ? {} : { app }),
          ...(own === undefined ? {} : { healthPath: own.path }),
          ...(user === undefined ? {} : { uid: user.uid }),
          ...(start === undefined ? {} : { start }),
        },
      });
      return result.kind === "generated" ? result : result.reason;
    } catch (error) {
      if (error instanceof DockwrightError) return error.message;
      throw error;
    }
  };
  const first = withStart();
  if (typeof first === "string") return first;
  if (first.path !== "") return "the application is in a folder below the build context";
  const start = startOf(author, plannedStart(first), project);
  if (typeof start === "string") return start;
  const generated = start.given === undefined ? first : withStart(start.given);
  if (typeof generated === "string") return generated;
  return { generated, start };
}

function plannedStart({ facts }: Generated): Parameters<typeof startOf>[1] {
  const words = facts.start?.value;
  const framework = facts.framework?.value;
  return {
    words: Array.isArray(words) ? words.filter((word): word is string => typeof word === "string") : [],
    ...(typeof framework === "string" ? { framework } : {}),
  };
}

/** The printed plan with the author's stage name, header and line ends. */
function textOf(printed: string, { name, header }: Author, crlf: boolean): string {
  const named = name === undefined ? printed : printed.replace(/ AS runtime$/m, ` AS ${name}`);
  const [first = "", ...rest] = named.split("\n");
  const lines = [first, ...header.map((line) => `# ${line}`.trimEnd()), ...rest];
  return lines.join(crlf ? "\r\n" : "\n");
}

/** The build context as a project, without what an install or a build left in it. */
function projectFromContext({ name, context }: ProjectPlace): Project {
  return projectOf({
    name,
    files: context.files.filter((file) => !file.split("/").slice(0, -1).some(isSkippedFolder)),
    load: (file) => {
      const text = context.read(file);
      return text?.slice(0, 8000).includes("\0") ? undefined : text?.replace(/^\uFEFF/, "");
    },
  });
}

function contextOf({ file }: LintResult, context: ContextView, options: ValidateOptions): RuleContext {
  return makeContext({
    file,
    context,
    today: options.today,
    buildArgs: options.buildArgs ?? {},
    shellOf: () => undefined,
  }).withOptions({});
}
