import { z } from "zod";

/** Input of generate_dockerfile: a directory to read, or a language with parameters; every field but those is optional. */
export const generateInput = z.object({
  directory: z.string().max(4096).optional().describe("Project to read"),
  language: z
    .enum(["node", "python", "go", "rust", "java"])
    .optional()
    .describe("Required without directory"),
  appType: z.enum(["api", "frontend", "worker", "cli"]).optional(),
  variant: z.enum(["quick", "production", "hardened"]).default("production").describe("hardened: no shell"),
  packageManager: z.string().max(40).optional(),
  framework: z.string().max(60).optional(),
  version: z.string().max(40).optional().describe("Runtime version"),
  port: z.int().optional(),
  start: z.string().max(1000).optional().describe("Start command"),
  healthPath: z
    .string()
    .max(200)
    .regex(/^\/[\w./~%-]*$/)
    .optional(),
  baseRuntime: z.string().max(300).optional().describe("Runtime base image"),
  target: z.string().max(200).default("runtime").describe("Build stage, or app of a workspace"),
  targetSize: z.string().max(20).optional().describe("Such as 300MB"),
  platforms: z.array(z.string().max(40)).max(8).optional(),
  uid: z.int().min(1).max(65_534).optional(),
  tests: z.boolean().default(false).describe("Add a test stage"),
  upgrade: z.boolean().default(false).describe("Leave end-of-life versions"),
  write: z.boolean().default(false),
  force: z.boolean().default(false).describe("Overwrite"),
  detail: z.enum(["summary", "full"]).default("summary"),
});

const finding = z.object({
  rule: z.string(),
  severity: z.string(),
  message: z.string(),
  line: z.number().optional(),
});

/** Output of generate_dockerfile. `status` says whether there are files; otherwise `reason` and `decide` say what is missing. */
export const generateOutput = z.object({
  status: z.enum(["generated", "choice", "refused"]),
  files: z.array(z.object({ path: z.string(), text: z.string(), written: z.boolean() })),
  facts: z.record(
    z.string(),
    z.object({ value: z.unknown(), confidence: z.string(), evidence: z.array(z.string()) }),
  ),
  plan: z.unknown().optional(),
  assumed: z.array(z.string()),
  warnings: z.array(z.string()),
  commands: z.record(z.string(), z.string()),
  projectSettings: z.array(z.object({ file: z.string(), setting: z.string(), why: z.string() })),
  kubernetes: z.string().optional(),
  expectedSize: z.object({ minMB: z.number(), maxMB: z.number(), parts: z.array(z.string()) }).optional(),
  findings: z.array(finding),
  reason: z.string().optional(),
  apps: z.array(z.object({ name: z.string(), path: z.string(), what: z.string() })),
  decide: z.string().optional(),
});
