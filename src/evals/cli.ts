import path from "node:path";
import { readPackageFile } from "../data/package-files.ts";
import { CancelledError, DockwrightError, InputError, NotFoundError } from "../security/errors.ts";
import { writeAtomic } from "../security/paths.ts";
import { clean } from "../security/untrusted.ts";
import { exportEvals } from "./agent-skills.ts";
import { answerFromText, readAnswerFrom } from "./answer.ts";
import { type EvalArguments, evalHelp, readArguments } from "./arguments.ts";
import { findEngine } from "./engine.ts";
import { graders } from "./graders/index.ts";
import type { EvalIo } from "./io.ts";
import { makeReport, type Report } from "./report.ts";
import { formats } from "./reports/index.ts";
import { terminal } from "./reports/terminal.ts";
import { isFor, type RunRequest, regrade, runTrials, type TrialResult } from "./run.ts";
import { loadScenarios, scenariosNamed } from "./scenarios.ts";
import { openStore } from "./store.ts";
import { givenSubject } from "./subjects/answers.ts";
import { makeSubject } from "./subjects/index.ts";
import type { Answer, Scenario, Subject } from "./types.ts";

const maxStdinBytes = 4 * 1024 * 1024;

/**
 * `dockwright eval`: reads its words, works, writes to the streams it was given, and returns the exit code:
 * 0 every required criterion passed, 1 one failed or was not tested, 2 wrong arguments, 3 something needed is
 * missing or a subject broke off, 130 cancelled. Unexpected errors are thrown.
 */
export async function evalCommand(argv: readonly string[], io: EvalIo): Promise<number> {
  try {
    const wanted = readArguments(argv);
    switch (wanted.verb) {
      case "help":
        io.stdout.write(evalHelp);
        return 0;
      case "list":
        io.stdout.write(list(wanted));
        return 0;
      case "export":
        return await exported(wanted, io);
      case "rescore":
        return await rescored(wanted, io);
      case "grade":
        return await graded(wanted, io);
      case "run":
        return await ran(wanted, io);
    }
  } catch (error) {
    if (!(error instanceof DockwrightError)) throw error;
    io.stderr.write(`dockwright eval: ${error.message}\n  ${error.hint}\n`);
    if (error instanceof CancelledError) return 130;
    return error.kind === "missing-tool" || error.kind === "engine" ? 3 : 2;
  }
}

async function ran(wanted: EvalArguments, io: EvalIo): Promise<number> {
  const scenarios = await scenariosNamed(wanted.scenarios, io.cwd);
  const names = wanted.subjects.length === 0 ? ["generator"] : wanted.subjects;
  const subjects = names.map((name) => makeSubject(name, wanted, io));
  return report(await results(wanted, io, scenarios, subjects), wanted, io);
}

async function graded(wanted: EvalArguments, io: EvalIo): Promise<number> {
  const [name, location, ...rest] = wanted.operands;
  if (name === undefined || location === undefined || rest.length > 0)
    throw new InputError(
      "grade takes a scenario and one answer",
      "dockwright eval grade <scenario> <Dockerfile|dir|->",
    );
  const scenarios = await scenariosNamed([name], io.cwd);
  const answer =
    location === "-" ? await answerFromStdin(io) : await readAnswerFrom(path.resolve(io.cwd, location));
  return report(await results(wanted, io, scenarios, [givenSubject(answer)]), wanted, io);
}

async function rescored(wanted: EvalArguments, io: EvalIo): Promise<number> {
  const [directory] = wanted.operands;
  if (directory === undefined)
    throw new InputError("rescore takes the folder of a run", "dockwright eval rescore <dir>");
  const store = openStore(path.resolve(io.cwd, directory));
  const judged = await regrade(store, loadScenarios(), today());
  if (judged.length === 0)
    throw new NotFoundError(`${clean(directory)} holds no kept answers`, "name the folder given with --out");
  return report({ judged, notes: ["judged again from kept answers"] }, wanted, io);
}

async function exported(wanted: EvalArguments, io: EvalIo): Promise<number> {
  const [directory] = wanted.operands;
  if (directory === undefined) throw new InputError("export takes a folder", "dockwright eval export <dir>");
  const scenarios = await scenariosNamed(wanted.scenarios.length === 0 ? ["all"] : wanted.scenarios, io.cwd);
  for (const { file, entries } of await exportEvals(scenarios, path.resolve(io.cwd, directory)))
    io.stdout.write(`${path.relative(io.cwd, file)}: ${entries} entries\n`);
  return 0;
}

interface Judged {
  readonly judged: readonly TrialResult[];
  readonly notes: readonly string[];
}

async function results(
  wanted: EvalArguments,
  io: EvalIo,
  scenarios: readonly Scenario[],
  subjects: readonly Subject[],
): Promise<Judged> {
  const engine =
    wanted.build && scenarios.some(({ build }) => build !== undefined)
      ? await findEngine(io)
      : { missing: "building was switched off (--no-build)" };
  const sampled = subjects.some((subject) => subject.sampled);
  const request: RunRequest = {
    scenarios,
    subjects,
    ...(wanted.arms === undefined ? {} : { arms: wanted.arms }),
    trials: wanted.trials ?? (sampled ? 5 : 1),
    seed: wanted.seed,
    jobs: wanted.jobs,
    limits: {
      turns: wanted.turns,
      outputTokens: wanted.tokens,
      timeMs: wanted.timeoutSeconds * 1000,
      ...(wanted.budgetUSD === undefined ? {} : { budgetUSD: wanted.budgetUSD }),
    },
    today: today(),
    signal: io.signal,
    now: Date.now,
    progress: (message, done, total) => {
      if (!wanted.json) io.stderr.write(`[${done}/${total}] ${message}\n`);
    },
    ...(wanted.out === undefined ? {} : { store: openStore(path.resolve(io.cwd, wanted.out)) }),
    ...("missing" in engine ? { notBuilt: engine.missing } : { engine, notBuilt: "" }),
  };
  const judged = await runTrials(request);
  const left = subjects.flatMap((subject) => {
    const ids = scenarios.filter((scenario) => !isFor(scenario, subject)).map(({ id }) => id);
    return ids.length === 0
      ? []
      : [`not put to ${subject.id}, which is given the project and not the task: ${ids.join(", ")}`];
  });
  if (judged.length === 0)
    throw new InputError(
      `there is nothing to run: ${left[0] ?? "no subject has the arms"}`,
      "choose another --subject, or leave out --arm",
    );
  return {
    judged,
    notes: [...("missing" in engine ? [`nothing was built: ${engine.missing}`] : [engine.about]), ...left],
  };
}

async function report({ judged, notes }: Judged, wanted: EvalArguments, io: EvalIo): Promise<number> {
  const made = makeReport(judged, { tool: toolName(), day: today(), seed: wanted.seed, notes });
  for (const { format, file } of wanted.reports)
    await writeAtomic(path.resolve(io.cwd, file), formats[format](made), true);
  if (wanted.out !== undefined)
    await writeAtomic(path.resolve(io.cwd, wanted.out, "report.json"), formats.json(made), true);
  io.stdout.write(wanted.json ? formats.json(made) : terminal(made, io.stdout.columns));
  return exitCode(made);
}

/** A subject that broke off says nothing about its answers. */
function exitCode({ scenarios }: Report): number {
  if (scenarios.some(({ outcome }) => outcome === "error")) return 3;
  return scenarios.every(({ outcome }) => outcome === "passed") ? 0 : 1;
}

function list(wanted: EvalArguments): string {
  const all = loadScenarios();
  if (wanted.json) {
    const described = {
      scenarios: all,
      graders: graders.map(({ name, summary, reads }) => ({ name, summary, reads })),
    };
    return `${JSON.stringify(described, null, 2)}\n`;
  }
  const lines = all.flatMap((scenario) => [
    `${scenario.id} (${scenario.suite}): ${scenario.title}`,
    ...scenario.criteria.map(
      (criterion) => `  - ${criterion.text} [${criterion.grader}]${criterion.required ? "" : " (optional)"}`,
    ),
    "",
  ]);
  return lines.join("\n");
}

async function answerFromStdin(io: EvalIo): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of io.stdin) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : Buffer.from(chunk);
    size += bytes.length;
    if (size > maxStdinBytes) throw new InputError("standard input is longer than 4 MiB", "give a file");
    chunks.push(bytes);
  }
  return answerFromText(Buffer.concat(chunks).toString("utf8"));
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function toolName(): string {
  const manifest: unknown = JSON.parse(readPackageFile("package.json"));
  const version =
    typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : "";
  return `dockwright ${String(version)}`;
}
