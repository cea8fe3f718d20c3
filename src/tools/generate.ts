import path from "node:path";
import type { z } from "zod";
import { commandWords } from "../ecosystems/procfile.ts";
import type { FactSet, Parameters } from "../ecosystems/types.ts";
import { type Generated, generate, type NotGenerated } from "../generate/generate.ts";
import { readProject } from "../project/read.ts";
import type { Evidence, Project } from "../project/types.ts";
import { InputError } from "../security/errors.ts";
import { resolveForWrite, resolveInside, writeAtomic } from "../security/paths.ts";
import { checkImageReference } from "../security/process.ts";
import { clean } from "../security/untrusted.ts";
import { defineTool, type ToolContext } from "./define.ts";
import { generateInput, generateOutput } from "./schemas/generate.ts";
import { words } from "./words.ts";

type Input = z.output<typeof generateInput>;
type Output = z.output<typeof generateOutput>;

const stages = new Set(["deps", "builder", "test", "runtime"]);

/** Writes a Dockerfile and .dockerignore for a project or for parameters, with evidence and reasons. */
export const generateTool = defineTool({
  name: "generate_dockerfile",
  verb: "generate",
  ...words.generate,
  input: generateInput,
  output: generateOutput,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  builds: false,
  run,
  render,
  failed: (output) => output.status !== "generated",
});

async function run(input: Input, context: ToolContext): Promise<Output> {
  if (input.write && !context.allow.write) {
    throw new InputError(
      "this server may not write files",
      "start it with --allow-write, or write the returned files yourself",
    );
  }
  if (input.write && input.directory === undefined)
    throw new InputError("write needs a directory", "name the project's directory");
  if (input.baseRuntime !== undefined) checkImageReference(input.baseRuntime);
  const directory =
    input.directory === undefined ? undefined : await resolveInside(context.roots, input.directory);
  const project =
    directory === undefined ? undefined : await readProject(directory, context.limits, context.signal);
  const result = generate({
    ...(project ? { project } : {}),
    parameters: parametersOf(input, context.today),
    ...(stages.has(input.target) ? { stage: input.target } : {}),
    ...(input.platforms ? { platforms: input.platforms } : {}),
    ...(input.directory === undefined ? {} : { directory: input.directory }),
  });
  if (result.kind !== "generated") return withoutFiles(result);
  const files = await filesOf(result, input, directory, context);
  return {
    status: "generated",
    files,
    facts: factsOf(result.facts),
    ...(input.detail === "full" ? { plan: result.plan } : {}),
    assumed: [...result.assumed],
    warnings: [...result.warnings, ...sizeWarning(result, input), ...truncation(project)],
    commands: { ...result.commands },
    projectSettings: [...result.plan.projectSettings],
    ...(result.kubernetes === undefined ? {} : { kubernetes: result.kubernetes }),
    expectedSize: {
      minMB: result.plan.size.minMB,
      maxMB: result.plan.size.maxMB,
      parts: result.plan.size.parts.map((part) => `${part.what} ${part.mb} MB (${part.source})`),
    },
    findings: result.findings.map((finding) => ({
      rule: finding.rule,
      severity: finding.severity,
      message: finding.message,
      ...(finding.location ? { line: finding.location.startLine } : {}),
    })),
    apps: [],
  };
}

function parametersOf(input: Input, today: string): Parameters {
  const { language, appType, packageManager, framework, version, port, healthPath, baseRuntime, uid } = input;
  const start = startOf(input.start);
  return {
    variant: input.variant,
    upgrade: input.upgrade,
    tests: input.tests || input.target === "test",
    today,
    ...(language === undefined ? {} : { language }),
    ...(appType === undefined ? {} : { appType }),
    ...(packageManager === undefined ? {} : { packageManager }),
    ...(framework === undefined ? {} : { framework }),
    ...(version === undefined ? {} : { version: checkVersion(version) }),
    ...(port === undefined ? {} : { port }),
    ...(healthPath === undefined ? {} : { healthPath }),
    ...(baseRuntime === undefined ? {} : { baseRuntime }),
    ...(uid === undefined ? {} : { uid }),
    ...(start === undefined ? {} : { start }),
    ...(stages.has(input.target) ? {} : { app: input.target }),
  };
}

function checkVersion(version: string): string {
  if (/^v?\d+(\.\d+){0,2}(-[a-z0-9.]+)?$/.test(version)) return version.replace(/^v/, "");
  throw new InputError(
    `version ${clean(version, 40)} is not a version number`,
    "give a number such as 3.13, 24 or 1.27",
  );
}

function startOf(start: string | undefined): readonly string[] | undefined {
  if (start === undefined) return undefined;
  if (/[\r\n]/.test(start)) throw new InputError("start holds a line break", "give one command on one line");
  const found = commandWords(start, undefined);
  // An operator needs a shell; exec keeps the application as the process that gets the signals.
  return found ?? ["/bin/sh", "-c", /^exec\b|[;&|]/.test(start) ? start : `exec ${start}`];
}

async function filesOf(
  result: Generated,
  input: Input,
  directory: string | undefined,
  context: ToolContext,
): Promise<Output["files"]> {
  const files = [
    { path: path.posix.join(result.path, "Dockerfile"), text: result.dockerfile, written: false },
    { path: path.posix.join(result.path, ".dockerignore"), text: result.dockerignore, written: false },
  ];
  if (!input.write || directory === undefined) return files;
  const targets: string[] = [];
  // Both places are checked before the first is written: never half of the pair.
  for (const file of files)
    targets.push(await resolveForWrite(context.roots, path.join(directory, file.path)));
  if (!input.force) {
    const { lstat } = await import("node:fs/promises");
    for (const target of targets) {
      if (
        await lstat(target).then(
          () => true,
          () => false,
        )
      ) {
        throw new InputError(
          `${clean(target)} exists already`,
          "use force (--force) to replace it, or leave out write",
        );
      }
    }
  }
  for (const [index, file] of files.entries())
    await writeAtomic(targets[index] ?? "", file.text, input.force);
  return files.map((file) => ({ ...file, written: true }));
}

function withoutFiles(result: NotGenerated): Output {
  return {
    status: result.kind,
    files: [],
    facts: factsOf(result.facts),
    assumed: [],
    warnings: [],
    commands: {},
    projectSettings: [],
    findings: [],
    reason:
      result.reason + (result.found.length > 0 ? ` (${result.found.slice(0, 4).map(place).join(", ")})` : ""),
    apps: result.apps.slice(0, 50).map((app) => ({ ...app })),
    decide: result.decide,
  };
}

function factsOf(read: FactSet): Output["facts"] {
  const facts: Output["facts"] = {};
  for (const [name, fact] of Object.entries(read)) {
    if (fact === undefined) continue;
    facts[name] = {
      value: Array.isArray(fact.value) ? fact.value.slice(0, 40) : fact.value,
      confidence: fact.confidence,
      evidence: fact.evidence.slice(0, 5).map(place),
    };
  }
  return facts;
}

function place(evidence: Evidence): string {
  return clean(evidence.line === undefined ? evidence.file : `${evidence.file}:${evidence.line}`, 120);
}

function sizeWarning(result: Generated, input: Input): readonly string[] {
  if (input.targetSize === undefined) return [];
  const wanted = /^<?\s*(\d+(?:\.\d+)?)\s*(MB|GB|M|G)?$/i.exec(input.targetSize.trim());
  if (!wanted)
    throw new InputError(
      `targetSize ${clean(input.targetSize, 20)} is not a size`,
      "give megabytes such as 300MB",
    );
  const megabytes = Number(wanted[1]) * (/^g/i.test(wanted[2] ?? "") ? 1000 : 1);
  const { minMB, maxMB } = result.plan.size;
  if (minMB > megabytes)
    return [
      `the expected size is ${minMB}-${maxMB} MB: ${megabytes} MB needs a smaller base (variant hardened)`,
    ];
  return maxMB > megabytes
    ? [`the expected size is ${minMB}-${maxMB} MB: measure it against ${megabytes} MB with analyze`]
    : [];
}

function truncation(project: Project | undefined): readonly string[] {
  return project?.truncated ? [`only the first ${project.files.length} files of the project were read`] : [];
}

function render(output: Output, input: Input): string {
  if (output.status !== "generated") {
    const list = output.apps.map((app) => `- ${clean(app.path || app.name, 100)} (${app.what})`);
    return [
      `No Dockerfile: ${clean(output.reason ?? "", 400)}.`,
      ...list,
      `Decide with: ${output.decide ?? ""}.`,
    ].join("\n");
  }
  const parts: string[] = [];
  for (const file of output.files) {
    if (file.written && input.detail === "summary")
      parts.push(`Wrote ${file.path} (${file.text.split("\n").length - 1} lines).`);
    else
      parts.push(
        `${file.path}\n\`\`\`${file.path.endsWith("Dockerfile") ? "dockerfile" : ""}\n${file.text}\`\`\``,
      );
  }
  const list = (title: string, items: readonly string[]): void => {
    if (items.length > 0) parts.push(`${title}:\n${items.map((item) => `- ${item}`).join("\n")}`);
  };
  list("Assumed", output.assumed);
  list("Warnings", output.warnings);
  list(
    "Set in the project",
    output.projectSettings.map((setting) => `${setting.file}: ${setting.setting} (${setting.why})`),
  );
  list(
    "Findings of the validator",
    output.findings.map(
      (finding) => `${finding.line ?? "-"} ${finding.severity} ${finding.rule}: ${finding.message}`,
    ),
  );
  const size = output.expectedSize;
  if (size) parts.push(`Expected size: ${size.minMB}-${size.maxMB} MB (an estimate; verify measures it).`);
  list(
    "Next",
    [output.commands.build, output.commands.run, output.commands.verify].filter(
      (command) => command !== undefined,
    ),
  );
  if (input.detail === "full" && output.kubernetes !== undefined)
    parts.push(`Kubernetes container:\n\`\`\`yaml\n${output.kubernetes}\`\`\``);
  return parts.join("\n\n");
}
