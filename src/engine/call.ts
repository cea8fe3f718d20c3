import { EngineError } from "../security/errors.ts";
import { type RunResult, runProcess } from "../security/process.ts";
import { cleanLines } from "../security/untrusted.ts";
import type { EngineCall } from "./types.ts";

/** Runs the engine's client, `env` added to its variables; a non-zero exit is a result. Throws LimitError, CancelledError, MissingToolError. */
export function runEngine(
  call: EngineCall,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  return runProcess({
    program: call.engine.program,
    args,
    env,
    signal: call.signal,
    timeoutMs: call.timeoutMs,
  });
}

/** As `runEngine`, for commands that have to succeed: returns the output, throws EngineError with the last line said. */
export async function askEngine(
  call: EngineCall,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const result = await runEngine(call, args, env);
  if (result.exitCode === 0) return result.stdout.trim();
  const said = cleanLines(result.stderr, 3, 300).join(" ");
  throw new EngineError(
    `${call.engine.name} ${args.slice(0, 2).join(" ")} failed: ${said === "" ? `exit code ${result.exitCode}` : said}`,
    "see the engine's own log",
  );
}
