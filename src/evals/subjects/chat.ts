import { answerOf, filesInMarkdown } from "../answer.ts";
import { connectMcp } from "../mcp-client.ts";
import { arms, type Subject } from "../types.ts";
import { type AgentTool, type ChatModel, runAgent } from "./agent-loop.ts";
import { skillCatalog, skillTool } from "./skills.ts";
import { changedFiles, workspaceTools } from "./workspace.ts";

const system = `You are a software engineer. You have the files of a project; look at them with the tools, then write the files the task asks for with write_file, and end with a short answer that tells the user what to run.`;

/** A model behind an HTTP API with our tool loop: the same task, limits and file tools in every arm. */
export function chatSubject(
  id: string,
  model: ChatModel,
  serverCommand: (directory: string) => readonly string[],
): Subject {
  return {
    id,
    arms,
    readsTask: true,
    sampled: true,
    async answer(scenario, request) {
      const { arm, directory, signal, limits } = request;
      const server =
        (arm === "mcp" || arm === "both") && directory !== undefined
          ? await connectMcp(serverCommand(directory), { cwd: directory, signal, timeoutMs: limits.timeMs })
          : undefined;
      try {
        const withSkill = arm === "skill" || arm === "both";
        const tools: AgentTool[] = [
          ...(directory === undefined ? [] : workspaceTools(directory)),
          ...(withSkill ? [skillTool()] : []),
          ...(server?.tools ?? []).map((tool) => ({
            ...tool,
            call: async (input: unknown) => {
              const { text, error } = (await server?.call(tool.name, isRecord(input) ? input : {})) ?? {
                text: "",
                error: true,
              };
              return { text, error };
            },
          })),
        ];
        const run = await runAgent(
          model,
          { system: withSkill ? `${system}\n\n${skillCatalog()}` : system, prompt: scenario.task, tools },
          request,
        );
        const written = directory === undefined ? {} : await changedFiles(scenario, directory);
        return { ...answerOf({ ...filesInMarkdown(run.text), ...written }, run.text), ...run };
      } finally {
        await server?.close();
      }
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
