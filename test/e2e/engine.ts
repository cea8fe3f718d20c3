import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Engine tests run where `.ci/run` (or the developer) started one with the stand-in bases: test/bases/README.md. */
export const engineReady = process.env.DOCKWRIGHT_TEST_ENGINE === "1";

if (!engineReady)
  console.warn("skipped without a container engine: set DOCKWRIGHT_TEST_ENGINE=1 (see test/bases/README.md)");

const program =
  process.env.DOCKWRIGHT_TEST_DOCKER ?? (existsSync("/usr/bin/docker") ? "/usr/bin/docker" : "docker");

/** Runs the docker client and returns its output; throws with it on failure. */
export function docker(...args: readonly string[]): string {
  return execFileSync(program, args, {
    encoding: "utf8",
    env: { ...process.env, DOCKER_BUILDKIT: "1", BUILDKIT_PROGRESS: "plain" },
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
  }).trim();
}
