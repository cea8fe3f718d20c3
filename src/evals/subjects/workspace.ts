import { mkdir, readdir, realpath, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { DockwrightError } from "../../security/errors.ts";
import { readBounded, resolveInside } from "../../security/paths.ts";
import { projectFiles } from "../project.ts";
import type { Scenario } from "../types.ts";
import type { AgentTool } from "./agent-loop.ts";

const maxFileBytes = 512 * 1024;
const maxFiles = 400;
const ignored = /(?:^|\/)(?:\.git|node_modules|\.venv|__pycache__|\.claude|\.agents)(?:\/|$)/;

/** Files of a workspace that are new or differ from the scenario's project. */
export async function changedFiles(scenario: Scenario, directory: string): Promise<Record<string, string>> {
  const before = await projectFiles(scenario);
  const changed: Record<string, string> = {};
  for (const name of await filesIn(directory)) {
    const text = await readBounded(path.join(directory, name), maxFileBytes).then(
      (bytes) => bytes.toString("utf8"),
      () => undefined,
    );
    if (text !== undefined && before[name] !== text) changed[name] = text;
  }
  return changed;
}

async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"),
    )
    .filter((name) => !ignored.test(name))
    .sort()
    .slice(0, maxFiles);
}

/** The tools every arm of a model has: to look at the project and to hand in files. Confined to the folder. */
export function workspaceTools(directory: string): readonly AgentTool[] {
  const file = z.object({ path: z.string().max(400) });
  const write = z.object({ path: z.string().max(400), text: z.string().max(maxFileBytes) });
  const tool = <S extends z.ZodObject>(
    name: string,
    description: string,
    schema: S,
    run: (input: z.output<S>) => Promise<string>,
  ): AgentTool => ({
    name,
    description,
    inputSchema: z.toJSONSchema(schema),
    async call(input) {
      const read = schema.safeParse(input);
      if (!read.success) return { text: z.prettifyError(read.error), error: true };
      try {
        return { text: await run(read.data), error: false };
      } catch (error) {
        if (error instanceof DockwrightError) return { text: `${error.message}; ${error.hint}`, error: true };
        return { text: error instanceof Error ? error.message : String(error), error: true };
      }
    },
  });
  const roots = async () => ({ directories: [await realpath(directory)] });
  return [
    tool("list_files", "Lists the files of the project.", z.object({}), async () =>
      (await filesIn(directory)).join("\n"),
    ),
    tool("read_file", "Reads one file of the project.", file, async (input) =>
      (await readBounded(await resolveInside(await roots(), input.path), maxFileBytes)).toString("utf8"),
    ),
    tool(
      "write_file",
      "Writes a file into the project: the Dockerfile, .dockerignore, or what else is needed.",
      write,
      async (input) => {
        const { directories } = await roots();
        const target = path.resolve(directories[0] ?? directory, input.path);
        const parent = path.dirname(target);
        if (path.relative(directories[0] ?? directory, target).startsWith(".."))
          return "outside the project: not written";
        await mkdir(parent, { recursive: true });
        await resolveInside(await roots(), parent);
        await writeFile(target, input.text);
        return `wrote ${input.path}`;
      },
    ),
  ];
}
