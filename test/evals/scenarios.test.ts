import { describe, expect, it } from "vitest";
import { evalsOf, parseEvals, scenariosOf } from "../../src/evals/agent-skills.ts";
import { loadScenarios, parseScenario, scenariosNamed } from "../../src/evals/scenarios.ts";

const minimal = `
id: a
version: 1
title: A
task: Do it.
source: test
suite: capability
criteria:
  - { id: one, text: One, grader: multi-stage }
`;

describe("the documented scenarios", () => {
  const wording = {
    "python-fastapi-poetry": {
      task: "Write a production-ready Dockerfile for a Python FastAPI application using Poetry for dependency management. The app should run as a non-root user.",
      criteria: [
        "Multi-stage build (builder + runtime)",
        "Poetry for dependency management",
        "python:3.12-slim base image",
        "Non-root user created and used",
        "Virtual environment copied to runtime",
        "Port exposed (8000)",
        "Health check included",
        ".dockerignore recommended",
        "Expected Image Size: 200-400MB",
      ],
    },
    "go-microservice-minimal": {
      task: "Write the smallest possible Dockerfile for a Go microservice. Security and image size are top priorities.",
      criteria: [
        "Multi-stage build (builder + distroless)",
        "CGO_ENABLED=0 for static binary",
        "Distroless static base image",
        'ldflags="-s -w" for stripped binary',
        "nonroot user",
        "BuildKit cache mounts for go modules",
        "Final image <30MB",
        "Expected Image Size: 10-30MB",
      ],
    },
    "node-private-registry": {
      task: "Write a Dockerfile for a Node.js application that installs packages from a private npm registry. The NPM_TOKEN must not leak into the image layers.",
      criteria: [
        "Multi-stage build",
        "BuildKit secret mount for NPM_TOKEN",
        "`.npmrc` configured with registry auth",
        "Secret never in layer history",
        "Production dependencies only in runtime",
        "Node user (non-root)",
        "Instructions for build command with --secret flag",
        "Expected Image Size: 150-300MB",
      ],
    },
  };

  it("are worded as documented; what we added is marked", async () => {
    const found = await scenariosNamed([], ".");
    const told = found.map(({ id, task, criteria }) => [
      id,
      { task, criteria: criteria.filter(({ added }) => !added).map(({ text }) => text) },
    ]);
    expect(Object.fromEntries(told)).toEqual(wording);
  });
});

describe("reading a scenario", () => {
  it.each([
    ["an unknown grader", minimal.replace("multi-stage", "magic"), /no grader magic/],
    [
      "a setting of the wrong type",
      minimal.replace("grader: multi-stage", "grader: exposes-port, with: { port: http }"),
      /criterion one/,
    ],
    ["an unknown field", `${minimal}colour: red\n`, /colour/],
    [
      "a criterion twice",
      `${minimal}  - { id: one, text: Two, grader: multi-stage }\n`,
      /one is there twice/,
    ],
    ["no YAML", "a: [", /is not YAML/],
  ])("refuses %s", (_, text, message) => {
    expect(() => parseScenario(text, "a.yaml")).toThrow(message);
  });
  it("says which there are when a name is wrong", async () => {
    await expect(scenariosNamed(["go"], ".")).rejects.toMatchObject({
      hint: expect.stringContaining("go-microservice-minimal"),
    });
  });
});

describe("Agent Skills evals.json", () => {
  it("comes back as the scenarios it was made from", () => {
    const all = loadScenarios();
    const text = JSON.stringify(evalsOf(all, "writing-dockerfiles"));
    expect(scenariosOf(parseEvals(text, "evals.json").evals, all, "evals.json")).toEqual(all);
  });
  it.each(["assertions", "expectations"])(
    "is read with %s, and what no program can judge is not tested",
    (key) => {
      const text = JSON.stringify({
        skill_name: "s",
        evals: [{ id: 7, prompt: "Do it.", [key]: ["It is done", { text: "Well" }] }],
      });
      const [scenario] = scenariosOf(parseEvals(text, "evals.json").evals, [], "evals.json");
      expect(scenario).toMatchObject({ id: "skill-7", task: "Do it." });
      expect(scenario?.criteria.map((each) => [each.text, each.grader])).toEqual([
        ["It is done", "prose"],
        ["Well", "prose"],
      ]);
    },
  );
});
