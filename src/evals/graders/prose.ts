import { z } from "zod";
import { answerGrader, failed, notTested, passed } from "./define.ts";

/** A statement in prose. No program can judge it; it is kept so that nothing is left out of a report. */
export const grader = answerGrader({
  name: "prose",
  summary:
    "Never passes by itself: a statement for a person or a judge. `contains` makes it a check of the words.",
  settings: z.strictObject({ contains: z.array(z.string()).optional() }),
  exampleSettings: { contains: ["docker build"] },
  passes: { text: "Run docker build -t app ." },
  fails: { text: "Nothing to run." },
  grade({ answer }, { contains }) {
    if (contains === undefined) return notTested("a statement in prose, for a person to judge");
    const missing = contains.filter((words) => !answer.text.toLowerCase().includes(words.toLowerCase()));
    return missing.length === 0
      ? passed("the words are there")
      : failed(`the answer does not mention ${missing.join(", ")}`);
  },
});
