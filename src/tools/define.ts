import type { z } from "zod";
import type { Limits } from "../security/limits.ts";
import type { Roots } from "../security/paths.ts";

/** What a tool may use while it answers one request. */
export interface ToolContext {
  readonly signal: AbortSignal;
  /** Says how far it is; `total` undefined when nobody knows. Never throws. */
  progress(message: string, done?: number, total?: number): void;
  readonly roots: Roots;
  readonly limits: Limits;
  /** The day of the request, YYYY-MM-DD. */
  readonly today: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** The command line's standard input; servers have none to offer. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  readonly allow: {
    /** Files may be written (the command line, or a server started with --allow-write). */
    readonly write: boolean;
    /** A Dockerfile may be built and run (--allow-build; the command line's own verb). */
    readonly build: boolean;
  };
}

/** What hosts are told about a tool; all four always explicit. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** A verb of dockwright. MCP and the command line are made from the same list. */
export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** The command-line verb: `generate`. */
  readonly verb: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  readonly annotations: ToolAnnotations;
  /** True when it starts builds: longer deadline, and only with `allow.build`. */
  readonly builds: boolean;
  run(input: z.output<Input>, context: ToolContext): Promise<z.output<Output>>;
  /** Short text for the model: complete enough to act on, within `limits.resultChars`. */
  render(output: z.output<Output>, input: z.output<Input>): string;
  /** True when the answer means "no" for an exit code: findings at the threshold, a target missed. */
  failed(output: z.output<Output>, input: z.output<Input>): boolean;
}

/** Keeps the schema types of one tool together. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> {
  return tool;
}
