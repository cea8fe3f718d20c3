import { z } from "zod";
import { failed, imageGrader, notTested, passed } from "./define.ts";

const yes = { outcome: "yes", evidence: "GET /health answered 200" } as const;

/** The image builds, starts with dropped capabilities and answers. */
export const grader = imageGrader({
  name: "image-works",
  summary: "The image builds, and its container starts with dropped capabilities and answers the probe.",
  settings: z.strictObject({}),
  exampleSettings: {},
  passes: {
    dockerfile: "FROM scratch\n",
    image: { kind: "tried", build: yes, works: yes, secrets: { ...yes, places: [] } },
  },
  fails: {
    dockerfile: "FROM scratch\n",
    image: {
      kind: "tried",
      build: yes,
      works: { outcome: "no", evidence: "the container ended with code 1" },
      secrets: { ...yes, places: [] },
    },
  },
  grade({ tried }) {
    if (tried.build.outcome === "no") return failed(`the build fails: ${tried.build.evidence}`);
    if (tried.build.outcome === "unknown") return notTested(tried.build.evidence);
    const { outcome, evidence } = tried.works;
    return outcome === "yes" ? passed(evidence) : outcome === "no" ? failed(evidence) : notTested(evidence);
  },
});
