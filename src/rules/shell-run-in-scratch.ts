import { isScratch, stageChain } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

/** RUN in an empty image. */
export const rule: Rule = {
  meta: {
    name: "shell-run-in-scratch",
    summary: "A RUN needs a shell in a stage that starts from scratch.",
    why: 'scratch is empty: there is no /bin/sh, and the RUN ends with `exec: "/bin/sh": no such file or directory`. Do the work in an earlier stage and copy its result.',
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/building/base-images/#create-a-minimal-base-image-using-scratch",
    bad: { dockerfile: 'FROM scratch\nRUN echo "app:x:1000:1000::/:" > /passwd\n' },
    good: { dockerfile: "FROM scratch\nCOPY passwd /etc/passwd\n" },
  },
  *check(context) {
    const { file, runs } = context;
    for (const { run, stage } of runs) {
      if (run.command.form === "exec" || run.onbuild || !isScratch(file, stage)) continue;
      // Whatever was put into the image before may bring a shell along.
      const filled = stageChain(file, stage).some((link) =>
        link.instructions.some(
          ({ keyword, range }) => (keyword === "COPY" || keyword === "ADD") && range.start < run.range.start,
        ),
      );
      if (filled || run.mounts.some(({ type }) => type === "bind")) continue;
      yield {
        range: run.keywordRange,
        message: "scratch has no shell: do this in an earlier stage and copy the result",
      };
    }
  },
};
