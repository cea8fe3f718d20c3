import { z } from "zod";

const list = z.array(z.string()).optional();
const text = z.string().optional();

/** Input of verify_dockerfile: a build context; everything else narrows or adds to what is tried. */
export const verifyInput = z.object({
  context: z.string().max(4096),
  dockerfile: text.describe("Path or text"),
  target: text,
  platform: text,
  buildArgs: list,
  secrets: list.describe("id=X,env=VAR (or src=FILE); ssh"),
  probe: text.describe("8080/path, tcp:80, exec:cmd, exits"),
  env: list,
  services: list.describe("db=image A=value"),
  sizeBudget: text,
  engine: text.describe("Or builder"),
  report: text,
  detail: z.enum(["summary", "full"]).optional(),
});

const claim = z.object({
  id: z.string(),
  claim: z.string(),
  verdict: z.enum(["proved", "refuted", "not-tested"]),
  required: z.boolean(),
  reason: z.string().optional(),
  measurement: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  log: z.array(z.string()).optional(),
  ms: z.number(),
});

const strings = z.array(z.string());

/** Output of verify_dockerfile: the evidence record. Steps, layers and findings come with `detail: full`. */
export const verifyOutput = z.object({
  schemaVersion: z.literal(1),
  runId: z.string(),
  passed: z.boolean(),
  subject: z.object({
    context: z.string(),
    dockerfile: z.string(),
    sha256: z.string(),
    target: z.string().optional(),
    platform: z.string().optional(),
  }),
  engine: z.object({ name: z.string(), version: z.string(), builder: z.string() }),
  claims: z.array(claim),
  image: z
    .object({
      id: z.string(),
      platform: z.string(),
      user: z.string(),
      entrypoint: strings,
      cmd: strings,
      ports: strings,
      healthcheck: strings.optional(),
      stopSignal: z.string().optional(),
      labels: z.record(z.string(), z.string()),
      bytes: z.number().optional(),
      layers: z.array(z.object({ instruction: z.string(), bytes: z.number() })),
    })
    .optional(),
  steps: z.array(
    z.object({
      position: z.string(),
      name: z.string(),
      state: z.enum(["cached", "done", "failed", "cancelled"]),
      ms: z.number(),
    }),
  ),
  findings: z.array(
    z.object({ rule: z.string(), severity: z.string(), message: z.string(), line: z.number().optional() }),
  ),
  secretPlaces: z.array(
    z.object({
      secret: z.string(),
      where: z.enum(["layer", "history", "config", "label", "provenance", "build-log"]),
      layer: z.number().optional(),
      layerDigest: z.string().optional(),
      path: z.string().optional(),
      instruction: z.string().optional(),
      visibility: z.enum(["visible", "deleted"]).optional(),
      form: z.string(),
    }),
  ),
  notes: strings,
  totals: z.object({
    proved: z.number(),
    refuted: z.number(),
    notTested: z.number(),
    requiredRefuted: z.number(),
    ms: z.number(),
  }),
  report: z.string().optional(),
});
