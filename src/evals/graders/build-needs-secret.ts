import { z } from "zod";
import { failed, imageGrader, notTested, passed } from "./define.ts";

const yes = { outcome: "yes", evidence: "" } as const;

/** Without its secret the build stops and says why. */
export const grader = imageGrader({
  name: "build-needs-secret",
  summary: "The build without the secret fails, and its message names the secret or the refused access.",
  settings: z.strictObject({ names: z.array(z.string()).min(1) }),
  exampleSettings: { names: ["NPM_TOKEN"] },
  passes: {
    dockerfile: "FROM scratch\n",
    image: {
      kind: "tried",
      build: yes,
      works: yes,
      secrets: { ...yes, places: [] },
      withoutSecrets: {
        outcome: "yes",
        evidence: "the build failed",
        message: "secret NPM_TOKEN: not found",
      },
    },
  },
  fails: {
    dockerfile: "FROM scratch\n",
    image: {
      kind: "tried",
      build: yes,
      works: yes,
      secrets: { ...yes, places: [] },
      withoutSecrets: { outcome: "no", evidence: "the build succeeded", message: "" },
    },
  },
  grade({ tried }, { names }) {
    const without = tried.withoutSecrets;
    if (without === undefined || without.outcome === "unknown")
      return notTested(without?.evidence ?? "the build was not tried without the secret");
    if (without.outcome === "no") return failed("the build succeeds without the secret");
    const clear = [...names, "401", "403", "E401", "ENEEDAUTH", "authenti", "authoriz", "secret"].some(
      (word) => without.message.toLowerCase().includes(word.toLowerCase()),
    );
    return clear
      ? passed(`without the secret the build fails: ${without.message}`)
      : failed(`the build fails without the secret, but does not say why: ${without.message}`);
  },
});
