import { contextView } from "../dockerfile/context.ts";
import type { Project } from "../project/types.ts";
import type { Finding } from "../rules/types.ts";
import { validate } from "../validate/run.ts";

/** What our own validator says about a generated pair, with the project as the build context. */
export function checkGenerated(pair: {
  dockerfile: string;
  dockerignore: string;
  project: Project | undefined;
  today: string;
}): readonly Finding[] {
  const { project } = pair;
  const context =
    project === undefined
      ? undefined
      : contextView({
          files: project.files,
          read: project.read,
          ignore: { name: ".dockerignore", text: pair.dockerignore },
        });
  return validate(pair.dockerfile, { name: "Dockerfile", today: pair.today, ...(context ? { context } : {}) })
    .findings;
}
