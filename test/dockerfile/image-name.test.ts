import { expect, test } from "vitest";
import { isImageReference, parseImageName } from "../../src/dockerfile/image-name.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

test.each([
  ["python", { repository: "python" }],
  ["python:3.13-slim", { repository: "python", tag: "3.13-slim" }],
  ["bitnami/node:22", { repository: "bitnami/node", tag: "22" }],
  ["gcr.io/distroless/static-debian12", { registry: "gcr.io", repository: "distroless/static-debian12" }],
  ["localhost:5000/a", { registry: "localhost:5000", repository: "a" }],
  ["localhost/a:b", { registry: "localhost", repository: "a", tag: "b" }],
  [`a:b@${digest}`, { repository: "a", tag: "b", digest }],
  [`ghcr.io/o/r@${digest}`, { registry: "ghcr.io", repository: "o/r", digest }],
])("%s", (reference, name) => {
  expect(parseImageName(reference)).toEqual(name);
  expect(isImageReference(reference)).toBe(true);
});

test.each([
  "",
  "Alpine",
  "a:",
  "a b",
  "-a",
  "a@sha256",
  "a//b",
  "a:b:c",
  "a_",
  "host:x/a",
  "a/../b",
  "${X}",
  `a${"b".repeat(300)}`,
])("%j is no image reference", (reference) => {
  expect(isImageReference(reference)).toBe(false);
});
