import { assumed, certain, given } from "../../project/facts.ts";
import { ecosystem, type Parameters } from "../types.ts";
import { runtimeVersions } from "../versions.ts";
import { detectNode, isManager, nodeFrameworks, recogniseNode } from "./detect.ts";
import type { NodeFacts } from "./facts.ts";
import { planNode } from "./plan.ts";

/** Node.js. */
export const node = ecosystem<NodeFacts>({
  language: "node",
  title: "Node.js",
  packageManagers: ["npm", "pnpm", "yarn", "yarn-berry", "bun"],
  frameworks: nodeFrameworks,
  recognise: recogniseNode,
  detect: detectNode,
  assume,
  plan: planNode,
});

function assume(parameters: Parameters): NodeFacts {
  const appType = parameters.appType ?? "api";
  const serves = appType === "api" || appType === "frontend";
  const manager = isManager(parameters.packageManager) ? parameters.packageManager : "npm";
  const port = parameters.port ?? 3000;
  return {
    name: assumed("app", "no project was read"),
    version:
      parameters.version === undefined
        ? assumed(runtimeVersions("node", parameters.today).standard, "the standard version today")
        : given(parameters.version, "version"),
    packageManager:
      parameters.packageManager === undefined
        ? assumed(manager, "the plain case")
        : given(manager, "packageManager"),
    appType:
      parameters.appType === undefined ? assumed(appType, "the usual case") : given(appType, "appType"),
    manifests: assumed(["package.json", "package-lock.json"], "what npm reads"),
    lockfile: assumed("package-lock.json", "a lock file is committed"),
    ...(parameters.framework === undefined ? {} : { framework: given(parameters.framework, "framework") }),
    start:
      parameters.start === undefined
        ? assumed(["node", "server.js"], "the usual entry point; change it to yours")
        : given(parameters.start, "start"),
    output: certain([]),
    ...(serves
      ? { port: parameters.port === undefined ? assumed(port, "the usual port") : given(port, "port") }
      : {}),
    ...(serves && parameters.healthPath !== undefined
      ? { healthPath: given(parameters.healthPath, "healthPath") }
      : {}),
    dependencies: assumed([], "no project was read"),
    hasProductionDependencies: assumed(true, "an application has dependencies"),
    buildPackages: certain([]),
    runPackages: certain([]),
    installNeedsSource: certain(false),
  };
}
