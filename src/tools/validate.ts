import path from "node:path";
import type { z } from "zod";
import pkg from "../../package.json" with { type: "json" };
import type { ContextView } from "../dockerfile/context.ts";
import { CancelledError, DockwrightError, InputError } from "../security/errors.ts";
import { resolveInside, writeAtomic } from "../security/paths.ts";
import { clean } from "../security/untrusted.ts";
import { checklistRules, checklists } from "../validate/checklists.ts";
import { isKnownRule } from "../validate/config/select.ts";
import type { Checklist, Config, Threshold } from "../validate/config/types.ts";
import { unifiedDiff } from "../validate/diff.ts";
import type { ExternalProblem } from "../validate/external.ts";
import { formatNames, formatReports } from "../validate/formats/index.ts";
import { aliasIds } from "../validate/ids.ts";
import type { Judged } from "../validate/judge.ts";
import { failsAt, summarize } from "../validate/report.ts";
import { defineTool, type ToolContext } from "./define.ts";
import { validateInput, validateOutput } from "./schemas/validate.ts";
import { configurationFor } from "./validate/configuration.ts";
import { readContext } from "./validate/context.ts";
import { type Job, judgeAll } from "./validate/pool.ts";
import { renderValidation } from "./validate/render.ts";
import { type LoadedText, type Source, sourcesOf } from "./validate/sources.ts";
import { words } from "./words.ts";

type Input = z.output<typeof validateInput>;
type Output = z.output<typeof validateOutput>;
type FileOutput = Output["files"][number];

/** Checks Dockerfiles, repairs them, and judges them against checklists. */
export const validateTool = defineTool({
  name: "validate_dockerfile",
  verb: "validate",
  ...words.validate,
  input: validateInput,
  output: validateOutput,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  builds: false,
  run,
  render: renderValidation,
  failed: (output) => !output.passed,
});

async function run(input: Input, context: ToolContext): Promise<Output> {
  checkInput(input, context);
  const failOn = oneOf("failOn", ["error", "warning", "info", "style", "none"], input.failOn);
  const format = oneOf("format", formatNames, input.format);
  const fix = input.fix === undefined || input.fix === "none" ? undefined : input.fix;
  const { sources, truncated } = await sourcesOf(input, context);
  const loaded: Loaded[] = [];
  const unread: string[] = [];
  const unsaved: string[] = [];
  const readAll = load(sources, unread, (folder) => planFor(folder, input, failOn, context), context);
  const judged = await judgeAll(
    jobsOf(readAll, loaded, input, fix, context),
    sources.length,
    context.signal,
    (done) => context.progress(`checked ${done} of ${sources.length} files`, done, sources.length),
  );
  const files: FileOutput[] = [];
  let passed = true;
  for (const [index, { source, text, exact, plan }] of loaded.entries()) {
    const one = judged[index];
    if (!one) continue;
    const changed = input.write === true && source.file !== undefined && one.report.text !== text;
    const written = changed && exact;
    if (changed && !exact) {
      unsaved.push(
        `${clean(source.name)} was not saved: it is no UTF-8, and other bytes of it would change; convert it first (iconv -f latin1 -t utf-8)`,
      );
    }
    if (written && source.file !== undefined) await writeAtomic(source.file, one.report.text, true);
    files.push(fileOutput(one, text, written, input, plan.checklist));
    if (failsAt([one.report], plan.config.failOn) || one.items?.some(({ status }) => status === "fail")) {
      passed = false;
    }
  }
  const reports = judged.map(({ report }) => report);
  const unknown = (input.ignore ?? []).filter(
    (id) => !isKnownRule(id) && !(input.shellcheck === true && /^(?:sc\d+|shellcheck)$/i.test(id)),
  );
  const limit = input.detail === "full" ? Number.POSITIVE_INFINITY : context.limits.findings;
  // A report holds all findings already; twice they would only cost memory.
  const cut = format
    ? { files: files.map((file) => ({ ...file, findings: [] })), truncated: false }
    : cutFindings(files, limit);
  return {
    passed,
    summary: summarize(reports),
    files: cut.files,
    truncated: truncated || cut.truncated,
    warnings: [
      ...unknown.map((id) => `ignore: there is no rule ${clean(id, 80)}`),
      ...unread,
      ...unsaved,
      ...(truncated ? ["not every folder was searched: the limits were reached"] : []),
    ],
    ...(format ? { report: formatReports(reports, format, { version: pkg.version }) } : {}),
  };
}

interface Loaded {
  readonly source: Source;
  readonly text: string;
  readonly exact: boolean;
  readonly plan: Plan;
}

/** Reads the files; one of many that cannot be read is left out and said, a file that was named is an error. */
async function* load(
  sources: readonly Source[],
  unread: string[],
  planOf: (folder: string) => Promise<Plan>,
  context: ToolContext,
): AsyncGenerator<Loaded> {
  const plans = new Map<string, Promise<Plan>>();
  for (const source of sources) {
    if (context.signal.aborted) throw new CancelledError();
    const plan = plans.get(source.folder) ?? planOf(source.folder);
    plans.set(source.folder, plan);
    const settled = await plan;
    let loaded: LoadedText;
    try {
      loaded = await source.load();
    } catch (error) {
      if (sources.length === 1 || !(error instanceof DockwrightError)) throw error;
      unread.push(`${clean(source.name)} was left out: ${error.message}`);
      continue;
    }
    yield { source, plan: settled, ...loaded };
  }
}

/** What is to be judged, file by file as they are read, each kept in `loaded`; with ShellCheck after all were read. */
async function* jobsOf(
  readAll: AsyncIterable<Loaded>,
  loaded: Loaded[],
  input: Input,
  fix: Job["fix"],
  context: ToolContext,
): AsyncGenerator<Job> {
  if (input.shellcheck !== true) {
    for await (const one of readAll) {
      loaded.push(one);
      yield jobOf(one, undefined, input, fix, context);
    }
    return;
  }
  for await (const one of readAll) loaded.push(one);
  const externals = await askShellcheck(loaded, context);
  for (const [index, one] of loaded.entries()) yield jobOf(one, externals[index], input, fix, context);
}

async function jobOf(
  { source, text, plan }: Loaded,
  external: readonly ExternalProblem[] | undefined,
  input: Input,
  fix: Job["fix"],
  context: ToolContext,
): Promise<Job> {
  const view = await contextFor(source, input, context);
  return {
    name: source.name,
    text,
    options: {
      config: plan.config,
      today: context.today,
      ...(view ? { context: view } : {}),
      ...(plan.checklist ? { checklist: plan.checklist } : {}),
      ...(external ? { external } : {}),
    },
    ...(fix ? { fix } : {}),
    ...(view ? { project: await projectName(source, input, context) } : {}),
  };
}

/** Loaded when it is asked for; most runs do without. */
async function askShellcheck(
  loaded: readonly Loaded[],
  { signal, limits, today }: ToolContext,
): Promise<readonly (readonly ExternalProblem[])[]> {
  const { shellcheck } = await import("./validate/shellcheck.ts");
  const files = loaded.map(({ source, text }) => ({ name: source.name, text }));
  return shellcheck(files, { signal, timeoutMs: limits.deadlineMs, today });
}

function checkInput(input: Input, context: ToolContext): void {
  if (input.shellcheck === true && input.fix !== undefined && input.fix !== "none") {
    throw new InputError("shellcheck and fix contradict each other", "repair first, then ask shellcheck");
  }
  if (!input.write) return;
  if (input.fix === undefined || input.fix === "none")
    throw new InputError("write has nothing to save without fix", "set fix to safe or unsafe");
  if (input.dockerfile !== undefined) throw new InputError("write needs a path", "name the file with path");
  if (!context.allow.write) {
    throw new InputError(
      "this server may not write files",
      "start it with --allow-write, or save the returned text yourself",
    );
  }
}

/** The value when it is one of the words; throws InputError with the list otherwise. */
function oneOf<T extends string>(
  name: string,
  words: readonly T[],
  value: string | undefined,
): T | undefined {
  if (value === undefined) return undefined;
  const found = words.find((word) => word === value);
  if (found === undefined) {
    throw new InputError(`${name} ${clean(value, 40)} is not known`, `give one of: ${words.join(", ")}`);
  }
  return found;
}

interface Plan {
  readonly config: Config;
  readonly checklist?: Checklist;
}

/** The configuration for one folder; a profile may be a checklist, whose rules run then and no others. */
async function planFor(
  folder: string,
  input: Input,
  failOn: Threshold | undefined,
  context: ToolContext,
): Promise<Plan> {
  const config = await configurationFor(folder, context.roots, process.env, {
    ...(input.ignore ? { ignore: input.ignore } : {}),
    ...(failOn ? { failOn } : {}),
  });
  const wanted = input.profile;
  if (wanted === undefined) return { config };
  const checklist = config.checklists[wanted] ?? checklists.find(({ name }) => name === wanted);
  if (!checklist) return { config: { ...config, profiles: [wanted] } };
  const rules = Object.fromEntries(checklistRules(checklist).map((name) => [name, config.rules[name] ?? {}]));
  return { checklist, config: { ...config, profiles: [], rules } };
}

/** The build context: the folder that was named, or the folder of a file that was named alone. */
async function contextFor(
  source: Source,
  input: Input,
  context: ToolContext,
): Promise<ContextView | undefined> {
  if (input.context !== undefined) {
    const folder = await resolveInside(context.roots, input.context);
    const relative = source.file === undefined ? undefined : path.relative(folder, source.file);
    return readContext(folder, relative?.split(path.sep).join("/"), context.limits, context.signal);
  }
  if (!source.single || source.file === undefined) return undefined;
  return readContext(source.folder, path.basename(source.file), context.limits, context.signal);
}

/** The name of the folder that is the build context. */
async function projectName(source: Source, input: Input, context: ToolContext): Promise<string> {
  return path.basename(
    input.context === undefined ? source.folder : await resolveInside(context.roots, input.context),
  );
}

function fileOutput(
  judged: Judged,
  before: string,
  written: boolean,
  input: Input,
  checklist: Checklist | undefined,
): FileOutput {
  const { report, repairs, items } = judged;
  const full = input.detail === "full";
  return {
    file: clean(report.name, 400),
    findings: report.findings.map((finding) => ({
      rule: finding.rule,
      severity: finding.severity,
      message: clean(finding.message, 400),
      line: finding.location?.startLine ?? 1,
      column: finding.location?.startColumn ?? 1,
      endLine: finding.location?.endLine ?? 1,
      endColumn: finding.location?.endColumn ?? 1,
      ids: aliasIds(finding.aliases),
      ...(finding.fix ? { fix: finding.fix.safe ? "safe" : "unsafe" } : {}),
      ...(full ? { why: finding.why } : {}),
    })),
    ...(checklist && items
      ? {
          checklist: {
            name: checklist.name,
            title: checklist.title,
            items: items.map((item) => ({ ...item, proof: item.proof.map((one) => ({ ...one })) })),
          },
        }
      : {}),
    ...(repairs
      ? {
          repair: {
            diff: unifiedDiff(report.name, before, report.text),
            applied: repairs.map((one) => ({ ...one })),
            written,
            ...(full || !written ? { text: report.text } : {}),
          },
        }
      : {}),
  };
}

/** Keeps the first `limit` findings of the whole run. */
function cutFindings(
  files: readonly FileOutput[],
  limit: number,
): { files: FileOutput[]; truncated: boolean } {
  let left = limit;
  let truncated = false;
  const cut = files.map((file) => {
    const findings = file.findings.slice(0, Math.max(left, 0));
    left -= file.findings.length;
    if (findings.length < file.findings.length) truncated = true;
    return { ...file, findings };
  });
  return { files: cut, truncated };
}
