import { z } from "zod";
import { nodeModulesOf } from "../model/node-modules.ts";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** No development dependency reaches the image. */
export const grader = modelGrader({
  name: "production-dependencies",
  summary:
    "The node_modules of the image come from an install without development dependencies, or were pruned before they were copied.",
  settings: z.strictObject({}),
  exampleSettings: {},
  passes: {
    dockerfile:
      "FROM node:24-slim AS build\nWORKDIR /app\nRUN npm ci && npm run build && npm prune --omit=dev\nFROM node:24-slim\nWORKDIR /app\nCOPY --from=build /app/node_modules ./node_modules\n",
  },
  fails: {
    dockerfile:
      "FROM node:24-slim AS build\nWORKDIR /app\nRUN npm ci && npm run build\nFROM node:24-slim\nWORKDIR /app\nCOPY --from=build /app/node_modules ./node_modules\nRUN npm prune --omit=dev\n",
  },
  grade({ model }) {
    const found = nodeModulesOf(model, model.final);
    if (found === undefined) return passed("no node_modules reach the image");
    return (found.development ? failed : passed)(evidenceAt(model, found.range, found.why));
  },
});
