import { readdirSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { packageRoot, readPackageFile } from "../data/package-files.ts";
import { InputError, NotFoundError } from "../security/errors.ts";
import { readBounded } from "../security/paths.ts";
import { clean } from "../security/untrusted.ts";
import { parseEvals, scenariosOf } from "./agent-skills.ts";
import { findGrader } from "./graders/index.ts";
import type { Scenario } from "./types.ts";

const id = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "is not kebab-case");

const schema = z.strictObject({
  id,
  version: z.int().min(1),
  title: z.string().min(1),
  task: z.string().min(1),
  source: z.string().min(1),
  suite: z.enum(["documented", "capability"]),
  skills: z.array(id).min(1).default(["writing-dockerfiles"]),
  reads: z.literal("task").optional(),
  files: id.optional(),
  criteria: z
    .array(
      z.strictObject({
        id,
        text: z.string().min(1),
        grader: z.string(),
        with: z.record(z.string(), z.unknown()).default({}),
        required: z.boolean().default(true),
        added: z.boolean().default(false),
      }),
    )
    .min(1),
  build: z
    .strictObject({
      probe: z.strictObject({
        port: z.int().optional(),
        path: z.string().startsWith("/").optional(),
        exits: z.boolean().optional(),
      }),
      secrets: z
        .array(z.strictObject({ id: z.string(), from: z.enum(["canary", "npm-registry"]) }))
        .default([]),
      services: z.array(z.enum(["npm-registry"])).default([]),
      env: z.record(z.string(), z.string()).default({}),
      compareWith: z.string().optional(),
    })
    .optional(),
});

/** Reads a scenario and checks it against the graders it names. Throws InputError that says where it is wrong. */
export function parseScenario(text: string, name: string): Scenario {
  let data: unknown;
  try {
    data = parse(text);
  } catch (error) {
    throw new InputError(`${clean(name)} is not YAML: ${clean(String(error))}`, "correct the file");
  }
  const read = schema.safeParse(data);
  if (!read.success) {
    throw new InputError(
      `${clean(name)} is not a scenario: ${clean(z.prettifyError(read.error), 600)}`,
      "see evals/README.md for the fields",
    );
  }
  const { files, build, reads, ...rest } = read.data;
  const seen = new Set<string>();
  for (const criterion of rest.criteria) {
    if (seen.has(criterion.id))
      throw new InputError(`${clean(name)}: criterion ${criterion.id} is there twice`, "rename one of them");
    seen.add(criterion.id);
    const grader = findGrader(criterion.grader);
    const settings = grader.settings.safeParse(criterion.with);
    if (!settings.success) {
      throw new InputError(
        `${clean(name)}: criterion ${criterion.id}: ${clean(z.prettifyError(settings.error), 600)}`,
        `see the settings of src/evals/graders/${grader.name}.ts`,
      );
    }
  }
  return {
    ...rest,
    ...(reads === undefined ? {} : { reads }),
    ...(files === undefined ? {} : { files }),
    ...(build === undefined ? {} : { build: withoutUndefined(build) }),
  };
}

type ReadBuild = NonNullable<z.output<typeof schema>["build"]>;

function withoutUndefined(build: ReadBuild): NonNullable<Scenario["build"]> {
  const { compareWith, probe, ...rest } = build;
  const { port, path: route, exits } = probe;
  return {
    ...rest,
    ...(compareWith === undefined ? {} : { compareWith }),
    probe: {
      ...(port === undefined ? {} : { port }),
      ...(route === undefined ? {} : { path: route }),
      ...(exits === undefined ? {} : { exits }),
    },
  };
}

/** The scenarios that ship with the package, the documented ones first, then by id. */
export function loadScenarios(): readonly Scenario[] {
  const folder = path.join(packageRoot(), "evals", "scenarios");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => parseScenario(readPackageFile(`evals/scenarios/${file}`), `evals/scenarios/${file}`))
    .sort((a, b) => order(a) - order(b) || (a.id < b.id ? -1 : 1));
}

/**
 * Scenarios by id, by suite, from an Agent Skills `evals.json`, or `all`; nothing named means the documented ones.
 * Throws NotFoundError, InputError.
 */
export async function scenariosNamed(names: readonly string[], cwd: string): Promise<readonly Scenario[]> {
  const all = loadScenarios();
  const chosen = new Set<Scenario>();
  for (const name of names.length === 0 ? ["documented"] : names) {
    const found = name.endsWith(".json")
      ? await fromSkill(path.resolve(cwd, name), all)
      : all.filter((scenario) => name === "all" || scenario.id === name || scenario.suite === name);
    if (found.length === 0) {
      throw new NotFoundError(
        `there is no scenario ${clean(name, 80)}`,
        `use one of ${all.map((scenario) => scenario.id).join(", ")}, a suite (documented, capability), or all`,
      );
    }
    for (const scenario of found) chosen.add(scenario);
  }
  return [...chosen];
}

async function fromSkill(file: string, all: readonly Scenario[]): Promise<readonly Scenario[]> {
  const text = (await readBounded(file, 4 * 1024 * 1024)).toString("utf8");
  return scenariosOf(parseEvals(text, file).evals, all, path.basename(file));
}

function order(scenario: Scenario): number {
  if (scenario.suite === "capability") return 10;
  return ["python-fastapi-poetry", "go-microservice-minimal", "node-private-registry"].indexOf(scenario.id);
}
