import { ecosystem, type Parameters } from "../types.ts";
import { detectNode, recogniseNode } from "./detect.ts";
import type { NodeFacts } from "./facts.ts";
import { nodeFrameworks } from "./frameworks.ts";
import { readManager } from "./manager.ts";
import { planNode } from "./plan.ts";
import { asAssumed, usualProject } from "./usual.ts";

/** Node.js. */
export const node = ecosystem<NodeFacts>({
  language: "node",
  title: "Node.js",
  packageManagers: ["npm", "pnpm", "yarn", "yarn-berry", "bun"],
  frameworks: nodeFrameworks,
  recognise: recogniseNode,
  detect: detectNode,
  manager: (project, parameters) => {
    const choice = readManager(project, parameters);
    return choice.kind === "one" ? choice.manager : undefined;
  },
  assume,
  plan: planNode,
});

/** Without a project: what the smallest one with these parameters would say. */
function assume(parameters: Parameters): NodeFacts {
  const detection = detectNode(usualProject(parameters), parameters);
  if (detection.kind === "app") return asAssumed(detection.facts);
  throw new Error(`the usual Node.js project cannot be read: ${detection.kind}`);
}
