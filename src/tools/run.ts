import { randomUUID } from "node:crypto";
import {
  CancelledError,
  DockwrightError,
  type ErrorKind,
  InputError,
  LimitError,
} from "../security/errors.ts";
import type { Limits } from "../security/limits.ts";
import type { Roots } from "../security/paths.ts";
import { clean } from "../security/untrusted.ts";
import { capData, capText } from "./cap.ts";
import type { ToolContext } from "./define.ts";
import { parseInput } from "./input.ts";
import type { ListedTool } from "./list.ts";
import { throttled } from "./progress.ts";
import { redactData, redactText, secretsOf } from "./redact.ts";

/** What a face (command line or server) gives to every call. */
export interface CallEnvironment {
  readonly signal: AbortSignal;
  readonly roots: Roots;
  readonly limits: Limits;
  readonly allow: ToolContext["allow"];
  /** Milliseconds since the epoch. */
  now(): number;
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** How far a call is; called at most a few times a second. */
  onProgress?(message: string, done: number | undefined, total: number | undefined): void;
  /** Gets errors nobody expected, with the id the user saw. */
  onUnexpected(id: string, error: unknown): void;
  /** How arguments are spelled for this caller: `--fail-on`. */
  spell?(name: string): string;
  /** True for a model: text and data are shortened to `limits.resultChars` and `resultTokens`. */
  readonly bounded: boolean;
  /** Values masked in results and errors beside the call's own secrets. */
  readonly secrets?: readonly string[];
}

/** How a call ended. `text` is one line for an error. */
export type CallResult =
  | {
      readonly ok: true;
      readonly data: Record<string, unknown>;
      readonly text: string;
      /** The answer means "no": findings at the threshold, a target missed. */
      readonly failed: boolean;
    }
  | {
      readonly ok: false;
      readonly kind: ErrorKind | "internal";
      readonly text: string;
    };

/**
 * The one way to call a tool: checks the arguments and what the caller may do, holds the deadline, passes
 * cancellation and progress on, masks secrets, bounds the result and turns errors into one line. Never throws.
 */
export async function callTool(
  tool: ListedTool,
  given: unknown,
  environment: CallEnvironment,
): Promise<CallResult> {
  const secrets = [...(environment.secrets ?? [])];
  try {
    const input = parseInput(tool, given, environment.spell);
    secrets.push(...secretsOf(input, tool.secrets));
    checkPermission(tool, input, environment);
    const handler = await tool.load();
    const output = await withDeadline(tool, environment, (signal) =>
      handler.run(input, contextOf(environment, signal, secrets)),
    );
    const data = redactRecord(output, secrets);
    const text = redactText(handler.render(output, input), secrets);
    const failed = handler.failed(output, input);
    if (!environment.bounded) return { ok: true, data, text, failed };
    const { limits } = environment;
    const capped = capData(data, limits);
    const cut = Object.keys(capped.total).length > 0;
    return {
      ok: true,
      data: cut && "truncated" in tool.output.shape ? { ...capped.data, truncated: true } : capped.data,
      text: capText(text, limits, capped.total),
      failed,
    };
  } catch (error) {
    const shaped = shapeError(error, environment);
    return { ok: false, kind: shaped.kind, text: redactText(shaped.text, secrets) };
  }
}

function checkPermission(
  tool: ListedTool,
  input: Readonly<Record<string, unknown>>,
  { allow }: CallEnvironment,
): void {
  if (tool.builds && !allow.build) {
    throw new InputError(
      `${tool.name} runs what the Dockerfile says, and this server may not`,
      "start it with --allow-build (over HTTP also --allow-build-over-http), or use the command line",
    );
  }
  const writing = tool.writes.find((name) => input[name] !== undefined && input[name] !== false);
  if (writing !== undefined && !allow.write) {
    throw new InputError(
      `${writing} writes a file, and this server may not`,
      "start it with --allow-write, or save the returned text yourself",
    );
  }
}

function contextOf(
  environment: CallEnvironment,
  signal: AbortSignal,
  secrets: readonly string[],
): ToolContext {
  const report = throttled((message, done, total) => {
    if (!signal.aborted) environment.onProgress?.(redactText(clean(message), secrets), done, total);
  }, environment.now);
  return {
    signal,
    roots: environment.roots,
    limits: environment.limits,
    allow: environment.allow,
    today: new Date(environment.now()).toISOString().slice(0, 10),
    now: environment.now,
    progress: report,
    ...(environment.stdin ? { stdin: environment.stdin } : {}),
  };
}

/** Runs the work; its promise is left behind at the deadline or when the caller gives up, and told by its signal. */
async function withDeadline<T>(
  tool: ListedTool,
  environment: CallEnvironment,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { limits } = environment;
  const deadline = tool.builds ? limits.buildDeadlineMs : limits.deadlineMs;
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(new CancelledError());
  if (environment.signal.aborted) onAbort();
  environment.signal.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(
    () =>
      controller.abort(
        new LimitError(
          `${tool.name} did not finish within ${Math.round(deadline / 1000)} s`,
          "make the request smaller or raise the deadline (--deadline)",
        ),
      ),
    deadline,
  );
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => reject(controller.signal.reason);
    if (controller.signal.aborted) stop();
    else controller.signal.addEventListener("abort", stop, { once: true });
  });
  stopped.catch(() => undefined);
  try {
    controller.signal.throwIfAborted();
    return await Promise.race([work(controller.signal), stopped]);
  } catch (error) {
    // Whatever the work made of being stopped, the reason is what the caller should hear.
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
    environment.signal.removeEventListener("abort", onAbort);
  }
}

function redactRecord(
  output: Readonly<Record<string, unknown>>,
  secrets: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(output).map(([key, value]) => [key, redactData(value, secrets)]));
}

function shapeError(
  error: unknown,
  environment: CallEnvironment,
): { readonly kind: ErrorKind | "internal"; readonly text: string } {
  if (error instanceof DockwrightError) {
    const message = clean(error.message, 1000).replace(/[.;]$/, "");
    return { kind: error.kind, text: `${message}; ${clean(error.hint, 1000)}` };
  }
  const id = randomUUID().slice(0, 8);
  environment.onUnexpected(id, error);
  return {
    kind: "internal",
    text: `internal error ${id}; the details are in the log of dockwright (stderr), please report them`,
  };
}
