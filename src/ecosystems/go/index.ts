import { assumed, certain, given } from "../../project/facts.ts";
import { assumeService } from "../assume.ts";
import { ecosystem, type Parameters } from "../types.ts";
import { detectGo, goFrameworks, readManager, recogniseGo } from "./detect.ts";
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
  manager: readManager,
  assume,
  plan: planGo,
});

function assume(parameters: Parameters): GoFacts {
  const name = parameters.app ?? "app";
  return {
    ...assumeService("go", parameters, "the newest release"),
    name: assumed(name, "no project was read"),
    packageManager: certain("modules"),
    mainPackage: assumed(".", "package main at the root; ./cmd/<name> is the other usual place"),
    manifests: assumed(["go.mod", "go.sum"], "a module with dependencies"),
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
