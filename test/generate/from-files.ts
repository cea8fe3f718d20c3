import type { Parameters } from "../../src/ecosystems/types.ts";
import { type Generated, generate, type NotGenerated } from "../../src/generate/generate.ts";
import { projectFromFiles } from "../../src/project/project.ts";

export const defaults: Parameters = {
  variant: "production",
  upgrade: false,
  tests: false,
  today: "2026-11-21",
};

/** Generates for files in memory; fails the test when there is no Dockerfile. */
export function generated(
  files: Readonly<Record<string, string>>,
  parameters: Partial<Parameters> = {},
): Generated {
  const result = generate({ project: projectFromFiles(files), parameters: { ...defaults, ...parameters } });
  if (result.kind !== "generated") throw new Error(`${result.kind}: ${result.reason}`);
  return result;
}

/** Generates where a refusal or a choice is expected. */
export function refused(
  files: Readonly<Record<string, string>>,
  parameters: Partial<Parameters> = {},
): NotGenerated {
  const result = generate({ project: projectFromFiles(files), parameters: { ...defaults, ...parameters } });
  if (result.kind === "generated") throw new Error(`a Dockerfile was made:\n${result.dockerfile}`);
  return result;
}
