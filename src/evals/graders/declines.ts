import { z } from "zod";
import { answerGrader, failed, passed } from "./define.ts";

/** A task outside the scope is declined, with the reason and a way on. */
export const grader = answerGrader({
  name: "declines",
  summary: "The answer holds no Dockerfile, and its words mention one of the subjects.",
  settings: z.strictObject({ mentions: z.array(z.string()).min(1) }),
  exampleSettings: { mentions: ["Compose"] },
  passes: { text: "A Compose file describes several services; this project writes Dockerfiles only." },
  fails: { dockerfile: "FROM scratch\n", text: "Here is your Compose file." },
  grade({ answer, model }, { mentions }) {
    if (model !== undefined) return failed(`a Dockerfile was written (${model.name})`);
    const found = mentions.find((word) => answer.text.toLowerCase().includes(word.toLowerCase()));
    return found === undefined
      ? failed("no Dockerfile, but no word about why either")
      : passed(`no Dockerfile was written, and the answer speaks of ${found}`);
  },
});
