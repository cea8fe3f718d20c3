/*
 * The verbs. Listing them must be cheap and calling them may be heavy, so each is in two parts:
 *
 *   src/tools/schemas/<verb>.ts  zod input and output, importing zod only; as exact as they can be (enums,
 *                                bounds, defaults): publish.ts leaves out what hosts need not pay for
 *   src/tools/<verb>.ts          the handler: `defineTool({ ...words.<verb>, input, output, run, render, ... })`
 *
 * The list holds what hosts and `--help` are told and loads the handler on its first call. A test compares
 * both parts. A new verb: those two files, its words in words.ts, one entry here.
 */
import type { Tool } from "./define.ts";
import { analyzeInput, analyzeOutput } from "./schemas/analyze.ts";
import { generateInput, generateOutput } from "./schemas/generate.ts";
import { scanInput, scanOutput } from "./schemas/scan.ts";
import { validateInput, validateOutput } from "./schemas/validate.ts";
import { verifyInput, verifyOutput } from "./schemas/verify.ts";
import { words } from "./words.ts";

/** A tool as it is listed: everything but its code, and how to get that. */
export interface ListedTool extends Omit<Tool, "run" | "render" | "failed"> {
  /** Arguments that make the call write files when they are set; refused unless the caller may write. */
  readonly writes: readonly string[];
  /** Arguments that may hold `NAME=secret`: masked in everything the call returns. */
  readonly secrets: readonly string[];
  /** Arguments for people and pipelines: accepted from everybody, but not published to hosts. */
  readonly unpublished: readonly string[];
  load(): Promise<Tool>;
}

/** All tools, sorted by name: hosts cache the list. */
export const tools: readonly ListedTool[] = [
  {
    name: "analyze_image_size",
    verb: "analyze",
    ...words.analyze,
    input: analyzeInput,
    output: analyzeOutput,
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    builds: false,
    writes: ["report"],
    secrets: [],
    unpublished: ["report"],
    load: async () => (await import("./analyze.ts")).analyzeTool,
  },
  {
    name: "generate_dockerfile",
    verb: "generate",
    ...words.generate,
    input: generateInput,
    output: generateOutput,
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    builds: false,
    writes: ["write"],
    secrets: [],
    unpublished: [],
    load: async () => (await import("./generate.ts")).generateTool,
  },
  {
    name: "scan_image",
    verb: "scan",
    ...words.scan,
    input: scanInput,
    output: scanOutput,
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    builds: false,
    writes: [],
    secrets: [],
    unpublished: [
      "scanners",
      "offline",
      "onlyFixed",
      "ignoreFile",
      "advisories",
      "dockerfile",
      "target",
      "sbom",
      "format",
    ],
    load: async () => (await import("./scan.ts")).scanTool,
  },
  {
    name: "validate_dockerfile",
    verb: "validate",
    ...words.validate,
    input: validateInput,
    output: validateOutput,
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    builds: false,
    writes: ["write"],
    secrets: [],
    unpublished: ["failOn", "format", "shellcheck"],
    load: async () => (await import("./validate.ts")).validateTool,
  },
  {
    name: "verify_dockerfile",
    verb: "verify",
    ...words.verify,
    input: verifyInput,
    output: verifyOutput,
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    builds: true,
    writes: ["report"],
    secrets: ["env", "buildArgs", "services"],
    unpublished: ["report"],
    load: async () => (await import("./verify.ts")).verifyTool,
  },
];
