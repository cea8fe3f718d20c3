import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { applyPatch, parsePatch } from "diff";
import { answerOf, filesInMarkdown } from "../../src/evals/answer.ts";
import type { Answer } from "../../src/evals/types.ts";

/** A golden answer made wrong by a small patch. */
export interface Mutant {
  readonly scenario: string;
  /** `port.builder-only`: the criterion, then what is special about it. */
  readonly name: string;
  /** Criteria it fails. */
  readonly fails: readonly string[];
  readonly answer: Answer;
}

/** The golden answer of a scenario. */
export function golden(scenario: string): Answer {
  return answerOfFiles(read(path.join("evals", "golden", scenario)));
}

/** Every mutant in evals/mutants/. A patch fails the criterion of its name unless its head says otherwise. */
export function mutants(): readonly Mutant[] {
  return readdirSync("evals/mutants").flatMap((scenario) =>
    readdirSync(path.join("evals", "mutants", scenario)).map((file) => {
      const text = readFileSync(path.join("evals", "mutants", scenario, file), "utf8");
      const name = file.replace(/\.patch$/, "");
      const files = { ...read(path.join("evals", "golden", scenario)) };
      for (const patch of parsePatch(text)) {
        const target = (patch.oldFileName ?? "").replace(/^a\//, "");
        const changed = applyPatch(files[target] ?? "", patch);
        if (changed === false) throw new Error(`${scenario}/${file} does not apply to ${target}`);
        if (changed === "") delete files[target];
        else files[target] = changed;
      }
      const listed = /^Fails: (.*)$/m.exec(text)?.[1]?.split(/,\s*/);
      return { scenario, name, fails: listed ?? [name.split(".")[0] ?? ""], answer: answerOfFiles(files) };
    }),
  );
}

function read(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return [path.relative(folder, file), readFileSync(file, "utf8")];
      }),
  );
}

function answerOfFiles(files: Readonly<Record<string, string>>): Answer {
  const { "ANSWER.md": text = "", ...rest } = files;
  return answerOf({ ...filesInMarkdown(text), ...rest }, text);
}
