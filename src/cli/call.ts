import path from "node:path";
import { CancelledError, InputError, LimitError } from "../security/errors.ts";
import { defaultLimits, type Limits } from "../security/limits.ts";
import { makeRoots, type Roots } from "../security/paths.ts";
import { clean } from "../security/untrusted.ts";
import type { ListedTool } from "../tools/list.ts";
import { type CallResult, callTool } from "../tools/run.ts";
import { exitCodeOf, exitCodes } from "./exit.ts";
import { verbHelp } from "./help.ts";
import type { CliIo } from "./io.ts";
import { kebab, type OptionSpec, optionsOf, readOptions, type Typed } from "./options.ts";
import { mergeAnswers } from "./several.ts";
import { paintFor, paintSeverities, progressLine } from "./terminal.ts";
import type { Verb } from "./verbs.ts";

/** Options every tool's verb has. */
const common: readonly OptionSpec[] = [
  { name: "json", flag: "json", kind: "flag", description: "The whole result as JSON" },
  { name: "root", flag: "root", kind: "list", description: "Read and write below this folder only" },
  { name: "deadline", flag: "deadline", kind: "number", description: "Seconds until it gives up" },
  { name: "help", flag: "help", kind: "flag", description: "" },
];

/** Runs a tool from what was typed, prints its answer and returns the exit code. Throws InputError for bad arguments. */
export async function runVerb(
  verb: Verb,
  tool: ListedTool,
  argv: readonly string[],
  io: CliIo,
): Promise<number> {
  const paint = paintFor(io.stdout, io.env);
  const specs = optionsOf(tool.input);
  const typed = readOptions(verb.verb, expand(verb, argv, specs), [...specs, ...common]);
  if (typed.options.help === true) {
    io.stdout.write(verbHelp(verb, tool, specs, common.slice(0, -1), paint));
    return exitCodes.ok;
  }
  const limits = limitsFor(typed.options.deadline);
  const roots = await rootsFor(typed.options.root, io.cwd);
  const inputs = await inputsOf(verb, typed, specs, io, limits);
  const line = progressLine(io.stderr);
  const results: CallResult[] = [];
  for (const input of inputs) {
    const result = await callTool(tool, input, {
      signal: io.signal,
      roots,
      limits,
      allow: { write: true, build: true },
      now: Date.now,
      stdin: bytes(io.stdin),
      bounded: false,
      spell: (name) => (name === verb.positional ? name : `--${kebab(name)}`),
      onProgress: line.show,
      onUnexpected: (id, error) => {
        line.clear();
        io.stderr.write(`internal error ${id}: ${error instanceof Error ? error.stack : String(error)}\n`);
      },
    });
    line.clear();
    results.push(result);
    if (!result.ok) break;
  }
  return print(results, typed.options.json === true, io);
}

/** Writes out the verb's shorthands: the strongest for each option, none where the option has a value of its own. */
function expand(verb: Verb, argv: readonly string[], specs: readonly OptionSpec[]): string[] {
  const { shorthands = {} } = verb;
  const hasValue = (word: string, index: number): boolean =>
    specs.some(({ flag, values }) => `--${flag}` === word && values?.includes(argv[index + 1] ?? ""));
  const isShort = (word: string, index: number): boolean =>
    Object.hasOwn(shorthands, word) && !hasValue(word, index);
  const strongest = new Map<string, string>();
  for (const [short, [option]] of Object.entries(shorthands)) {
    if (argv.some((word, index) => word === short && isShort(word, index))) strongest.set(option, short);
  }
  for (const [index, word] of argv.entries()) if (hasValue(word, index)) strongest.delete(word);
  const written = [...strongest.values()].flatMap((short) => shorthands[short] ?? []);
  return [...written, ...argv.filter((word, index) => !isShort(word, index))];
}

function print(results: readonly CallResult[], json: boolean, io: CliIo): number {
  const answers = results.flatMap((result) => (result.ok ? [result] : []));
  const error = results.flatMap((result) => (result.ok ? [] : [result]))[0];
  if (error !== undefined) {
    const paint = paintFor(io.stderr, io.env);
    io.stderr.write(`${paint.red("error:")} ${error.text}\n`);
    if (json) io.stdout.write(`${JSON.stringify({ error: { kind: error.kind, message: error.text } })}\n`);
    return exitCodeOf(error.kind);
  }
  if (json) {
    const [first] = answers;
    const data = answers.length === 1 ? first?.data : mergeAnswers(answers.map((answer) => answer.data));
    io.stdout.write(`${JSON.stringify(data, undefined, 2)}\n`);
  } else {
    const paint = paintFor(io.stdout, io.env);
    for (const answer of answers) {
      const text = paintSeverities(answer.text, paint);
      io.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
      for (const warning of besideReport(answer.data)) io.stderr.write(`warning: ${warning}\n`);
    }
  }
  return answers.some((answer) => answer.failed) ? exitCodes.failed : exitCodes.ok;
}

/** What a report in some format has no place for. */
function besideReport(data: unknown): readonly string[] {
  if (typeof data !== "object" || data === null || !("report" in data) || !("warnings" in data)) return [];
  const { report, warnings } = data;
  if (typeof report !== "string" || !Array.isArray(warnings)) return [];
  return warnings.filter((warning) => typeof warning === "string");
}

/** The tool's arguments: one set, or one for each of several files. */
async function inputsOf(
  verb: Verb,
  typed: Typed,
  specs: readonly OptionSpec[],
  io: CliIo,
  limits: Limits,
): Promise<Record<string, unknown>[]> {
  const names = new Set(specs.map(({ name }) => name));
  const asked = Object.fromEntries(Object.entries(typed.options).filter(([name]) => names.has(name)));
  const options = typed.options.json === true ? asked : { ...verb.forPeople?.(asked), ...asked };
  const { positionals } = typed;
  if (positionals.length > 1 && !verb.many) {
    throw new InputError(
      `${verb.verb} takes one ${verb.positional}, not ${positionals.length}: ${clean(positionals[1] ?? "", 60)}`,
      `dockwright ${verb.verb} --help shows how it is called`,
    );
  }
  if (positionals.length > 0 && options[verb.positional] !== undefined) {
    throw new InputError(`${verb.positional} was given twice`, `leave out --${kebab(verb.positional)}`);
  }
  if (positionals.length > 1 && typeof options.format === "string" && options.format !== "text") {
    throw new InputError(
      `one ${clean(options.format, 20)} report cannot be made of several paths`,
      'name their folder or a quoted pattern such as "services/*/Dockerfile"',
    );
  }
  if (positionals.length === 0) {
    const { fallback } = verb;
    const needed =
      fallback !== undefined &&
      [verb.positional, ...fallback.unless].every((name) => options[name] === undefined);
    return [needed ? { ...options, [verb.positional]: fallback.value } : options];
  }
  const inputs: Record<string, unknown>[] = [];
  for (const value of positionals) {
    if (value === "-" && verb.stdin !== undefined) {
      const text = await untilStopped(io.signal, readText(io, limits.dockerfileBytes));
      inputs.push({ ...options, [verb.stdin]: text });
    } else inputs.push({ ...options, [verb.positional]: value });
  }
  return inputs;
}

/** What `work` gives, or CancelledError as soon as the signal fires: a terminal's input never ends by itself. */
async function untilStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new CancelledError()), { once: true });
  });
  return Promise.race([work, stopped]);
}

/** Standard input as text. Throws LimitError past `maxBytes`, InputError for bytes that are no text. */
async function readText(io: CliIo, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes(io.stdin)) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new LimitError(`standard input has more than ${maxBytes} bytes`, "give a smaller Dockerfile");
    }
    chunks.push(chunk);
  }
  const all = Buffer.concat(chunks);
  if (all.subarray(0, 8000).includes(0)) {
    throw new InputError("standard input is not text", "give a Dockerfile");
  }
  return all.toString("utf8");
}

async function* bytes(input: CliIo["stdin"]): AsyncGenerator<Uint8Array> {
  for await (const chunk of input) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}

function limitsFor(deadline: unknown): Limits {
  // A person reads in a pager, a script reads everything: no list is cut for them.
  const limits = { ...defaultLimits, findings: Number.MAX_SAFE_INTEGER };
  if (deadline === undefined) return limits;
  if (typeof deadline !== "number" || deadline <= 0) {
    throw new InputError("--deadline must be a number of seconds", "write --deadline 60");
  }
  return { ...limits, deadlineMs: deadline * 1000, buildDeadlineMs: deadline * 1000 };
}

/** People may name any file they can read; --root narrows it, for scripts that pass on names from others. */
async function rootsFor(root: unknown, cwd: string): Promise<Roots> {
  if (Array.isArray(root)) return makeRoots(root.map((one) => path.resolve(cwd, String(one))));
  return makeRoots([cwd, path.parse(cwd).root]);
}
