import { z } from "zod";
import { failed, imageGrader, notTested, passed } from "./define.ts";

const yes = { outcome: "yes", evidence: "" } as const;

/** The image is smaller than the one it replaces. */
export const grader = imageGrader({
  name: "image-smaller",
  summary:
    "The image is at least `percent` smaller than the image of the Dockerfile that came with the task.",
  settings: z.strictObject({ percent: z.number().min(0).max(100) }),
  exampleSettings: { percent: 50 },
  passes: {
    dockerfile: "FROM scratch\n",
    image: { kind: "tried", build: yes, works: yes, secrets: { ...yes, places: [] }, bytes: 40, before: 100 },
  },
  fails: {
    dockerfile: "FROM scratch\n",
    image: { kind: "tried", build: yes, works: yes, secrets: { ...yes, places: [] }, bytes: 60, before: 100 },
  },
  grade({ tried }, { percent }) {
    const { bytes, before, build } = tried;
    if (build.outcome === "no") return failed(`the build fails: ${build.evidence}`);
    if (bytes === undefined || before === undefined)
      return notTested("the size before or after is not known");
    const less = (1 - bytes / before) * 100;
    const text = `${(before / 1e6).toFixed(1)} MB before, ${(bytes / 1e6).toFixed(1)} MB after: ${less.toFixed(0)} % less`;
    return (less >= percent ? passed : failed)(text);
  },
});
