import { assumed, certain, given } from "../../project/facts.ts";
import { ecosystem, type Parameters } from "../types.ts";
import { runtimeVersions } from "../versions.ts";
import { detectGo, goFrameworks, recogniseGo } from "./detect.ts";
import type { GoFacts } from "./facts.ts";
import { planGo } from "./plan.ts";

/** Go: modules, workspaces, vendored or not, with or without cgo. */
export const go = ecosystem<GoFacts>({
  language: "go",
  title: "Go",
  packageManagers: ["modules"],
  frameworks: goFrameworks,
  recognise: recogniseGo,
  detect: detectGo,
  assume,
  plan: planGo,
});

function assume(parameters: Parameters): GoFacts {
  const appType = parameters.appType ?? "api";
  const serves = appType === "api" || appType === "frontend";
  const name = parameters.app ?? "app";
  return {
    name: assumed(name, "no project was read"),
    version:
      parameters.version === undefined
        ? assumed(runtimeVersions("go", parameters.today).standard, "the newest release")
        : given(parameters.version, "version"),
    packageManager: certain("modules"),
    appType:
      parameters.appType === undefined ? assumed(appType, "the usual case") : given(appType, "appType"),
    mainPackage: assumed(".", "package main at the root; ./cmd/<name> is the other usual place"),
    manifests: assumed(["go.mod", "go.sum"], "a module with dependencies"),
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
    cgo: assumed(false, "pure Go"),
    vendored: assumed(false, "modules are downloaded"),
    buildPackages: certain([]),
    runPackages: certain([]),
    runtimeFiles: certain([]),
  };
}
