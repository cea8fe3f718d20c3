import { parseDockerfile } from "../../dockerfile/parse.ts";
import { evidence } from "../../project/facts.ts";
import type { Evidence, Project } from "../../project/types.ts";
import { commandWords } from "../procfile.ts";

/** The Dockerfile a project has already. */
const name = "Dockerfile";

/** The project's Dockerfile, unless it is one that was generated: that says nothing new about the project. */
export function ownDockerfile(project: Project): string | undefined {
  const text = project.read(name);
  return text !== undefined && /^# .+ on Python [\d.]+, dependencies by \w+$/m.test(text.slice(0, 400))
    ? undefined
    : text;
}

/** What the last stage of the project's own Dockerfile starts, when that takes no shell. */
export function ownCommand(
  project: Project,
  port: number | undefined,
): { readonly words: readonly string[]; readonly evidence: Evidence } | undefined {
  const text = ownDockerfile(project);
  const stage = text === undefined ? undefined : parseDockerfile(text).stages.at(-1);
  const words = (keyword: "CMD" | "ENTRYPOINT"): readonly string[] | undefined => {
    for (const instruction of stage?.instructions.toReversed() ?? []) {
      if (instruction.keyword !== keyword || !("command" in instruction)) continue;
      const { command } = instruction;
      if (command.form === "exec") return command.words.map((word) => word.text);
      return commandWords(command.text.trim().replace(/^exec\s+/, ""), port);
    }
    return [];
  };
  const entrypoint = words("ENTRYPOINT");
  const rest = words("CMD");
  if (entrypoint === undefined || rest === undefined) return undefined;
  const all = [...withoutHandover(project, entrypoint), ...rest];
  const [first] = all;
  // A variable has a value in that image only.
  if (first === undefined || all.some((word) => /[$\n]/.test(word))) return undefined;
  return { words: all, evidence: evidence(project, name, rest.length > 0 ? /^CMD\b/i : /^ENTRYPOINT\b/i) };
}

/** A script that prepares and then runs what it is given (`exec "$@"`) is no part of the command. */
function withoutHandover(project: Project, entrypoint: readonly string[]): readonly string[] {
  const [script = ""] = entrypoint;
  const base = script.slice(script.lastIndexOf("/") + 1);
  if (/^(?:tini|dumb-init)$/.test(base))
    return withoutHandover(project, entrypoint.slice(entrypoint[1] === "--" ? 2 : 1));
  const file = project.files.find((each) => each === base || each.endsWith(`/${base}`));
  const hands =
    base.endsWith(".sh") &&
    file !== undefined &&
    /^\s*(?:exec\s+)?.*"\$@"\s*$/m.test(project.read(file) ?? "");
  return hands && entrypoint.length === 1 ? [] : entrypoint;
}

/** The one port that the project's own Dockerfile names. */
export function ownPort(
  project: Project,
): { readonly port: number; readonly evidence: Evidence } | undefined {
  const pattern = /^EXPOSE\s+(\d+)(?:\/tcp)?\s*$/gim;
  const ports = [...(ownDockerfile(project) ?? "").matchAll(pattern)].map((match) => Number(match[1]));
  const [port] = ports;
  return port === undefined || ports.length > 1
    ? undefined
    : { port, evidence: evidence(project, name, /^EXPOSE\b/i) };
}

/** The Python version of the project's own Dockerfile: `FROM python:3.11-slim`. */
export function ownVersion(
  project: Project,
): { readonly version: string; readonly evidence: Evidence } | undefined {
  const pattern = /^(?:FROM|ARG)\s.*\bpython(?:_?version)?[:=]["']?(\d+\.\d+)/im;
  const version = pattern.exec(ownDockerfile(project) ?? "")?.[1];
  return version === undefined ? undefined : { version, evidence: evidence(project, name, pattern) };
}
