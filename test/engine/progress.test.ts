import { describe, expect, test } from "vitest";
import { type ProgressReader, readBuildah, readPlain, readRawJson } from "../../src/engine/progress.ts";

function feed(reader: ProgressReader, text: string): ProgressReader {
  for (const line of text.split("\n")) reader.line(line);
  return reader;
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("BuildKit's plain output", () => {
  const reader = feed(
    readPlain(),
    `#1 [internal] load build definition from Dockerfile
#1 sha256:c093912c
#1 DONE 0.0s

#4 [build 1/3] FROM docker.io/library/debian:trixie-slim
#4 CACHED

#5 [build 2/3] RUN echo one; sleep 1
#5 0.151 one

#6 [stage-1 2/2] COPY a /a
#6 DONE 0.1s

#5 1.044 two
#5 DONE 1.1s

#7 [build 3/3] RUN false
#7 ERROR: executor failed running [/bin/sh -c false]: exit code: 1
------
 > [build 3/3] RUN false:
------
executor failed running [/bin/sh -c false]: exit code: 1`,
  );

  test("names steps with their position and what came of them", () => {
    expect(reader.steps.map(({ position, name, state, ms }) => [position, name, state, ms])).toEqual([
      ["", "[internal] load build definition from Dockerfile", "done", 0],
      ["build 1/3", "FROM docker.io/library/debian:trixie-slim", "cached", 0],
      ["build 2/3", "RUN echo one; sleep 1", "done", 1100],
      ["stage-1 2/2", "COPY a /a", "done", 100],
      ["build 3/3", "RUN false", "failed", 0],
    ]);
  });

  test("keeps the lines of a step that was interrupted by another apart", () => {
    const lines = reader.log.filter(({ step }) => step?.position === "build 2/3").map(({ text }) => text);
    expect(lines).toEqual(["one", "two"]);
  });

  test("keeps what the client says outside of steps", () => {
    expect(reader.log.at(-1)?.text).toContain("exit code: 1");
  });
});

describe("BuildKit's rawjson output", () => {
  const events = [
    { vertexes: [{ digest: "sha256:a", name: "[2/3] RUN npm ci", started: "2026-11-21T06:00:00Z" }] },
    { logs: [{ vertex: "sha256:a", stream: 1, data: base64("add") }] },
    { logs: [{ vertex: "sha256:a", stream: 1, data: base64("ed 3\nnext\n") }] },
    {
      vertexes: [
        {
          digest: "sha256:a",
          name: "[2/3] RUN npm ci",
          started: "2026-11-21T06:00:00Z",
          completed: "2026-11-21T06:00:02.500Z",
        },
        {
          digest: "sha256:b",
          name: "[1/3] FROM docker.io/library/node:24",
          started: "2026-11-21T06:00:00Z",
          completed: "2026-11-21T06:00:00Z",
          cached: true,
        },
        {
          digest: "sha256:c",
          name: "[3/3] RUN false",
          started: "2026-11-21T06:00:02Z",
          completed: "2026-11-21T06:00:03Z",
          error: "process did not complete successfully: exit code: 1",
        },
        { digest: "sha256:d", name: "[other 1/2] RUN sleep 9", error: "context canceled" },
      ],
    },
  ];
  const reader = feed(
    readRawJson(),
    [...events.map((event) => JSON.stringify(event)), "ERROR: failed to solve", "{broken"].join("\n"),
  );

  test("names steps with what came of them", () => {
    expect(reader.steps.map(({ position, state, ms }) => [position, state, ms])).toEqual([
      ["2/3", "done", 2500],
      ["1/3", "cached", 0],
      ["3/3", "failed", 1000],
      ["other 1/2", "cancelled", 0],
    ]);
  });

  test("joins lines that come in pieces", () => {
    expect(reader.log.filter(({ step }) => step?.position === "2/3").map(({ text }) => text)).toEqual([
      "added 3",
      "next",
    ]);
  });

  test("takes lines that are no JSON for what the client said", () => {
    expect(reader.log.filter(({ step }) => step === undefined).map(({ text }) => text)).toEqual([
      "ERROR: failed to solve",
      "{broken",
    ]);
  });
});

test("buildah's output", () => {
  const reader = feed(
    readBuildah(),
    `[1/2] STEP 1/2: FROM debian:trixie-slim AS build
[1/2] STEP 2/2: RUN echo hi
--> Using cache 3f2a
[2/2] STEP 1/2: FROM debian:trixie-slim
[2/2] STEP 2/2: RUN false
Error: building at STEP "RUN false": exit status 1`,
  );
  expect(reader.steps.map(({ position, state }) => [position, state])).toEqual([
    ["stage-0 1/2", "done"],
    ["stage-0 2/2", "cached"],
    ["stage-1 1/2", "done"],
    ["stage-1 2/2", "failed"],
  ]);
});

test("what a step printed without a line end is in the log once the step is over", () => {
  const reader = readRawJson();
  const event = (value: unknown): void => void reader.line(JSON.stringify(value));
  event({ vertexes: [{ digest: "sha256:1", name: "[2/2] RUN cat token", started: "2026-11-21T00:00:00Z" }] });
  event({ logs: [{ vertex: "sha256:1", stream: 1, data: Buffer.from("first\nlast").toString("base64") }] });
  expect(reader.log.map(({ text }) => text)).toEqual(["first"]);
  event({
    vertexes: [
      {
        digest: "sha256:1",
        name: "[2/2] RUN cat token",
        started: "2026-11-21T00:00:00Z",
        completed: "2026-11-21T00:00:01Z",
      },
    ],
  });
  expect(reader.log.map(({ text }) => text)).toEqual(["first", "last"]);
});
