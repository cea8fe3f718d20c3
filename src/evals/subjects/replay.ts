import { existsSync } from "node:fs";
import path from "node:path";
import { NotFoundError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { projectFiles } from "../project.ts";
import { arms, type Subject } from "../types.ts";
import { recordedStream } from "./claude-code.ts";

/** Recorded agent streams: `<scenario>.<arm>.jsonl`, as `claude --output-format stream-json` prints them. */
export function replaySubject(folder: string): Subject {
  if (!existsSync(folder))
    throw new NotFoundError(`${clean(folder)} does not exist`, "name a folder of recorded streams");
  return {
    id: `replay:${path.basename(folder)}`,
    arms,
    readsTask: true,
    sampled: false,
    async answer(scenario, { arm }) {
      const file = path.join(folder, `${scenario.id}.${arm}.jsonl`);
      return existsSync(file) ? recordedStream(file, await projectFiles(scenario)) : undefined;
    },
  };
}
