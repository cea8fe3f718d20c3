import type { ToolContext } from "../../tools/define.ts";
import { generateTool } from "../../tools/generate.ts";
import { answerOf } from "../answer.ts";
import type { Subject } from "../types.ts";

/** Our own generator, called as an agent calls it: the tool, with the project's folder and nothing else. */
export function generatorSubject(
  makeContext: (root: string, signal: AbortSignal) => Promise<ToolContext>,
): Subject {
  return {
    id: "generator",
    arms: ["mcp"],
    readsTask: false,
    sampled: false,
    async answer(_scenario, { directory, signal }) {
      if (directory === undefined) return undefined;
      const context = await makeContext(directory, signal);
      const input = generateTool.input.parse({ directory: "." });
      const output = await generateTool.run(input, context);
      return answerOf(
        Object.fromEntries(output.files.map((file) => [file.path, file.text])),
        generateTool.render(output, input),
      );
    },
  };
}
