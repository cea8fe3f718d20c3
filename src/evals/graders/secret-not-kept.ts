import { z } from "zod";
import { secretTraces } from "../model/secret-traces.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** The secret stays out of everything the image keeps. */
export const grader = modelGrader({
  name: "secret-not-kept",
  summary:
    "No ARG, ENV, COPY or RUN leaves the secret in a layer or in the history; an engine's search of the image agrees.",
  settings: z.strictObject({ names: z.array(z.string()).min(1) }),
  exampleSettings: { names: ["NPM_TOKEN"] },
  passes: {
    dockerfile:
      'FROM node:24-slim\nRUN --mount=type=secret,id=NPM_TOKEN echo "//npm.example.test/:_authToken=$(cat /run/secrets/NPM_TOKEN)" > .npmrc && npm ci && rm .npmrc\n',
  },
  fails: {
    dockerfile:
      'FROM node:24-slim\nRUN --mount=type=secret,id=NPM_TOKEN echo "//npm.example.test/:_authToken=$(cat /run/secrets/NPM_TOKEN)" > .npmrc && npm ci\nRUN rm .npmrc\n',
  },
  grade({ model, image }, { names }) {
    const trace = secretTraces(model, names)[0];
    if (trace) return failed(trace);
    if (image.kind === "tried") {
      const { outcome, evidence, places } = image.secrets;
      if (outcome === "no") return failed(`${evidence}: ${places.slice(0, 5).join(", ")}`);
      if (outcome === "yes") return passed(evidence);
    }
    return passed("no instruction keeps it; no image was searched");
  },
});
