import { readFile } from "node:fs/promises";
import { runProcess } from "../security/process.ts";
import {
  type BuildStep,
  type ProgressReader,
  readBuildah,
  readPlain,
  readRawJson,
  type StepLine,
} from "./progress.ts";
import { type EngineCall, runLabel } from "./types.ts";
import { passVariables } from "./variables.ts";

/** A secret the build may mount: from a variable we set for the client alone, or from a file. */
export type BuildSecret =
  | { readonly id: string; readonly value: string }
  | { readonly id: string; readonly file: string };

/** One build. */
export interface BuildRequest {
  readonly context: string;
  /** Absolute path. */
  readonly dockerfile: string;
  readonly tag: string;
  readonly runId: string;
  readonly target?: string;
  readonly platform?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly secrets: readonly BuildSecret[];
  readonly ssh: readonly string[];
  readonly sshAgent?: string;
  readonly network: "default" | "host" | "none";
  readonly noCache: boolean;
  /** Where buildx may write what it records of the build. */
  readonly metadataFile: string;
  readonly onStep: (step: BuildStep, steps: readonly BuildStep[]) => void;
  /** Hears every line that is printed, those the result's log has forgotten, too. Raw. */
  readonly onPrinted: (text: string) => void;
}

/** What came of a build. Text is raw: it may hold secrets. */
export interface BuildResult {
  readonly ok: boolean;
  readonly steps: readonly BuildStep[];
  readonly log: readonly StepLine[];
  /** What the builder recorded of the build (provenance), as text. */
  readonly provenance?: string;
  readonly ms: number;
}

/** Builds an image and waits for it. Throws CancelledError, LimitError; a failed build is a result. */
export async function buildImage(call: EngineCall, request: BuildRequest): Promise<BuildResult> {
  const { builder } = call.engine;
  const reader = makeReader(call, request.onPrinted);
  const env: Record<string, string> = { BUILDX_METADATA_PROVENANCE: "max" };
  if (builder.kind === "embedded") env.DOCKER_BUILDKIT = "1";
  if (request.ssh.length > 0 && request.sshAgent !== undefined) env.SSH_AUTH_SOCK = request.sshAgent;
  const result = await runProcess({
    program: call.engine.program,
    args: buildArguments(call, request, env),
    env,
    signal: call.signal,
    timeoutMs: call.timeoutMs,
    maxOutputBytes: 256 * 1024 * 1024,
    onLine: (line) => {
      const step = reader.line(line);
      if (step) request.onStep(step, reader.steps);
    },
  });
  const ok = result.exitCode === 0;
  for (const step of reader.steps) if (step.state === "running") step.state = ok ? "done" : "cancelled";
  const provenance =
    builder.kind === "buildx" && ok
      ? await readFile(request.metadataFile, "utf8").catch(() => undefined)
      : undefined;
  return {
    ok,
    steps: reader.steps,
    log: reader.log,
    ms: result.durationMs,
    ...(provenance === undefined ? {} : { provenance }),
  };
}

function makeReader({ engine: { builder } }: EngineCall, printed: BuildRequest["onPrinted"]): ProgressReader {
  if (builder.kind === "buildah") return readBuildah(printed);
  return builder.kind === "buildx" && builder.progress === "rawjson"
    ? readRawJson(printed)
    : readPlain(printed);
}

/** The client's arguments; values of secrets and build arguments go into `env`, which no process list shows. */
function buildArguments(
  { engine: { builder } }: EngineCall,
  request: BuildRequest,
  env: Record<string, string>,
): string[] {
  const args = builder.kind === "buildx" ? ["buildx", "build", "--load"] : ["build"];
  if (builder.kind === "buildx") {
    args.push(`--progress=${builder.progress}`, "--metadata-file", request.metadataFile);
    if (builder.name !== undefined) args.push("--builder", builder.name);
  } else if (builder.kind === "embedded") args.push("--progress=plain");
  // The OCI format has no health check.
  else args.push("--format=docker", "--layers");
  args.push("--label", `${runLabel}=${request.runId}`, "--tag", request.tag, "--file", request.dockerfile);
  if (request.target !== undefined) args.push("--target", request.target);
  if (request.platform !== undefined) args.push("--platform", request.platform);
  if (request.noCache) args.push("--no-cache");
  if (request.network !== "default") args.push("--network", request.network);
  if (request.network === "host" && builder.kind === "buildx") args.push("--allow", "network.host");
  passVariables("--build-arg", request.buildArgs, args, env);
  for (const [index, secret] of request.secrets.entries()) {
    if ("file" in secret) args.push("--secret", `id=${secret.id},src=${secret.file}`);
    else {
      const variable = `DOCKWRIGHT_SECRET_${index}`;
      env[variable] = secret.value;
      args.push("--secret", `id=${secret.id},env=${variable}`);
    }
  }
  for (const ssh of request.ssh) args.push("--ssh", ssh);
  args.push(request.context);
  return args;
}
