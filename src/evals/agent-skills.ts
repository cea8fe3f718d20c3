import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { readPackageFile } from "../data/package-files.ts";
import { listSkills } from "../knowledge/skills.ts";
import { InputError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";
import { layOutProject } from "./project.ts";
import type { Scenario } from "./types.ts";

/**
 * `evals.json` of Agent Skills. The specification's guide calls the statements `assertions`, skill-creator calls
 * them `expectations`: either is read, both are written.
 */
const evalsFile = z.looseObject({
  skill_name: z.string(),
  evals: z.array(
    z.looseObject({
      id: z.union([z.string(), z.number()]),
      prompt: z.string().min(1),
      expected_output: z.string().optional(),
      files: z.array(z.string()).optional(),
      assertions: z.array(z.union([z.string(), z.looseObject({ text: z.string() })])).optional(),
      expectations: z.array(z.union([z.string(), z.looseObject({ text: z.string() })])).optional(),
    }),
  ),
});

/** One eval of such a file. Its statements are prose, for people and for judges. */
export interface SkillEval {
  readonly id: string;
  readonly prompt: string;
  readonly expectedOutput: string;
  readonly files: readonly string[];
  readonly statements: readonly string[];
}

/** Reads an `evals.json`. Throws InputError that says what is wrong. */
export function parseEvals(
  text: string,
  name: string,
): { readonly skill: string; readonly evals: readonly SkillEval[] } {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new InputError(`${clean(name)} is not JSON`, "correct the file");
  }
  const read = evalsFile.safeParse(data);
  if (!read.success)
    throw new InputError(
      `${clean(name)} is not an evals.json: ${clean(z.prettifyError(read.error), 400)}`,
      "see agentskills.io for the format",
    );
  return {
    skill: read.data.skill_name,
    evals: read.data.evals.map(
      ({ id, prompt, expected_output = "", files = [], assertions, expectations }) => ({
        id: String(id),
        prompt,
        expectedOutput: expected_output,
        files,
        statements: (assertions ?? expectations ?? []).map((each) =>
          typeof each === "string" ? each : each.text,
        ),
      }),
    ),
  };
}

/**
 * The scenarios a skill's `evals.json` asks for. An eval that is one of ours (by its prompt) keeps our graders;
 * statements nobody wrote a grader for come back as criteria that are never tested.
 */
export function scenariosOf(
  evals: readonly SkillEval[],
  ours: readonly Scenario[],
  name: string,
): readonly Scenario[] {
  return evals.map((each): Scenario => {
    const known = ours.find(({ task }) => task === each.prompt);
    if (known) return known;
    const statements =
      each.statements.length > 0 ? each.statements : [each.expectedOutput || "the answer is as expected"];
    return {
      id: `skill-${
        each.id
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, "-")
          .replace(/^-|-$/g, "") || "eval"
      }`,
      version: 1,
      title: clean(each.prompt, 80),
      task: each.prompt,
      source: name,
      suite: "capability",
      skills: [],
      criteria: statements.map((text, index) => ({
        id: `statement-${index + 1}`,
        text,
        grader: "prose",
        with: {},
        required: true,
        added: false,
      })),
    };
  });
}

/** Scenarios as the data of an `evals.json`. */
export function evalsOf(scenarios: readonly Scenario[], skill: string) {
  return {
    skill_name: skill,
    evals: scenarios.map((scenario, index) => {
      const statements = scenario.criteria.map(({ text }) => text);
      return {
        id: index + 1,
        name: scenario.id,
        prompt: scenario.task,
        expected_output: `${scenario.title}: ${statements.join("; ")}`,
        files: scenario.files === undefined ? [] : [`evals/files/${scenario.files}`],
        assertions: statements,
        expectations: statements,
      };
    }),
  };
}

/**
 * Writes, for each skill that one of the scenarios is for, `<skill>/evals/` as skill-creator and its kin read it:
 * `evals.json`, the project files it names, and `trigger.json` with the queries that should or should not load the
 * skill. Returns what was written, in order.
 */
export async function exportEvals(
  scenarios: readonly Scenario[],
  directory: string,
): Promise<readonly { readonly file: string; readonly entries: number }[]> {
  const written: { file: string; entries: number }[] = [];
  for (const { name } of listSkills()) {
    const own = scenarios.filter(({ skills }) => skills.includes(name));
    if (own.length === 0) continue;
    const folder = path.join(directory, name, "evals");
    await mkdir(folder, { recursive: true });
    for (const scenario of own) {
      if (scenario.files !== undefined)
        await layOutProject(scenario, path.join(folder, "files", scenario.files));
    }
    const file = path.join(folder, "evals.json");
    await writeFile(file, `${JSON.stringify(evalsOf(own, name), null, 2)}\n`);
    written.push({ file, entries: own.length });
    const queries = readPackageFile(`evals/triggers/${name}.json`);
    await writeFile(path.join(folder, "trigger.json"), queries);
    written.push({ file: path.join(folder, "trigger.json"), entries: queries.split('"query"').length - 1 });
  }
  return written;
}
