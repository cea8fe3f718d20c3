import { evidence } from "../project/facts.ts";
import type { Evidence, Project } from "../project/types.ts";

/** One process of a Procfile. */
export interface ProcfileEntry {
  readonly type: string;
  readonly command: string;
  readonly evidence: Evidence;
}

/** The processes a Procfile declares, in order. */
export function readProcfile(project: Project): readonly ProcfileEntry[] {
  const entries: ProcfileEntry[] = [];
  for (const line of (project.read("Procfile") ?? "").split("\n")) {
    const match = /^([A-Za-z0-9_-]+):\s*(.+?)\s*$/.exec(line);
    if (match?.[1] && match[2]) {
      entries.push({ type: match[1], command: match[2], evidence: evidence(project, "Procfile", line) });
    }
  }
  return entries;
}

/**
 * A command as exec-form words, or undefined when it needs a shell (operators, expansions other than $PORT,
 * substitutions). `${PORT:-8000}` and `$PORT` become the port.
 */
export function commandWords(command: string, port: number | undefined): readonly string[] | undefined {
  const withPort = command.replace(
    /\$\{PORT(?::?-(\d+))?\}|\$PORT\b/g,
    (whole, fallback: string | undefined) => (port === undefined ? (fallback ?? whole) : String(port)),
  );
  if (/[|&;<>`$(){}*?~]|^\s*[A-Za-z_]\w*=/.test(withPort.replace(/"[^"$`\\]*"|'[^']*'/g, "")))
    return undefined;
  const words = [...withPort.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map((match) =>
    match[0].replace(/["']/g, ""),
  );
  return words.length === 0 ? undefined : words;
}
