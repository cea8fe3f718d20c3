import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ContextView } from "../dockerfile/context.ts";
import type { Dockerfile } from "../dockerfile/types.ts";
import { type BuildRequest, type BuildResult, buildImage } from "../engine/build.ts";
import type { BuildStep } from "../engine/progress.ts";
import { clean } from "../security/untrusted.ts";
import type { Recorder } from "./claims.ts";
import type { Part, Progress } from "./progress.ts";
import { makeLineSearch, searchText } from "./secrets/search.ts";
import type { RunSecret } from "./secrets/values.ts";
import type { Session } from "./session.ts";
import { inTurn } from "./turn.ts";
import type { BuildStepRecord, SecretPlace, VerifyContext, VerifyInput } from "./types.ts";

/** Everything the parts of one run share. */
export interface Run {
  readonly input: VerifyInput;
  readonly context: VerifyContext;
  readonly session: Session;
  readonly file: Dockerfile;
  readonly text: string;
  readonly view: ContextView;
  readonly secrets: readonly RunSecret[];
  /** Takes secret values out of a text. */
  redact(text: string): string;
  readonly recorder: Recorder;
  readonly progress: Progress;
  /** What could not be looked at, and other remarks. Raw. */
  readonly notes: string[];
}

/** How a build differs from the first one. */
export interface BuildChange {
  readonly part: Part;
  readonly context?: string;
  readonly noCache: boolean;
  readonly secrets: readonly RunSecret[];
  /** Hears every line the build prints. Raw. */
  readonly onPrinted?: (text: string) => void;
}

/** Builds the subject under a tag of the run. Throws CancelledError, LimitError. */
export async function buildAs(run: Run, name: string, change: BuildChange): Promise<BuildResult> {
  const { input, session, context } = run;
  await mkdir(session.folder, { recursive: true });
  let dockerfile = input.dockerfile ?? path.join(input.context, "Dockerfile");
  if (input.dockerfileText !== undefined) {
    dockerfile = path.join(session.folder, "Dockerfile");
    await writeFile(dockerfile, input.dockerfileText);
  }
  const buildArgs: Record<string, string> = { ...input.buildArgs };
  for (const secret of change.secrets) if (secret.kind === "argument") buildArgs[secret.id] = secret.value;
  const request: BuildRequest = {
    context: change.context ?? input.context,
    dockerfile,
    tag: session.name(name),
    runId: session.runId,
    ...(input.target === undefined ? {} : { target: input.target }),
    ...(input.platform === undefined ? {} : { platform: input.platform }),
    buildArgs,
    secrets: change.secrets
      .filter(({ kind }) => kind === "mount")
      .map(({ id, value, file }) => (file === undefined ? { id, value } : { id, file })),
    ssh: input.ssh ?? [],
    ...(context.env.SSH_AUTH_SOCK === undefined ? {} : { sshAgent: context.env.SSH_AUTH_SOCK }),
    network: input.buildNetwork ?? "default",
    noCache: change.noCache,
    metadataFile: path.join(session.folder, `${name}.json`),
    onStep: run.progress.steps(change.part),
    onPrinted: change.onPrinted ?? (() => undefined),
  };
  const build = (): Promise<BuildResult> => buildImage(session.build, request);
  return run.secrets.length === 0 ? build() : inTurn(context.signal, build);
}

/** The first build: the image that is judged, or why there is none. */
export type FirstBuild =
  | { readonly kind: "failed"; readonly steps: readonly BuildStepRecord[] }
  | {
      readonly kind: "built";
      readonly tag: string;
      readonly steps: readonly BuildStepRecord[];
      /** Secrets whose values were part of this build. */
      readonly secrets: readonly RunSecret[];
      /** Where their values are in what the builder said and recorded. */
      readonly places: readonly SecretPlace[];
    };

/**
 * Builds with the secrets' sources and canaries. A secret's value is not part of the cache's key, so a build that has
 * any is made without cache: a layer of an earlier run would hold an earlier value.
 */
export async function buildFirst(run: Run): Promise<FirstBuild> {
  const { recorder, redact, notes } = run;
  let { secrets } = run;
  run.progress.say("build", "building");
  let printed = makeLineSearch("build-log", secrets);
  const build = (): Promise<BuildResult> =>
    buildAs(run, "first", {
      part: "build",
      noCache: secrets.length > 0,
      secrets,
      onPrinted: printed.add,
    });
  let result = await build();
  const invented = secrets.filter(({ kind, canary }) => kind === "argument" && canary);
  if (!result.ok && invented.length > 0) {
    const labels = invented.map(({ label }) => label).join(", ");
    notes.push(
      `the build fails with random values for ${labels}: built again without them, so they were not searched`,
    );
    secrets = secrets.filter((secret) => !invented.includes(secret));
    printed = makeLineSearch("build-log", secrets);
    result = await build();
  }
  const steps = result.steps.map((step) => recordOf(step, redact));
  const places = [
    ...printed.places,
    ...(result.provenance === undefined ? [] : searchText(result.provenance, "provenance", secrets)),
  ];
  const inLog = places.filter(({ where }) => where === "build-log");
  judgeLog(run, secrets, inLog);
  const own = result.steps.filter(({ position }) => position !== "");
  const measurement = {
    steps: own.length,
    cached: own.filter(({ state }) => state === "cached").length,
    buildMs: Math.round(result.ms),
  };
  if (!result.ok) {
    recorder.add("builds", "refuted", {
      reason: whyFailed(result, secrets),
      log: failureLog(result),
      measurement,
      ms: result.ms,
    });
    return { kind: "failed", steps };
  }
  recorder.add("builds", "proved", { measurement, ms: result.ms });
  return { kind: "built", tag: run.session.name("first"), steps, secrets, places };
}

function judgeLog({ recorder }: Run, secrets: readonly RunSecret[], places: readonly SecretPlace[]): void {
  const searched = secrets.filter(({ needles }) => needles.length > 0);
  if (searched.length === 0) return;
  if (places.length === 0) {
    recorder.add("no-secret-in-log", "proved", { measurement: { secrets: searched.length } });
    return;
  }
  const labels = [...new Set(places.map(({ secret }) => secret))].join(", ");
  recorder.add("no-secret-in-log", "refuted", {
    reason: `the build prints the value of ${labels}, and build logs are kept by CI: do not print it (set -x, env, verbose flags)`,
  });
}

function recordOf(step: BuildStep, redact: (text: string) => string): BuildStepRecord {
  return {
    position: clean(step.position, 60),
    name: clean(redact(step.name), 200),
    state: step.state === "running" ? "done" : step.state,
    ms: step.ms,
  };
}

/** Which step failed and what it said, and the usual reason when a value was made up. */
function whyFailed(result: BuildResult, secrets: readonly RunSecret[]): string {
  const failed = result.steps.find(({ state }) => state === "failed");
  const last = result.log.findLast(({ step, text }) => step === undefined && /error/i.test(text))?.text;
  const what = failed
    ? `step ${failed.position === "" ? "" : `[${failed.position}] `}${clean(failed.name, 160)} failed: ${clean(failed.error ?? "no reason given", 240)}`
    : clean(last ?? "the builder gave no reason", 300);
  const canaries = secrets.filter(({ canary, kind }) => canary && kind === "mount").map(({ label }) => label);
  const hint =
    canaries.length === 0
      ? ""
      : `; the ${canaries.length === 1 ? "secret" : "secrets"} ${canaries.join(", ")} had a random value: name the real source with secrets when the build needs it`;
  return `${what}${hint}`;
}

/** The last lines of the step that failed, then what the builder said about it. */
export function failureLog(result: BuildResult): string[] {
  const failed = result.steps.find(({ state }) => state === "failed");
  const own = result.log.filter(({ step }) => step !== undefined && step === failed).map(({ text }) => text);
  const said = result.log.filter(({ step }) => step === undefined).map(({ text }) => text);
  return [...own.slice(-14), ...said.slice(-6)];
}
