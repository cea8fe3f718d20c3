import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { InputError, NotFoundError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";
import type { ImageEvidence } from "./image-evidence.ts";
import type { Answer, Arm, CriterionResult, TranscriptEvent } from "./types.ts";

/** One trial as it is kept. */
export interface StoredTrial {
  readonly scenario: string;
  readonly scenarioVersion: number;
  readonly subject: string;
  readonly arm: Arm;
  readonly trial: number;
  readonly seed: number;
  readonly fingerprint: string;
  readonly answer: Answer;
  /** With the fingerprint of what was built. */
  readonly proof?: { readonly fingerprint: string; readonly image: ImageEvidence };
}

/** A folder of kept trials, in the layout that skill-creator and its viewers read. */
export interface Store {
  read(key: TrialKey): Promise<StoredTrial | undefined>;
  write(trial: StoredTrial): Promise<void>;
  writeGrading(key: TrialKey, criteria: readonly CriterionResult[]): Promise<void>;
  all(): Promise<readonly StoredTrial[]>;
}

/** Which trial. */
export interface TrialKey {
  readonly scenario: string;
  readonly subject: string;
  readonly arm: Arm;
  readonly trial: number;
}

const armFolders = {
  baseline: "without_skill",
  skill: "with_skill",
  mcp: "with_tools",
  both: "with_skill_and_tools",
} as const satisfies Record<Arm, string>;

const tried = z.looseObject({ outcome: z.enum(["yes", "no", "unknown"]), evidence: z.string() });
const image = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("not-tried"), reason: z.string() }),
  z.looseObject({
    kind: z.literal("tried"),
    build: tried,
    works: tried,
    secrets: tried.extend({ places: z.array(z.string()) }),
    health: tried.optional(),
    withoutSecrets: tried.extend({ message: z.string() }).optional(),
    bytes: z.number().optional(),
    before: z.number().optional(),
  }),
]);
const event = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("message"), role: z.enum(["user", "assistant"]), text: z.string() }),
  z.object({ kind: z.literal("tool_call"), id: z.string(), name: z.string(), input: z.unknown() }),
  z.object({ kind: z.literal("tool_result"), id: z.string(), text: z.string(), error: z.boolean() }),
]);
const usage = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  turns: z.number(),
  toolCalls: z.number(),
  costUSD: z.number().optional(),
});
const trialFile = z.object({
  schemaVersion: z.literal(1),
  scenario: z.string(),
  scenarioVersion: z.number(),
  subject: z.string(),
  arm: z.enum(["baseline", "skill", "mcp", "both"]),
  trial: z.number(),
  seed: z.number(),
  fingerprint: z.string(),
  answer: z.object({
    files: z.record(z.string(), z.string()),
    text: z.string(),
    durationMs: z.number(),
    usage: usage.optional(),
    stopped: z.string().optional(),
  }),
  proof: z.object({ fingerprint: z.string(), image }).optional(),
});

/** Opens (and makes) a folder of trials. */
export function openStore(directory: string): Store {
  const folderOf = ({ scenario, subject, arm, trial }: TrialKey): string =>
    path.join(directory, slug(subject), `eval-${scenario}`, armFolders[arm], `run-${trial}`);

  async function readFolder(folder: string): Promise<StoredTrial | undefined> {
    const text = await readFile(path.join(folder, "trial.json"), "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    const read = trialFile.safeParse(parseJson(text, folder));
    if (!read.success) {
      throw new InputError(
        `${clean(path.join(folder, "trial.json"))} is not a kept trial: ${clean(z.prettifyError(read.error), 300)}`,
        "remove the folder, or choose another one",
      );
    }
    const transcript = await readTranscript(path.join(folder, "transcript.jsonl"));
    // Optional fields come back as they were written: absent, never undefined.
    const { schemaVersion: _, ...rest } = JSON.parse(JSON.stringify(read.data));
    return { ...rest, answer: { ...rest.answer, transcript } };
  }

  return {
    read: (key) => readFolder(folderOf(key)),
    async write(trial) {
      const folder = folderOf(trial);
      await mkdir(path.join(folder, "outputs"), { recursive: true });
      const { transcript, ...answer } = trial.answer;
      await writeFile(
        path.join(folder, "transcript.jsonl"),
        transcript.map((each) => `${JSON.stringify(each)}\n`).join(""),
      );
      for (const [name, text] of Object.entries({ ...answer.files, "ANSWER.md": answer.text })) {
        const target = path.resolve(folder, "outputs", name);
        if (path.relative(path.join(folder, "outputs"), target).startsWith("..")) continue;
        await mkdir(path.dirname(target), { recursive: true });
        await writeFile(target, text);
      }
      const tokens = (answer.usage?.inputTokens ?? 0) + (answer.usage?.outputTokens ?? 0);
      await writeJson(folder, "timing.json", {
        total_tokens: tokens,
        duration_ms: Math.round(answer.durationMs),
        total_duration_seconds: Math.round(answer.durationMs / 100) / 10,
      });
      await writeJson(folder, "metrics.json", {
        total_tool_calls: answer.usage?.toolCalls ?? 0,
        total_steps: answer.usage?.turns ?? 0,
        errors_encountered: transcript.filter((each) => each.kind === "tool_result" && each.error).length,
        tool_calls: countTools(transcript),
      });
      // Last: a trial that has this file is whole.
      await writeJson(folder, "trial.json", { schemaVersion: 1, ...trial, answer });
    },
    async writeGrading(key, criteria) {
      const folder = folderOf(key);
      await mkdir(folder, { recursive: true });
      const expectations = criteria.map(({ name, verdict, evidence }) => ({
        text: name,
        passed: verdict === "passed",
        evidence: verdict === "not-tested" ? `not tested: ${evidence.text}` : evidence.text,
      }));
      const passed = expectations.filter((each) => each.passed).length;
      const summary = {
        passed,
        failed: expectations.length - passed,
        total: expectations.length,
        pass_rate: expectations.length === 0 ? 0 : passed / expectations.length,
      };
      // Two names for one list: the specification's guide and skill-creator differ.
      await writeJson(folder, "grading.json", { expectations, assertion_results: expectations, summary });
    },
    async all() {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => {
        throw new NotFoundError(
          `${clean(directory)} is not a folder of results`,
          "name the folder given with --out",
        );
      });
      // What a subject wrote is below `outputs`: a file it calls trial.json is no trial.
      const folders = entries
        .filter((entry) => entry.isFile() && entry.name === "trial.json")
        .map((entry) => entry.parentPath)
        .filter((folder) => !path.relative(directory, folder).split(path.sep).includes("outputs"));
      const trials: StoredTrial[] = [];
      for (const folder of folders.sort()) {
        const trial = await readFolder(folder);
        if (trial) trials.push(trial);
      }
      return trials;
    },
  };
}

/** A folder name for a subject. */
export function slug(text: string): string {
  return (
    text
      .replace(/[^\w.-]+/g, "_")
      .replace(/^[._]+/, "")
      .slice(0, 80) || "subject"
  );
}

async function readTranscript(file: string): Promise<readonly TranscriptEvent[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const read = event.safeParse(parseJson(line, file));
      return read.success ? [read.data] : [];
    });
}

function countTools(transcript: readonly TranscriptEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const each of transcript)
    if (each.kind === "tool_call") counts[each.name] = (counts[each.name] ?? 0) + 1;
  return counts;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(`${clean(where)} holds broken JSON`, "remove it, or choose another folder");
  }
}

async function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  await writeFile(path.join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
}
