import type { Step } from "../plan/types.ts";
import type { Project } from "../project/types.ts";
import { sources } from "./sources.ts";

/** True when the code says something about being asked to stop. */
export function handlesSignals(project: Project, endings: readonly string[]): boolean {
  return sources(project, endings).some((file) =>
    /SIGTERM|SIGINT|signal\.signal\(|ctrl_c\(|signal::|enableShutdownHooks|gracefulShutdown|terminus|close-with-grace/.test(
      project.read(file) ?? "",
    ),
  );
}

/** Why a tiny init stands in front of the application. */
export const initReason =
  "Process 1 ignores signals it has no handler for, and none was found in the code: tini takes its place and passes them on.";

/** ENTRYPOINT of an image whose application does not handle SIGTERM itself. */
export function initEntrypoint(program = "/usr/bin/tini"): Step {
  return { kind: "entrypoint", command: [program, "--"], why: initReason };
}
