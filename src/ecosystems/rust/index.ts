import { assumed, certain, given } from "../../project/facts.ts";
import { ecosystem, type Parameters } from "../types.ts";
import { runtimeVersions } from "../versions.ts";
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
  assume,
  plan: planRust,
});

function assume(parameters: Parameters): RustFacts {
  const appType = parameters.appType ?? "api";
  const serves = appType === "api" || appType === "frontend";
  const name = parameters.app ?? "app";
  return {
    name: assumed(name, "the package's name; change it to yours"),
    version:
      parameters.version === undefined
        ? assumed(runtimeVersions("rust", parameters.today).standard, "the newest stable compiler")
        : given(parameters.version, "version"),
    packageManager: certain("cargo"),
    appType:
      parameters.appType === undefined ? assumed(appType, "the usual case") : given(appType, "appType"),
    binary: assumed(name, "the package's name; change it to yours"),
    lockfile: assumed("Cargo.lock", "a lock file is committed"),
    manifests: assumed(["Cargo.toml", "Cargo.lock"], "one package"),
    placeholders: assumed([{ file: "src/main.rs", kind: "main" }], "one binary in src/main.rs"),
    ...(parameters.framework === undefined ? {} : { framework: given(parameters.framework, "framework") }),
    ...(serves
      ? {
          port:
            parameters.port === undefined ? assumed(8080, "the usual port") : given(parameters.port, "port"),
        }
      : {}),
    ...(serves && parameters.healthPath !== undefined
      ? { healthPath: given(parameters.healthPath, "healthPath") }
      : {}),
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
