import { evidence } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Evidence, Project } from "../../project/types.ts";
import { readProcfile } from "../procfile.ts";

/** A start command written down for a platform. */
export interface StatedCommand {
  readonly command: string;
  readonly evidence: Evidence;
}

/**
 * The start command of the web process in a file of a platform: Procfile, App Engine's app.yaml, and the settings of
 * the plan generators whose fields are one command line (railpack.json, nixpacks.toml, railway.json).
 */
export function readStated(project: Project): StatedCommand | undefined {
  const web = readProcfile(project).find((entry) => entry.type === "web");
  if (web) return { command: web.command, evidence: web.evidence };
  const nixpacks = project.toml("nixpacks.toml");
  for (const [file, field, pattern] of [
    ["app.yaml", dig(project.yaml("app.yaml"), "entrypoint"), "entrypoint"],
    ["railpack.json", dig(project.json("railpack.json"), "deploy", "startCommand"), "startCommand"],
    ["railway.json", dig(project.json("railway.json"), "deploy", "startCommand"), "startCommand"],
    ["nixpacks.toml", isRecord(nixpacks) ? dig(nixpacks, "start", "cmd") : undefined, "cmd"],
  ] as const) {
    const command = text(field)?.trim();
    if (command !== undefined && command !== "")
      return { command, evidence: evidence(project, file, pattern) };
  }
  return undefined;
}
