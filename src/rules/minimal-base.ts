import { baseFacts } from "./shared/images.ts";
import { finalStage, stageChain } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

/** The final stage stands on the full variant of an image that has smaller ones. */
export const rule: Rule = {
  meta: {
    name: "minimal-base",
    summary: "The final image stands on a full base image where a slim one exists.",
    why: "Full variants carry compilers, version control and hundreds of libraries for building. The running program needs none of it; every package is size to ship and code to patch. Build on the full image, run on slim, Alpine or distroless.",
    severity: "warning",
    category: "size",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image",
    bad: { dockerfile: 'FROM python:3.13\nCOPY . /app\nCMD ["python", "/app/main.py"]\n' },
    good: { dockerfile: 'FROM python:3.13-slim\nCOPY . /app\nCMD ["python", "/app/main.py"]\n' },
  },
  *check({ file }) {
    const stage = finalStage(file);
    if (!stage) return;
    const facts = baseFacts(file, stage);
    if (!facts || facts.minimal || !(facts.full || facts.buildTools)) return;
    const root = stageChain(file, stage).at(-1);
    const image = root?.from?.image;
    if (!image) return;
    const size = facts.approxSizeMB === undefined ? "" : ` (about ${facts.approxSizeMB} MB)`;
    const instead = facts.slimmer ?? "a slim, Alpine or distroless image";
    yield {
      range: image.range,
      message: `${image.text} is a full image${size}: run on ${instead}, or copy the result there from this stage`,
    };
  },
};
