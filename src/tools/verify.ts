import path from "node:path";
import type { z } from "zod";
import { parseBytes } from "../image/analysis/targets.ts";
import { InputError } from "../security/errors.ts";
import { resolveInside } from "../security/paths.ts";
import { clean, truncate } from "../security/untrusted.ts";
import { renderHtml } from "../verify/html.ts";
import { parseAssignments, parseProbe, parseSecret, parseService } from "../verify/parse.ts";
import { renderEvidence } from "../verify/render.ts";
import type { EvidenceRecord, SecretSource, VerifyInput } from "../verify/types.ts";
import { verify } from "../verify/verify.ts";
import { defineTool, type ToolContext } from "./define.ts";
import { reportTarget, writeReport } from "./report-file.ts";
import { verifyInput, verifyOutput } from "./schemas/verify.ts";
import { scanBuilt } from "./verify-scan.ts";
import { words } from "./words.ts";

type Input = z.output<typeof verifyInput>;
type Output = z.output<typeof verifyOutput>;

// The record behind an answer, for its text: the answer itself holds less.
const records = new WeakMap<Output, EvidenceRecord>();

/** Builds, runs, probes, measures and searches, and returns evidence. */
export const verifyTool = defineTool({
  name: "verify_dockerfile",
  verb: "verify",
  ...words.verify,
  input: verifyInput,
  output: verifyOutput,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  builds: true,
  run,
  render,
  failed: (output) => !output.passed,
});

async function run(input: Input, context: ToolContext): Promise<Output> {
  if (!context.allow.build) {
    throw new InputError(
      "verify runs what the Dockerfile says, and this server may not",
      "start it with --allow-build, or use the command line",
    );
  }
  if (input.report !== undefined && !context.allow.write) {
    throw new InputError(
      "this server may not write the report",
      "start it with --allow-write, or leave report out",
    );
  }
  const report = input.report === undefined ? undefined : await reportTarget(context.roots, input.report);
  const record = await verify(await requestOf(input, context), {
    signal: context.signal,
    progress: (message, done, total) => context.progress(message, done, total),
    limits: context.limits,
    roots: context.roots,
    today: context.today,
    env: process.env,
    scan: (subject) => scanBuilt(subject, context.today),
  });
  if (report !== undefined) await writeReport(report, renderHtml(record));
  const output = outputOf(record, input.detail === "full", input.report);
  records.set(output, record);
  return output;
}

async function requestOf(input: Input, context: ToolContext): Promise<VerifyInput> {
  const { roots } = context;
  const directory = await resolveInside(roots, input.context);
  const { target, platform } = input;
  const budget =
    input.sizeBudget === undefined ? undefined : parseBytes(input.sizeBudget.replace(/^<=?/, ""));
  if (input.sizeBudget !== undefined && budget === undefined) {
    throw new InputError(
      `size budget ${clean(input.sizeBudget, 40)} cannot be read`,
      "give a size such as 300MB",
    );
  }
  if (target !== undefined && !/^[\w.-]{1,128}$/.test(target)) {
    throw new InputError(`${clean(target, 60)} is not the name of a stage`, "use letters, digits, _ . and -");
  }
  if (platform !== undefined && !/^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/.test(platform)) {
    throw new InputError(`${clean(platform, 60)} is not a platform`, "use one such as linux/arm64");
  }
  const secrets: SecretSource[] = [];
  const ssh: string[] = [];
  for (const text of input.secrets ?? []) {
    // The agent that SSH_AUTH_SOCK names; its keys never leave it.
    if (text === "ssh") {
      ssh.push("default");
      continue;
    }
    const secret = parseSecret(text);
    if ("path" in secret) secrets.push({ id: secret.id, file: await resolveInside(roots, secret.path) });
    else secrets.push(secret);
  }
  return {
    context: directory,
    ...(await dockerfileOf(input.dockerfile, directory, context)),
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
    buildArgs: parseAssignments(input.buildArgs ?? [], "build argument"),
    secrets,
    ssh,
    ...(input.probe === undefined ? {} : { probe: parseProbe(input.probe) }),
    env: parseAssignments(input.env ?? [], "variable"),
    services: (input.services ?? []).map(parseService),
    ...(budget === undefined ? {} : { sizeBudgetBytes: budget }),
    ...engineOf(input.engine),
  };
}

/** An engine by name; any other name is that of a buildx builder. */
function engineOf(given: string | undefined): Pick<VerifyInput, "engine" | "builder"> {
  if (given === undefined) return {};
  if (given === "auto" || given === "docker" || given === "podman") return { engine: given };
  return { engine: "docker", builder: given };
}

/** A text has a line break or begins with FROM; anything else is a path: from the root, or from the context. */
async function dockerfileOf(
  given: string | undefined,
  directory: string,
  { roots }: ToolContext,
): Promise<Pick<VerifyInput, "dockerfile" | "dockerfileText">> {
  if (given === undefined)
    return { dockerfile: await resolveInside(roots, path.join(directory, "Dockerfile")) };
  if (given.includes("\n") || /^\s*FROM\s/i.test(given)) return { dockerfileText: given };
  const inContext = await resolveInside(roots, path.resolve(directory, given)).catch(() => undefined);
  return { dockerfile: inContext ?? (await resolveInside(roots, given)) };
}

function outputOf(record: EvidenceRecord, full: boolean, report: string | undefined): Output {
  return verifyOutput.parse({
    ...record,
    passed: record.totals.requiredRefuted === 0,
    ...(record.image ? { image: { ...record.image, layers: full ? record.image.layers : [] } } : {}),
    steps: full ? record.steps : [],
    findings: (full ? record.findings : record.findings.filter(({ severity }) => severity === "error")).map(
      (finding) => ({
        rule: finding.rule,
        severity: finding.severity,
        message: finding.message,
        ...(finding.location ? { line: finding.location.startLine } : {}),
      }),
    ),
    ...(report === undefined ? {} : { report }),
  });
}

function render(output: Output, input: Input): string {
  const record = records.get(output);
  const text = record ? renderEvidence(record, input.detail === "full") : JSON.stringify(output);
  return truncate(output.report === undefined ? text : `${text}\nReport: ${clean(output.report)}`, 14_000);
}
