import type { McpServer } from "@modelcontextprotocol/server";
import { loadSkills } from "@modelcontextprotocol/server/ext/skills/node";

/** Adds the skills extension (io.modelcontextprotocol/skills) to a server. */
export type AttachSkills = (server: McpServer) => void;

const loaded = new Map<string, Promise<AttachSkills>>();

/**
 * The skills of a folder, read once for the life of the process. A folder that cannot be read costs the
 * skills, not the server. The SDK calls this part experimental; nothing else knows about it.
 */
export function skillsOf(folder: string, log: (line: string) => void): Promise<AttachSkills> {
  const known = loaded.get(folder);
  if (known) return known;
  const loading = loadSkills(folder).then(
    (catalog): AttachSkills =>
      (server) => {
        catalog.attach(server);
      },
    (error: unknown): AttachSkills => {
      log(`skills are not offered: ${error instanceof Error ? error.message : String(error)}`);
      return () => undefined;
    },
  );
  loaded.set(folder, loading);
  return loading;
}
