import { z } from "zod";
import { baseFacts } from "../../rules/shared/images.ts";
import { copiesBetween } from "../model/files.ts";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** The image takes something from an earlier stage of the same file. */
export const grader = modelGrader({
  name: "multi-stage",
  summary: "Two stages or more, and the final one copies from an earlier one; `final` names its family.",
  settings: z.strictObject({ final: z.enum(["distroless", "alpine", "debian", "scratch"]).optional() }),
  exampleSettings: { final: "distroless" },
  passes: {
    dockerfile:
      "FROM golang:1.27 AS build\nRUN go build -o /app .\nFROM gcr.io/distroless/static-debian13\nCOPY --from=build /app /app\n",
  },
  fails: {
    dockerfile:
      "FROM golang:1.27 AS build\nRUN go build -o /app .\nFROM gcr.io/distroless/static-debian13\nCOPY --from=ghcr.io/acme/tool /tool /tool\nCOPY app /app\n",
  },
  grade({ model }, { final }) {
    const { file } = model;
    if (file.stages.length < 2) return failed("there is one stage only");
    const copies = copiesBetween(model, model.shipped).filter(({ from }) => !model.shipped.includes(from));
    const copy = copies[0];
    if (copy === undefined)
      return failed(
        evidenceAt(model, model.final.range, "the final stage copies nothing from an earlier stage"),
      );
    if (final !== undefined) {
      const facts = baseFacts(file, model.final);
      if (facts?.family !== final) {
        return failed(
          evidenceAt(
            model,
            model.final.range,
            `the final stage is ${facts?.name ?? "an unknown image"}, not ${final}`,
          ),
        );
      }
    }
    return passed(
      evidenceAt(
        model,
        copy.copy.range,
        `${file.stages.length} stages; the final one copies from ${copy.from.name ?? `stage ${copy.from.index}`}`,
      ),
    );
  },
});
