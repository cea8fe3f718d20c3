import { readdirSync } from "node:fs";
import { realpath } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { packageRoot, readPackageFile } from "../../data/package-files.ts";
import { DockwrightError } from "../../security/errors.ts";
import { readBounded, resolveInside } from "../../security/paths.ts";
import type { AgentTool } from "./agent-loop.ts";

const maxFileBytes = 512 * 1024;

/** Folder of the package's Agent Skills. */
export function skillsFolder(): string {
  return path.join(packageRoot(), "skills");
}

/** Name and description of each skill: all a model sees before it decides to read one. */
export function skillCatalog(): string {
  const lines = skillNames().map((name) => {
    const head = /^---\n([\s\S]*?)\n---/.exec(readPackageFile(`skills/${name}/SKILL.md`))?.[1] ?? "";
    const description = /^description:\s*(.+)$/m.exec(head)?.[1] ?? "";
    return `- ${name}: ${description}`;
  });
  return [
    "Skills you may use. When one fits the task, read its SKILL.md with read_skill_file first, then the files it points to:",
    ...lines,
  ].join("\n");
}

function skillNames(): readonly string[] {
  return readdirSync(skillsFolder(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Reads a file of a skill, so that progressive disclosure is really exercised. */
export function skillTool(): AgentTool {
  const schema = z.object({ skill: z.string().max(80), path: z.string().max(300).default("SKILL.md") });
  return {
    name: "read_skill_file",
    description: "Reads SKILL.md of a skill, or a file it points to by its relative path.",
    inputSchema: z.toJSONSchema(schema, { io: "input" }),
    async call(input) {
      const read = schema.safeParse(input);
      if (!read.success) return { text: z.prettifyError(read.error), error: true };
      try {
        // The skills point into the package's reference/ as well.
        const roots = {
          directories: [
            await realpath(skillsFolder()),
            await realpath(path.join(packageRoot(), "reference")),
          ],
        };
        const file = await resolveInside(roots, path.join(skillsFolder(), read.data.skill, read.data.path));
        return { text: (await readBounded(file, maxFileBytes)).toString("utf8"), error: false };
      } catch (error) {
        return { text: error instanceof DockwrightError ? error.message : "it cannot be read", error: true };
      }
    },
  };
}
