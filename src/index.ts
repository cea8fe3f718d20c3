/*
 * The library: each verb as a function of its input. Paths are relative to the current directory, and every
 * file the process can read may be named; `callTool` of the servers confines requests from others.
 */
import path from "node:path";
import type { z } from "zod";
import { defaultLimits } from "./security/limits.ts";
import { makeRoots } from "./security/paths.ts";
import type { Tool, ToolContext } from "./tools/define.ts";
import { describeProblems } from "./tools/input.ts";
import type { analyzeInput, analyzeOutput } from "./tools/schemas/analyze.ts";
import type { generateInput, generateOutput } from "./tools/schemas/generate.ts";
import type { scanInput, scanOutput } from "./tools/schemas/scan.ts";
import type { validateInput, validateOutput } from "./tools/schemas/validate.ts";
import type { verifyInput, verifyOutput } from "./tools/schemas/verify.ts";

export {
  CancelledError,
  DockwrightError,
  EngineError,
  InputError,
  LimitError,
  MissingToolError,
  NotFoundError,
} from "./security/errors.ts";

/** What a call may be given beside its input. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Folders paths must lie in; the first is where relative ones start. Default: the current one, and all others. */
  readonly roots?: readonly string[];
  readonly onProgress?: (message: string, done?: number, total?: number) => void;
}

/** Writes a Dockerfile and .dockerignore for a project directory, or for a language without one. */
export async function generate(
  input: z.input<typeof generateInput>,
  options: CallOptions = {},
): Promise<z.output<typeof generateOutput>> {
  return call((await import("./tools/generate.ts")).generateTool, input, options);
}

/** Checks Dockerfiles, repairs them, or judges them by a checklist. */
export async function validate(
  input: z.input<typeof validateInput>,
  options: CallOptions = {},
): Promise<z.output<typeof validateOutput>> {
  return call((await import("./tools/validate.ts")).validateTool, input, options);
}

/** Says where the bytes of an image come from and which edits save how many. */
export async function analyze(
  input: z.input<typeof analyzeInput>,
  options: CallOptions = {},
): Promise<z.output<typeof analyzeOutput>> {
  return call((await import("./tools/analyze.ts")).analyzeTool, input, options);
}

/** Says which secrets, known vulnerabilities and misconfiguration an image holds, and what was not looked at: see `notScanned`. */
export async function scan(
  input: z.input<typeof scanInput>,
  options: CallOptions = {},
): Promise<z.output<typeof scanOutput>> {
  return call((await import("./tools/scan.ts")).scanTool, input, options);
}

/** Builds a Dockerfile, runs it and returns evidence of what it does. Runs what the Dockerfile says. */
export async function verify(
  input: z.input<typeof verifyInput>,
  options: CallOptions = {},
): Promise<z.output<typeof verifyOutput>> {
  return call((await import("./tools/verify.ts")).verifyTool, input, options);
}

async function call<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Tool<Input, Output>,
  input: z.input<Input>,
  options: CallOptions,
): Promise<z.output<Output>> {
  const cwd = process.cwd();
  const context: ToolContext = {
    signal: options.signal ?? new AbortController().signal,
    roots: await makeRoots(options.roots ?? [cwd, path.parse(cwd).root]),
    limits: defaultLimits,
    today: new Date().toISOString().slice(0, 10),
    now: Date.now,
    allow: { write: true, build: true },
    progress: (message, done, total) => options.onProgress?.(message, done, total),
  };
  return tool.run(parse(tool, input), context);
}

function parse<Input extends z.ZodObject>(
  tool: { readonly name: string; readonly input: Input },
  given: z.input<Input>,
): z.output<Input> {
  const result = tool.input.safeParse(given);
  if (result.success) return result.data;
  throw describeProblems(result.error.issues, given);
}
