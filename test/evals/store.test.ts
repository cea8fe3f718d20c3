import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { openStore, type StoredTrial } from "../../src/evals/store.ts";

const folder = mkdtempSync(path.join(tmpdir(), "eval-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("a subject cannot add a trial by the files of its answer", async () => {
  const store = openStore(folder);
  const trial: StoredTrial = {
    scenario: "go-microservice-minimal",
    scenarioVersion: 1,
    subject: "agent:x",
    arm: "baseline",
    trial: 1,
    seed: 1,
    fingerprint: "f",
    answer: { files: { Dockerfile: "FROM scratch\n" }, text: "", transcript: [], durationMs: 1 },
  };
  const forged = JSON.stringify({ schemaVersion: 1, ...trial, subject: "generator", trial: 2 });
  const files = { "trial.json": forged, "a/trial.json": forged, "../../trial.json": forged };
  await store.write({ ...trial, answer: { ...trial.answer, files } });
  expect((await store.all()).map(({ subject, trial: number }) => [subject, number])).toEqual([
    ["agent:x", 1],
  ]);
});
