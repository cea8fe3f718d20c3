import { z } from "zod";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** The final stage is built from one of the named repositories. */
export const grader = modelGrader({
  name: "final-base",
  summary: "The image is built from one of the repositories; a Debian release in the name does not matter.",
  settings: z.strictObject({ repositories: z.array(z.string()).min(1) }),
  exampleSettings: { repositories: ["gcr.io/distroless/static"] },
  passes: { dockerfile: "FROM gcr.io/distroless/static-debian13:nonroot\nCOPY app /app\n" },
  fails: { dockerfile: "FROM gcr.io/distroless/base-debian13:nonroot\nCOPY app /app\n" },
  grade({ model }, { repositories }) {
    const base = model.context.graph.rootBase(model.final);
    const place = model.final.from?.range ?? model.final.range;
    if (base?.kind !== "image")
      return failed(evidenceAt(model, place, "the final stage is built from scratch, not from an image"));
    const { registry, repository } = base.image;
    const name = registry === undefined ? repository : `${registry}/${repository}`;
    const known = repositories.includes(name.replace(/-debian\d+$/, ""));
    return (known ? passed : failed)(
      evidenceAt(model, place, `the final stage is built from ${base.reference}`),
    );
  },
});
