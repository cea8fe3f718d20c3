import { z } from "zod";
import { contextView } from "../../dockerfile/context.ts";
import { answerGrader, failed, passed } from "./define.ts";

/** An ignore file comes with the answer, or is recommended. */
export const grader = answerGrader({
  name: "ignore-file",
  summary:
    "A .dockerignore that keeps at least `atLeast` of the paths out of the build; or it is recommended in words.",
  settings: z.strictObject({ paths: z.array(z.string()).min(1), atLeast: z.int().min(1) }),
  exampleSettings: { paths: [".git/HEAD", ".env", "tests/test_a.py", "app/__pycache__/a.pyc"], atLeast: 3 },
  passes: { dockerfile: "FROM scratch\n", files: { ".dockerignore": ".git\n.env\n**/__pycache__\n" } },
  fails: { dockerfile: "FROM scratch\n", files: { ".dockerignore": ".git\n*\n!*\n" } },
  grade({ answer, model }, { paths, atLeast }) {
    const names = [...(model ? [`${model.name}.dockerignore`] : []), ".dockerignore"];
    const name = names.find((each) => answer.files[each] !== undefined);
    if (name === undefined) {
      // Prose is not a Dockerfile: here words are what is asked for.
      return /\.dockerignore\b/.test(answer.text)
        ? passed("mentioned only: the answer recommends a .dockerignore and gives none")
        : failed("neither a .dockerignore nor a word about one");
    }
    const view = contextView({
      files: [...paths].sort(),
      read: () => undefined,
      ignore: { name, text: answer.files[name] ?? "" },
    });
    const out = paths.filter((path) => !view.included(path));
    const text = `${name} keeps out ${out.length} of ${paths.length}: ${out.join(", ") || "none"}`;
    return (out.length >= atLeast ? passed : failed)({ text, at: { file: name, line: 1 } });
  },
});
