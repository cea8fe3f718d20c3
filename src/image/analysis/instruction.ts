import { clean } from "../../security/untrusted.ts";

/** One step of an image's history in the words of a Dockerfile. */
export interface HistoryInstruction {
  /** Upper case; empty when the history does not say. */
  readonly keyword: string;
  /** What follows the keyword, raw. */
  readonly argument: string;
}

const keywords =
  "ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR";
const nop = new RegExp(`^/bin/sh -c #\\(nop\\)\\s+(?:(${keywords})\\s)?([\\s\\S]*)$`);
const buildkit = new RegExp(`^(${keywords})\\s+([\\s\\S]*)$`);
// `|2 A=1 B=x y /bin/sh -c`: build arguments before the shell; their values may hold blanks.
const runArguments = /^\|\d+\s[\s\S]*?(?=\/bin\/(?:ba|a|da)?sh\s)/;
const shell = /^\/bin\/(?:ba|a|da)?sh\s(?:-o pipefail\s)?-[a-z]*c\s/;

/**
 * Reads `created_by` of a history step. The classic builder writes `/bin/sh -c #(nop) COPY file:… in /app` and the bare
 * shell command of a RUN, BuildKit `COPY app /app # buildkit` and `RUN /bin/sh -c … # buildkit`, with build arguments
 * before the shell; Buildah and Kaniko write one or the other.
 */
export function readInstruction(createdBy: string): HistoryInstruction {
  const text = createdBy.replace(/\s# buildkit$/, "").trim();
  const [, keyword, rest = ""] = nop.exec(text) ?? [];
  if (keyword !== undefined) return { keyword, argument: rest.trim() };
  const match = buildkit.exec(text);
  if (match) {
    const [, word = "", argument = ""] = match;
    return { keyword: word, argument: word === "RUN" ? command(argument) : argument.trim() };
  }
  if (runArguments.test(text) || shell.test(text)) return { keyword: "RUN", argument: command(text) };
  return { keyword: "", argument: text };
}

/** One cleaned line for people: `RUN apt-get install …`. */
export function describeInstruction(createdBy: string, max = 160): string {
  const { keyword, argument } = readInstruction(createdBy);
  const line = argument
    .replace(/\\\s*\n/g, " ")
    .replace(/\s+/g, " ")
    .replace(/\b(file|dir|multi):([a-f0-9]{8})[a-f0-9]{56}\b/g, "$1:$2…");
  const text = clean(`${keyword} ${line}`, max);
  return text === "" ? "(unknown)" : text;
}

function command(text: string): string {
  return text.replace(runArguments, "").replace(shell, "").trim();
}
