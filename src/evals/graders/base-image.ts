import { z } from "zod";
import type { ImageName, Stage } from "../../dockerfile/types.ts";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** The final stage, and every other stage of the same repository, is the wanted image. */
export const grader = modelGrader({
  name: "base-image",
  summary: "The final stage and all others of the repository have the wanted version and flavour.",
  settings: z.strictObject({
    repository: z.string(),
    version: z.string().regex(/^[\d.]+$/),
    flavor: z.string(),
  }),
  exampleSettings: { repository: "python", version: "3.12", flavor: "slim" },
  passes: {
    dockerfile:
      "ARG PYTHON_VERSION=3.12\nFROM python:${PYTHON_VERSION}-slim-trixie AS build\nFROM python:3.12.9-slim@sha256:0000000000000000000000000000000000000000000000000000000000000000\nCOPY --from=build /v /v\n",
  },
  fails: {
    dockerfile: "FROM python:3.12-slim AS build\nFROM python:3.13-slim\nCOPY --from=build /v /v\n",
  },
  grade({ model }, { repository, version, flavor }) {
    const { graph } = model.context;
    const stages = model.file.stages.filter((stage) => graph.reachable(stage));
    const images = stages.flatMap((stage) => {
      const base = graph.rootBase(stage);
      return base?.kind === "image" ? [{ stage, image: base.image, reference: base.reference }] : [];
    });
    const final = images.find(({ stage }) => stage === model.final);
    if (final === undefined || hubName(final.image) !== repository) {
      return failed(
        at(model.final, `the final stage is built from ${final?.reference ?? "scratch"}, not ${repository}`),
      );
    }
    for (const { stage, image, reference } of images) {
      if (hubName(image) !== repository) continue;
      const why = difference(image.tag, version, flavor);
      if (why !== undefined) return failed(at(stage, `${reference}: ${why}`));
    }
    return passed(at(model.final, `${final.reference} in the final stage`));

    function at(stage: Stage, text: string) {
      return evidenceAt(model, stage.from?.range ?? stage.range, text);
    }
  },
});

function hubName({ registry, repository }: ImageName): string {
  const hub = registry === undefined || registry === "docker.io";
  return hub ? repository.replace(/^library\//, "") : `${registry}/${repository}`;
}

function difference(tag: string | undefined, version: string, flavor: string): string | undefined {
  if (tag === undefined) return "no tag";
  const match = /^(\d+(?:\.\d+)*)(?:-(\w+))?(?:-\w+)*$/.exec(tag);
  if (!match) return `tag ${tag} names no version`;
  const [, found = "", kind = "the full image"] = match;
  if (found !== version && !found.startsWith(`${version}.`))
    return `${kind}, but version ${found} instead of ${version}`;
  return kind === flavor ? undefined : `version ${version}, but ${kind} instead of ${flavor}`;
}
