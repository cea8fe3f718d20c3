import { assumed, certain, given } from "../../project/facts.ts";
import { assumeService } from "../assume.ts";
import { ecosystem, type Parameters } from "../types.ts";
import { detectRust, recogniseRust, rustFrameworks } from "./detect.ts";
import type { RustFacts } from "./facts.ts";
import { planRust } from "./plan.ts";

/** Rust: Cargo packages and workspaces. */
export const rust = ecosystem<RustFacts>({
  language: "rust",
  title: "Rust",
  packageManagers: ["cargo"],
  frameworks: rustFrameworks,
  recognise: recogniseRust,
  detect: detectRust,
  manager: () => certain("cargo", { file: "Cargo.toml" }),
  assume,
  plan: planRust,
});

function assume(parameters: Parameters): RustFacts {
  const name = parameters.app ?? "app";
  return {
    ...assumeService("rust", parameters, "the newest stable compiler"),
    name: assumed(name, "the package's name; change it to yours"),
    packageManager: certain("cargo"),
    binary: assumed(name, "the package's name; change it to yours"),
    lockfile: assumed("Cargo.lock", "a lock file is committed"),
    manifests: assumed(["Cargo.toml", "Cargo.lock"], "one package"),
    placeholders: assumed([{ file: "src/main.rs", kind: "main" }], "one binary in src/main.rs"),
    start: parameters.start
      ? given(parameters.start, "start")
      : assumed([`/usr/local/bin/${name}`], "the binary that is built"),
    buildPackages: certain([]),
    runPackages: certain([]),
    runtimeFiles: certain([]),
    handlesSignals: assumed(
      parameters.framework?.toLowerCase().startsWith("actix") === true,
      "no project was read",
    ),
  };
}
