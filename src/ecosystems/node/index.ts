import { assumed, certain, given } from "../../project/facts.ts";
import { ecosystem, type Parameters } from "../types.ts";
import { runtimeVersions } from "../versions.ts";
import { detectNode, recogniseNode } from "./detect.ts";
import type { NodeFacts } from "./facts.ts";
import { nodeFrameworks } from "./frameworks.ts";
import { isManager } from "./manager.ts";
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
  const framework = parameters.framework ?? (appType === "frontend" ? "Next.js" : undefined);
  const next = framework === "Next.js";
  const lockfile = lockfiles[manager];
  const output = next
    ? [
        { from: ".next/standalone", to: "." },
        { from: ".next/static", to: ".next/static" },
        { from: "public", to: "public" },
      ]
    : [];
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
    manifests: assumed(["package.json", lockfile], `what ${manager} reads`),
    lockfile: assumed(lockfile, "a lock file is committed"),
    ...(framework === undefined
      ? {}
      : {
          framework:
            parameters.framework === undefined
              ? assumed(framework, "the usual front end")
              : given(framework, "framework"),
        }),
    serving: next
      ? assumed("bundle", 'output: "standalone" in next.config')
      : assumed("modules", "a server of its own"),
    start:
      parameters.start === undefined
        ? assumed(["node", "server.js"], "the usual entry point; change it to yours")
        : given(parameters.start, "start"),
    ...(next
      ? { build: assumed(`${manager === "yarn-berry" ? "yarn" : manager} run build`, "the usual script") }
      : {}),
    output: assumed(output, next ? "what a standalone build leaves" : "the sources run as they are"),
    ...(serves
      ? {
          port:
            parameters.port === undefined ? assumed(3000, "the usual port") : given(parameters.port, "port"),
        }
      : {}),
    ...(serves && parameters.healthPath !== undefined
      ? { healthPath: given(parameters.healthPath, "healthPath") }
      : {}),
    dependencies: assumed([], "no project was read"),
    hasProductionDependencies: assumed(true, "an application has dependencies"),
    buildPackages: certain([]),
    runPackages: certain([]),
    installNeedsSource: certain(false),
    inWorkspace: certain(false),
    plugAndPlay: certain(false),
    handlesSignals: assumed(false, "no project was read"),
    manifestFolders: certain([]),
    environment: certain(next ? [["HOSTNAME", "0.0.0.0"]] : []),
    buildEnvironment: certain(next ? [["NEXT_TELEMETRY_DISABLED", "1"]] : []),
    settings: certain(
      next
        ? [
            {
              file: "next.config.mjs",
              setting: 'export default { output: "standalone" }',
              why: "the image takes the standalone server",
            },
          ]
        : [],
    ),
  };
}

const lockfiles = {
  npm: "package-lock.json",
  pnpm: "pnpm-lock.yaml",
  yarn: "yarn.lock",
  "yarn-berry": "yarn.lock",
  bun: "bun.lock",
} as const;
