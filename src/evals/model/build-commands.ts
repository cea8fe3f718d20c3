import { mapped } from "../../dockerfile/mapped-text.ts";
import { commandScript, type ShellCommand } from "../../dockerfile/shell.ts";
import { fencedBlocks } from "../markdown.ts";
import type { Answer } from "../types.ts";

/** A `docker build` that an answer tells its reader to run. */
export interface BuildCommand {
  /** Ids of --secret, in order. */
  readonly secrets: readonly string[];
  /** Names of --build-arg. */
  readonly buildArgs: readonly string[];
  readonly text: string;
}

const clients = new Set(["docker", "podman", "nerdctl", "buildah", "docker-buildx"]);

/** The build commands in the code blocks and lines of an answer's words and of its documentation files. */
export function buildCommands(answer: Answer): readonly BuildCommand[] {
  const texts = [
    answer.text,
    ...Object.entries(answer.files).flatMap(([name, text]) => (/\.(?:md|sh|txt)$/i.test(name) ? [text] : [])),
  ];
  return texts.flatMap((text) =>
    candidates(text).flatMap((script) => shellCommands(script).flatMap(buildCommand)),
  );
}

/** Code blocks whole, and single lines or inline code that start with a client. */
function candidates(text: string): readonly string[] {
  const blocks = fencedBlocks(text);
  const inFences = blocks
    .filter(({ language }) => /^(?:|sh|bash|shell|console|zsh|text)$/.test(language))
    .map(({ body }) => body.replace(/^\s*\$ /gm, ""));
  let rest = text;
  for (const block of blocks) rest = rest.replace(block.body, "");
  const inline = [...rest.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
  const lines = rest
    .replace(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*(?:[-*$>#]\s+)?/, ""));
  const marked = /^(?:\w+=\S+\s+)*(?:docker|podman|nerdctl|buildah)\s/;
  return [...inFences, ...inline, ...lines.filter((line) => marked.test(line))];
}

function shellCommands(text: string): readonly ShellCommand[] {
  const range = { start: 0, end: text.length };
  return (
    commandScript({ form: "shell", text, range, source: mapped(text, 0) }, [], undefined)?.commands ?? []
  );
}

function buildCommand(command: ShellCommand): BuildCommand[] {
  if (command.name === undefined || !clients.has(command.name)) return [];
  const words = command.args.map(({ text }) => text);
  const verb = words.findIndex((word) => word === "build" || word === "bud" || word === "b");
  if (verb < 0 || words.slice(0, verb).some((word) => word === "compose" || word === "run")) return [];
  return [
    {
      secrets: valuesOf(words, "--secret").map((value) => /(?:^|,)id=([^,]+)/.exec(value)?.[1] ?? ""),
      buildArgs: valuesOf(words, "--build-arg").map((value) => value.split("=")[0] ?? ""),
      text: [command.name, ...words].join(" "),
    },
  ];
}

function valuesOf(words: readonly string[], flag: string): readonly string[] {
  return words.flatMap((word, index) => {
    if (word === flag) return [words[index + 1] ?? ""];
    return word.startsWith(`${flag}=`) ? [word.slice(flag.length + 1)] : [];
  });
}
