import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { NotFoundError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { readAnswerFrom } from "../answer.ts";
import type { Answer, Subject } from "../types.ts";

/**
 * Answers that exist: a folder with one folder or file for each scenario (`<id>/`, `<id>.md`, `<id>.Dockerfile`),
 * or one answer for whatever is asked. A scenario without an answer is answered by nothing.
 */
export function answersSubject(location: string): Subject {
  if (!existsSync(location)) {
    throw new NotFoundError(
      `${clean(location)} does not exist`,
      "name a Dockerfile, a Markdown answer, or a folder with one answer for each scenario",
    );
  }
  return {
    id: `answers:${path.basename(path.resolve(location))}`,
    arms: ["baseline"],
    readsTask: true,
    sampled: false,
    async answer(scenario) {
      const found = statSync(location).isDirectory() ? inFolder(location, scenario.id) : location;
      return found === undefined ? undefined : readAnswerFrom(found);
    },
  };
}

/** An answer that was given directly. */
export function givenSubject(answer: Answer): Subject {
  return { id: "given", arms: ["baseline"], readsTask: true, sampled: false, answer: async () => answer };
}

function inFolder(folder: string, scenario: string): string | undefined {
  const candidates = [scenario, `${scenario}.md`, `${scenario}.Dockerfile`].map((name) =>
    path.join(folder, name),
  );
  const own = candidates.find((each) => existsSync(each));
  if (own !== undefined) return own;
  return existsSync(path.join(folder, "Dockerfile")) ? folder : undefined;
}
