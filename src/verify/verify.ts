import { createHash } from "node:crypto";
import path from "node:path";
import type { ContextView } from "../dockerfile/context.ts";
import { stageGraph } from "../dockerfile/graph.ts";
import { parseDockerfile } from "../dockerfile/parse.ts";
import type { Dockerfile } from "../dockerfile/types.ts";
import { askEngine } from "../engine/call.ts";
import { InputError } from "../security/errors.ts";
import { isInside, readBounded } from "../security/paths.ts";
import { checkImageReference } from "../security/process.ts";
import { clean } from "../security/untrusted.ts";
import { validate } from "../validate/run.ts";
import { buildFirst, type Run } from "./build.ts";
import { makeRecorder } from "./claims.ts";
import { judgeAgain, judgeRebuild } from "./judge-builds.ts";
import { judgeImage } from "./judge-image.ts";
import { judgeRuns } from "./judge-run.ts";
import { makeProgress } from "./progress.ts";
import { collectSecrets, redactor } from "./secrets/values.ts";
import { describeBuilder, openSession } from "./session.ts";
import { readContext } from "./source-change.ts";
import type { Claim, EvidenceRecord, ImageRecord, VerifyContext, VerifyInput } from "./types.ts";

/**
 * Builds a Dockerfile, runs, probes, measures and searches its image, builds it again, and says of each claim whether
 * it is proved. A claim that is refuted is a result; what cannot be tried at all throws: InputError, NotFoundError,
 * MissingToolError (no engine), LimitError, CancelledError. Everything made is removed, whatever happens.
 */
export async function verify(input: VerifyInput, context: VerifyContext): Promise<EvidenceRecord> {
  const started = performance.now();
  const text = await readSubject(input, context);
  const file = parseDockerfile(text, nameOf(input), { buildArgs: { ...input.buildArgs } });
  if (file.stages.length === 0 || file.fragment) {
    throw new InputError("the Dockerfile has no FROM, so nothing can be built", "give a whole Dockerfile");
  }
  checkTarget(file, input.target);
  for (const { image } of input.services ?? []) checkImageReference(image);
  if (input.keepAs !== undefined) checkImageReference(input.keepAs);
  const secrets = await collectSecrets(file, input, context.env);
  const redact = redactor(secrets, input);
  const recorder = makeRecorder(redact);
  for (const id of input.skip ?? []) recorder.add(id, "not-tested", { reason: "left out by the request" });
  const view = await readContext(input.context, ignoreBase(input), context.limits, context.signal);
  const findings = judgeText(file, view, input, context, recorder.add);
  const session = await openSession(input, context);
  const notes: string[] = [];
  const run: Run = {
    input,
    context,
    session,
    file,
    text,
    view,
    secrets,
    redact,
    recorder,
    progress: makeProgress(context, redact),
    notes,
  };
  let image: ImageRecord | undefined;
  let steps: EvidenceRecord["steps"] = [];
  let places: EvidenceRecord["secretPlaces"] = [];
  try {
    const built = await buildFirst(run);
    steps = built.steps;
    if (built.kind === "failed") recorder.rest("the image could not be built");
    else {
      const judged = await judgeImage(run, built);
      try {
        image = judged.image;
        places = judged.places;
        const same: Run = { ...run, secrets: built.secrets };
        await judgeRuns(same, built.tag, judged.handle);
        await judgeRebuild(same);
        await judgeAgain(same, judged.handle);
      } finally {
        await judged.handle.dispose();
      }
      if (input.keepAs !== undefined) {
        await askEngine(session.call, ["tag", built.tag, input.keepAs]);
        session.janitor.keep(judged.image.id);
        await askEngine(session.call, ["rmi", built.tag]);
      }
    }
  } finally {
    if (!(await session.janitor.clean())) {
      notes.push(`not everything could be removed: look for the label dockwright.run=${session.runId}`);
    }
  }
  recorder.rest("nothing to try it on");
  return {
    schemaVersion: 1,
    runId: session.runId,
    subject: {
      context: input.context,
      dockerfile: nameOf(input),
      sha256: createHash("sha256").update(text).digest("hex"),
      ...(input.target === undefined ? {} : { target: input.target }),
      ...(input.platform === undefined ? {} : { platform: input.platform }),
    },
    engine: {
      name: session.engine.name,
      version: clean(session.engine.version, 60),
      builder: describeBuilder(session.engine),
    },
    claims: recorder.claims,
    ...(image ? { image } : {}),
    steps,
    findings,
    secretPlaces: places,
    notes: notes.map((note) => clean(redact(note), 400)),
    totals: totalsOf(recorder.claims, performance.now() - started),
  };
}

function totalsOf(claims: readonly Claim[], ms: number): EvidenceRecord["totals"] {
  const count = (verdict: Claim["verdict"]): number =>
    claims.filter((claim) => claim.verdict === verdict).length;
  return {
    proved: count("proved"),
    refuted: count("refuted"),
    notTested: count("not-tested"),
    requiredRefuted: claims.filter((claim) => claim.verdict === "refuted" && claim.required).length,
    ms: Math.round(ms),
  };
}

async function readSubject(input: VerifyInput, context: VerifyContext): Promise<string> {
  if (input.dockerfileText !== undefined) return input.dockerfileText;
  const file = input.dockerfile ?? path.join(input.context, "Dockerfile");
  return (await readBounded(file, context.limits.dockerfileBytes)).toString("utf8");
}

/** The Dockerfile's name in reports: relative to the context where it lies inside. */
function nameOf(input: VerifyInput): string {
  if (input.dockerfileText !== undefined || input.dockerfile === undefined) return "Dockerfile";
  return isInside(input.context, input.dockerfile)
    ? path.relative(input.context, input.dockerfile)
    : input.dockerfile;
}

/** The name whose own ignore file (`<name>.dockerignore`) the builder prefers. */
function ignoreBase(input: VerifyInput): string | undefined {
  return input.dockerfileText === undefined ? nameOf(input) : undefined;
}

function checkTarget(file: Dockerfile, target: string | undefined): void {
  if (target === undefined || stageGraph(file).find(target) !== undefined) return;
  const names = file.stages.flatMap(({ name }) => (name === undefined ? [] : [name]));
  throw new InputError(
    `the Dockerfile has no stage ${clean(target, 60)}`,
    names.length === 0
      ? "no stage has a name"
      : `its stages are ${names.map((name) => clean(name, 40)).join(", ")}`,
  );
}

function judgeText(
  file: Dockerfile,
  view: ContextView,
  input: VerifyInput,
  context: VerifyContext,
  add: ReturnType<typeof makeRecorder>["add"],
): EvidenceRecord["findings"] {
  const began = performance.now();
  const { findings, ignored } = validate(file, {
    context: view,
    today: context.today,
    buildArgs: { ...input.buildArgs },
  });
  const errors = findings.filter(({ severity }) => severity === "error");
  add("valid-dockerfile", errors.length === 0 ? "proved" : "refuted", {
    // What comments in the Dockerfile silence was found all the same.
    measurement: {
      errors: errors.length,
      findings: findings.length,
      ...(ignored > 0 ? { silenced: ignored } : {}),
    },
    ms: performance.now() - began,
    ...(errors.length === 0
      ? {}
      : {
          reason: `${errors.length} ${errors.length === 1 ? "rule finds an error" : "rules find errors"}; validate_dockerfile has the fixes`,
          log: errors.map(
            ({ location, rule, message }) => `line ${location?.startLine ?? "?"}: ${message} (${rule})`,
          ),
        }),
  });
  return findings;
}
