import { z } from "zod";
import { rules } from "../../rules/index.ts";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, notTested, passed } from "./define.ts";

/** Rules of the validator that must find nothing. */
export const grader = modelGrader({
  name: "rules-silent",
  summary: "The named rules of the validator report nothing.",
  settings: z.strictObject({ rules: z.array(z.string()).min(1) }),
  exampleSettings: { rules: ["missing-healthcheck"] },
  passes: {
    dockerfile: "FROM python:3.14-slim\nEXPOSE 80\nHEALTHCHECK CMD python -c 1\nCMD python app.py\n",
  },
  fails: { dockerfile: "FROM python:3.14-slim\nEXPOSE 80\nCMD python app.py\n" },
  grade({ model }, { rules: names }) {
    for (const name of names) {
      const rule = rules.find(({ meta }) => meta.name === name);
      if (rule === undefined) return notTested(`there is no rule ${name}`);
      for (const problem of rule.check(model.context))
        return failed(evidenceAt(model, problem.range, `${name}: ${problem.message}`));
    }
    return passed(`${names.join(", ")}: nothing found`);
  },
});
