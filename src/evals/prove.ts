import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { DockwrightError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";
import type {
  Claim,
  ClaimId,
  EvidenceRecord,
  Probe,
  SecretSource,
  VerifyContext,
  VerifyInput,
} from "../verify/types.ts";
import { type ImageEvidence, notTried, type Tried } from "./image-evidence.ts";
import { dockerfileOf } from "./model/read.ts";
import { layOutAnswer, layOutProject } from "./project.ts";
import type { NpmRegistry } from "./services/npm-registry.ts";
import type { Answer, BuildPlan, Scenario } from "./types.ts";

/** Builds, runs and searches: `verify` of src/verify, or a stand-in for it. */
export type Verify = (input: VerifyInput, context: VerifyContext) => Promise<EvidenceRecord>;

/** What proving an answer needs. */
export interface ProveTools {
  readonly verify: Verify;
  readonly context: VerifyContext;
  /** The private registry, started when it is first asked for. */
  registry(): Promise<NpmRegistry>;
  /** An empty folder of its own; removed by the caller. */
  readonly directory: string;
}

/** What came out: the short form for graders, the whole record for people. */
export interface Proof {
  readonly image: ImageEvidence;
  readonly record?: EvidenceRecord;
}

// A grade needs an image that works; the rest is for `dockwright verify`.
const left: readonly ClaimId[] = [
  "dependencies-cached",
  "reproducible",
  "no-known-vulnerabilities",
  "read-only-root",
  "stops-on-sigterm",
];

/**
 * Lays an answer over its project and has it verified once, for all graders. An engine that is not there makes
 * "not tried"; a Dockerfile that does not build is a result. Throws when the request is cancelled.
 */
export async function prove(scenario: Scenario, answer: Answer, tools: ProveTools): Promise<Proof> {
  const plan = scenario.build;
  const name = dockerfileOf(answer);
  if (plan === undefined) return { image: notTried("the scenario builds nothing") };
  if (name === undefined) return { image: notTried("the answer has no Dockerfile") };
  try {
    const registry = plan.services.includes("npm-registry") ? await tools.registry() : undefined;
    const directory = path.join(tools.directory, "context");
    await layOutProject(scenario, directory);
    await mkdir(directory, { recursive: true });
    const original = plan.compareWith;
    const before =
      original === undefined
        ? undefined
        : await sizeOf(path.join(directory, original), directory, plan, tools);
    await layOutAnswer(
      answer,
      directory,
      registry ? { registry: registry.host, integrity: registry.integrity } : {},
    );
    const input: VerifyInput = {
      context: directory,
      dockerfile: path.join(directory, name),
      ...(await secretsOf(plan, registry, tools.directory)),
      probe: probeOf(plan),
      env: plan.env,
      skip: left,
      include: plan.secrets.length > 0 ? ["fails-without-secret"] : [],
    };
    const record = await tools.verify(input, tools.context);
    return { image: { ...evidenceOf(record), ...(before === undefined ? {} : { before }) }, record };
  } catch (error) {
    if (tools.context.signal.aborted || !(error instanceof DockwrightError)) throw error;
    return { image: notTried(clean(`${error.message}; ${error.hint}`, 300)) };
  }
}

async function sizeOf(
  dockerfile: string,
  directory: string,
  plan: BuildPlan,
  tools: ProveTools,
): Promise<number | undefined> {
  const record = await tools.verify(
    {
      context: directory,
      dockerfile,
      probe: probeOf(plan),
      env: plan.env,
      skip: [...left, "no-secret-in-image"],
    },
    tools.context,
  );
  return record.image?.bytes;
}

async function secretsOf(
  plan: BuildPlan,
  registry: NpmRegistry | undefined,
  directory: string,
): Promise<{ secrets?: readonly SecretSource[] }> {
  if (plan.secrets.length === 0) return {};
  const secrets: SecretSource[] = [];
  for (const { id, from } of plan.secrets) {
    if (from === "canary" || registry === undefined) {
      secrets.push({ id, canary: true });
      continue;
    }
    const file = path.join(directory, `secret-${secrets.length}`);
    await writeFile(file, registry.token, { mode: 0o600 });
    secrets.push({ id, file });
  }
  return { secrets };
}

function probeOf({ probe }: BuildPlan): Probe {
  if (probe.exits) return { kind: "exits" };
  const port = probe.port === undefined ? {} : { port: probe.port };
  return probe.path === undefined ? { kind: "tcp", ...port } : { kind: "http", path: probe.path, ...port };
}

/** The short form of a record. */
export function evidenceOf(record: EvidenceRecord): Extract<ImageEvidence, { kind: "tried" }> {
  const claim = (id: ClaimId): Claim | undefined => record.claims.find((each) => each.id === id);
  const health = claim("healthcheck-healthy");
  const without = claim("fails-without-secret");
  const bytes = record.image?.bytes;
  return {
    kind: "tried",
    build: builtOr(tried(claim("builds"), "built"), claim("builds")),
    works: both(tried(claim("starts"), "started"), tried(claim("answers-probe"), "answered the probe")),
    ...(health && health.verdict !== "not-tested"
      ? { health: tried(health, "its health check became healthy") }
      : {}),
    secrets: {
      ...tried(
        claim("no-secret-in-image"),
        "the secret's value is in no layer, history, configuration or provenance",
      ),
      places: record.secretPlaces.map(({ where, path: file, visibility, form }) =>
        clean(
          [
            where,
            file,
            visibility === "deleted" ? "(deleted later)" : "",
            form === "plain" ? "" : `(${form})`,
          ]
            .filter(Boolean)
            .join(" "),
        ),
      ),
    },
    ...(without
      ? {
          withoutSecrets: {
            ...tried(without, "the build failed"),
            message: clean((without.log ?? []).join(" ") || (without.reason ?? ""), 300),
          },
        }
      : {}),
    ...(bytes === undefined ? {} : { bytes }),
  };
}

function tried(claim: Claim | undefined, success: string): Tried {
  if (claim === undefined) return { outcome: "unknown", evidence: "not tried" };
  if (claim.verdict === "proved") return { outcome: "yes", evidence: clean(shown(claim) || success, 240) };
  return {
    outcome: claim.verdict === "refuted" ? "no" : "unknown",
    evidence: clean([telling(claim.log ?? []), claim.reason ?? claim.claim].filter(Boolean).join(" | "), 300),
  };
}

/** A base image this engine cannot get says nothing about the Dockerfile. */
function builtOr(result: Tried, claim: Claim | undefined): Tried {
  const image = /load metadata for (\S+) failed/.exec(claim?.reason ?? "")?.[1];
  if (result.outcome !== "no" || image === undefined) return result;
  return { outcome: "unknown", evidence: `this engine cannot get the base image ${clean(image, 120)}` };
}

/** The line of a log that says most: the first error that is not the builder's own summary. */
function telling(log: readonly string[]): string | undefined {
  const errors = log.filter((line) =>
    /\b(?:error|fatal|denied|refused|not found|cannot|could not|exception)\b/i.test(line),
  );
  return errors.find(
    (line) => !/failed to (?:build|solve)|did not complete successfully|complete log/i.test(line),
  );
}

function shown(claim: Claim): string {
  const figures = Object.entries(claim.measurement ?? {}).map(([name, value]) => `${name} ${value}`);
  return [claim.claim, ...figures.slice(0, 3)].join(", ");
}

function both(first: Tried, second: Tried): Tried {
  return first.outcome === "yes" ? second : first;
}
