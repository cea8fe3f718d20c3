import { z } from "zod";

/** Input of validate_dockerfile: a file, folder or glob to read, or the text itself. */
export const validateInput = z.object({
  path: z.string().max(4096).optional().describe("Dockerfile, folder or glob"),
  dockerfile: z.string().max(1_048_576).optional().describe("Its text, instead of path"),
  context: z.string().max(4096).optional().describe("Build context folder"),
  fix: z.enum(["none", "safe", "unsafe"]).optional().describe("Returns the repaired text and a diff"),
  write: z.boolean().optional().describe("Save repairs"),
  profile: z.string().max(60).optional().describe("recommended, all, security, hadolint, or a checklist"),
  ignore: z.array(z.string().max(80)).max(200).optional().describe("Rules or other linters' ids"),
  failOn: z.enum(["error", "warning", "info", "style", "none"]).optional(),
  format: z.enum(["text", "json", "sarif", "github", "gitlab", "checkstyle", "junit"]).optional(),
  detail: z.enum(["summary", "full"]).optional(),
  shellcheck: z.boolean().optional().describe("Adds what the shellcheck program on PATH finds in RUN"),
});

const severity = z.enum(["error", "warning", "info", "style"]);

const finding = z.object({
  rule: z.string(),
  severity,
  message: z.string(),
  line: z.number(),
  column: z.number(),
  endLine: z.number(),
  endColumn: z.number(),
  /** Ids of other linters that report the same. */
  ids: z.array(z.string()),
  fix: z.enum(["safe", "unsafe"]).optional(),
  why: z.string().optional(),
});

const checklist = z.object({
  name: z.string(),
  title: z.string(),
  items: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      status: z.enum(["pass", "fail", "not-applicable"]),
      proof: z.array(z.object({ line: z.number(), rule: z.string(), message: z.string() })),
      note: z.string().optional(),
    }),
  ),
});

const repair = z.object({
  diff: z.string(),
  text: z.string().optional(),
  applied: z.array(z.object({ rule: z.string(), title: z.string(), line: z.number() })),
  written: z.boolean(),
});

/** Output of validate_dockerfile. Findings are those that remain after a repair. */
export const validateOutput = z.object({
  passed: z.boolean(),
  summary: z.object({
    files: z.number(),
    findings: z.number(),
    error: z.number(),
    warning: z.number(),
    info: z.number(),
    style: z.number(),
    fixable: z.number(),
    ignored: z.number(),
  }),
  files: z.array(
    z.object({
      file: z.string(),
      findings: z.array(finding),
      checklist: checklist.optional(),
      repair: repair.optional(),
    }),
  ),
  truncated: z.boolean(),
  warnings: z.array(z.string()),
  report: z.string().optional(),
});
