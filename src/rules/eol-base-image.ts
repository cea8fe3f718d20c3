import { endOfLifeOfImage } from "../data/image-eol.ts";
import { finalStage } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

/** A base image, or the distribution it names, gets no security fixes any more. */
export const rule: Rule = {
  meta: {
    name: "eol-base-image",
    summary: "A base image is past its end of life.",
    why: "After the end of support nobody fixes security holes in the language, the server or the distribution of the image, and its packages vanish from the mirrors, so that builds break too. Move to a supported version.",
    severity: "error",
    category: "security",
    fixable: "unsafe",
    aliases: {},
    source: "https://endoflife.date/",
    bad: { dockerfile: "FROM node:20-alpine\n" },
    good: { dockerfile: "FROM node:24-alpine\n" },
  },
  *check({ file, today }) {
    const final = finalStage(file);
    for (const stage of file.stages) {
      const { from, base } = stage;
      if (!from?.image || base?.kind !== "image" || !base.resolved) continue;
      const found = endOfLifeOfImage(base.image, today);
      if (!found) continue;
      const covered = found.extended !== undefined && found.extended.until > today;
      const mild = found.rolling || covered;
      const help = covered
        ? `; ${found.extended?.by} gives security fixes until ${found.extended?.until}`
        : "";
      const literal = !from.image.text.includes("$") && base.image.digest === undefined;
      yield {
        range: from.image.range,
        message: `${found.title} reached its end of life on ${found.eol}${help}: use ${found.replacement}`,
        severity: mild ? "info" : stage === final ? "error" : "warning",
        ...(literal
          ? {
              fix: {
                title: `use ${found.replacement}`,
                edits: [{ range: from.image.range, text: found.replacement }],
                safe: false,
              },
            }
          : {}),
      };
    }
  },
};
