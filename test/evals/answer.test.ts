import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { answerFromText, filesInMarkdown, readAnswerFrom } from "../../src/evals/answer.ts";
import { buildCommands } from "../../src/evals/model/build-commands.ts";

const folder = mkdtempSync(path.join(tmpdir(), "dockwright-answer-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("an answer in words", () => {
  const markdown = [
    "Here is the `Dockerfile` you asked for, with notes on package.json further down.",
    "",
    "```dockerfile",
    "FROM node:24-slim",
    "```",
    "",
    "**.dockerignore**",
    "",
    "```",
    "node_modules",
    "```",
    "",
    "```ini .npmrc",
    "//npm.example.test/:_authToken=${NPM_TOKEN}",
    "```",
    "",
    "An older version was:",
    "",
    "```dockerfile",
    "FROM node:16",
    "```",
    "",
    "```sh",
    "docker buildx build \\",
    "  --secret id=NPM_TOKEN,env=NPM_TOKEN .",
    "```",
  ].join("\n");

  it("gives its files, the first of a name winning", () => {
    expect(filesInMarkdown(markdown)).toEqual({
      Dockerfile: "FROM node:24-slim\n",
      ".dockerignore": "node_modules\n",
      ".npmrc": "//npm.example.test/:_authToken=${NPM_TOKEN}\n",
    });
  });

  it("gives its build commands, continued lines and all", () => {
    expect(buildCommands(answerFromText(markdown))).toMatchObject([
      { secrets: ["NPM_TOKEN"], buildArgs: [] },
    ]);
  });

  it.each([
    ["docker compose build --secret id=a .", []],
    ["docker run --rm app build", []],
    ["Run `docker build --build-arg NPM_TOKEN=x .` first", [{ secrets: [], buildArgs: ["NPM_TOKEN"] }]],
    ["- docker build --secret=id=a,src=b .", [{ secrets: ["a"], buildArgs: [] }]],
    [
      "```console\n$ DOCKER_BUILDKIT=1 docker build --secret id=a .\n```",
      [{ secrets: ["a"], buildArgs: [] }],
    ],
  ])("%j", (text, expected) => {
    expect(
      buildCommands(answerFromText(text)).map(({ secrets, buildArgs }) => ({ secrets, buildArgs })),
    ).toEqual(expected);
  });
});

describe("an answer in files", () => {
  it("is a Dockerfile by itself", async () => {
    const file = path.join(folder, "any-name");
    writeFileSync(file, "# syntax=docker/dockerfile:1\nARG V=3\nFROM alpine:$V\n");
    expect((await readAnswerFrom(file)).files).toEqual({
      Dockerfile: "# syntax=docker/dockerfile:1\nARG V=3\nFROM alpine:$V\n",
    });
  });
  it("that is not there is said so", async () => {
    await expect(readAnswerFrom(path.join(folder, "missing"))).rejects.toThrow(/cannot be read/);
  });
});
