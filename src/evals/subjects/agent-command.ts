import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { EngineError, LimitError } from "../../security/errors.ts";
import { runProcess } from "../../security/process.ts";
import { clean } from "../../security/untrusted.ts";
import { answerOf, filesInMarkdown } from "../answer.ts";
import { arms, type Subject } from "../types.ts";
import { skillsFolder } from "./skills.ts";
import { changedFiles } from "./workspace.ts";

/** How an agent's program is started. */
export interface AgentCommandSettings {
  /** Program and arguments; `{task}` and `{mcp}` (a file that names the MCP server) are put in. */
  readonly command: readonly string[];
  serverCommand(directory: string): readonly string[];
  /** Variables it needs beside the usual ones: keys, endpoints. */
  readonly env: Readonly<Record<string, string>>;
}

// Where agents look for a project's skills.
const skillFolders = [".agents/skills", ".claude/skills"];

/**
 * Any agent that runs without a person: started in the project's folder, the task on standard input unless
 * `{task}` takes it; its answer is what it writes there and what it prints. An arm with skills has them in
 * `.agents/skills` and `.claude/skills`; DOCKWRIGHT_EVAL_ARM and DOCKWRIGHT_EVAL_MCP (the file of `{mcp}`) tell a
 * wrapper script what this trial may use.
 */
export function agentCommandSubject(
  id: string,
  { command, serverCommand, env }: AgentCommandSettings,
): Subject {
  return {
    id,
    arms,
    readsTask: true,
    sampled: true,
    async answer(scenario, { arm, directory: project, signal, limits }) {
      const own = await mkdtemp(path.join(os.tmpdir(), "dockwright-agent-"));
      const directory = project ?? path.join(own, "empty");
      try {
        await mkdir(directory, { recursive: true });
        if (arm === "skill" || arm === "both")
          for (const folder of skillFolders)
            await cp(skillsFolder(), path.join(directory, folder), { recursive: true });
        const config = path.join(own, "mcp.json");
        const [server, ...serverArgs] = serverCommand(directory);
        const servers =
          arm === "mcp" || arm === "both" ? { dockwright: { command: server, args: serverArgs } } : {};
        await writeFile(config, JSON.stringify({ mcpServers: servers }));
        const words = command.map((word) =>
          word.replaceAll("{task}", scenario.task).replaceAll("{mcp}", config),
        );
        const said = await run(words, command.some((word) => word.includes("{task}")) ? "" : scenario.task);
        const written = await changedFiles(scenario, directory);
        return { ...answerOf({ ...filesInMarkdown(said.text), ...written }, said.text), ...said };
      } finally {
        await rm(own, { recursive: true, force: true });
      }

      async function run(
        words: readonly string[],
        input: string,
      ): Promise<{ text: string; stopped?: string }> {
        const [program = "", ...args] = words;
        const lines: string[] = [];
        try {
          const { exitCode, stderr } = await runProcess({
            program,
            args,
            cwd: directory,
            env: { ...env, DOCKWRIGHT_EVAL_ARM: arm, DOCKWRIGHT_EVAL_MCP: path.join(own, "mcp.json") },
            input,
            signal,
            timeoutMs: limits.timeMs,
            onLine: (line, stream) => {
              if (stream === "stdout") lines.push(line);
            },
          });
          if (exitCode !== 0)
            throw new EngineError(
              `${clean(program, 80)} ended with code ${exitCode ?? "unknown"}: ${clean(stderr, 200)}`,
              "run the command by hand in a project's folder",
            );
          return { text: lines.join("\n") };
        } catch (error) {
          if (!(error instanceof LimitError)) throw error;
          return { text: lines.join("\n"), stopped: error.message };
        }
      }
    },
  };
}
