import { z } from "zod";
import { rule as toolMissing } from "../../rules/healthcheck-tool-missing.ts";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** The image has a health check whose program is there. */
export const grader = modelGrader({
  name: "health-check",
  summary:
    "HEALTHCHECK in the final stage, not NONE, its program in the image; healthy when an engine tried it.",
  settings: z.strictObject({}),
  exampleSettings: {},
  passes: {
    dockerfile:
      'FROM python:3.14-slim\nHEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen(\'http://127.0.0.1:8000/\')"]\n',
  },
  fails: { dockerfile: "FROM python:3.14-slim\nHEALTHCHECK CMD curl -f http://127.0.0.1:8000/\n" },
  grade({ model, image }) {
    const { healthcheck } = model.context.stateAt(model.final);
    if (healthcheck === undefined) return failed("the final stage has no HEALTHCHECK");
    const place = healthcheck.range;
    if (healthcheck.none) return failed(evidenceAt(model, place, "HEALTHCHECK NONE switches it off"));
    for (const problem of toolMissing.check(model.context))
      return failed(evidenceAt(model, problem.range, problem.message));
    // A container that does not start tells nothing about its check.
    if (image.kind === "tried" && image.health && image.works.outcome === "yes") {
      const { outcome, evidence } = image.health;
      if (outcome === "no") return failed(evidenceAt(model, place, evidence));
      if (outcome === "yes") return passed(evidenceAt(model, place, evidence));
    }
    return passed(evidenceAt(model, place, "HEALTHCHECK with a program the image has"));
  },
});
