import { posix } from "node:path";
import { dig, text } from "../../../project/project.ts";
import type { Project } from "../../../project/types.ts";
import type { Command } from "../../../rules/shared/commands.ts";
import type { Author } from "./author.ts";

/** What starts the application in the new file: ENTRYPOINT and CMD, and what the generator has to be told. */
export interface Start {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** A start command that the generator would not have chosen itself. */
  readonly given?: readonly string[];
}

/** What the plan of a project would start, and whether its result is a bundle of its own. */
export interface PlannedStart {
  readonly words: readonly string[];
  readonly framework?: string;
}

/** The author's start in the planned image; a string says why it is not clear there. */
export function startOf(author: Author, planned: PlannedStart, project: Project): Start | string {
  const { language } = author.base;
  if (language === "go") return goStart(author, planned);
  const entrypoint = withoutRunner(author.entrypoint);
  const command = author.entrypoint.length > 0 ? author.command : withoutRunner(author.command);
  const words = [...entrypoint, ...command];
  const [program = ""] = words;
  if (same(words, planned.words)) return { entrypoint, command };
  if (
    /\.sh$|^\.{0,2}\/(?!bin\/sh$)/.test(program) ||
    (/^(?:\/bin\/)?(?:ba)?sh$/.test(program) && words[1] !== "-c")
  )
    return `what ${program} does is not understood`;
  const tool = /\b(?:poetry|uv|pipenv|pdm)\s+run\b|\S+\.sh\b/.exec(words.join(" "));
  if (tool) return `"${tool[0]}" is started in a shell, and what it needs may not be in the plan's image`;
  if (language === "node") return nodeStart(entrypoint, command, planned, project);
  return { entrypoint, command, given: words };
}

const runners = /^(?:poetry|uv|pipenv|pdm)$/;

/** `poetry run uvicorn …`: the environment is on PATH, the tool is not in the image. */
function withoutRunner(words: readonly string[]): readonly string[] {
  return runners.test(words[0] ?? "") && words[1] === "run" ? words.slice(2) : words;
}

function same(left: readonly string[], right: readonly string[]): boolean {
  const plain = (words: readonly string[]): string =>
    words.map((word, index) => (index === 0 ? word.replace(/^python3$/, "python") : word)).join("\0");
  return plain(left) === plain(right);
}

function nodeStart(
  entrypoint: readonly string[],
  command: readonly string[],
  planned: PlannedStart,
  project: Project,
): Start | string {
  const words = [...entrypoint, ...command];
  const [program = "", ...rest] = words;
  if (program === "node") return { entrypoint, command, given: words };
  if (!/^(?:npm|yarn|pnpm)$/.test(program))
    return `${program} is not known to be in the image without development dependencies`;
  const [script = "", ...more] = rest[0] === "run" ? rest.slice(1) : rest;
  const line = text(dig(project.json("package.json"), "scripts", script))?.trim();
  if (line === undefined || more.length > 0 || /[&|;]/.test(line))
    return `what ${words.join(" ")} starts is not understood`;
  const plain = line.split(/\s+/);
  const direct = planned.words.map((word) => word.replace(/^node_modules\/\.bin\//, ""));
  const bundled = planned.framework === "Next.js" && line === "next start";
  if (!bundled && !same(plain, direct)) {
    return plain[0] === "node"
      ? { entrypoint: [], command: plain, given: plain }
      : `the script ${script} runs ${plain[0] ?? ""}, the plan starts ${planned.words.join(" ")}`;
  }
  return entrypoint.length > 0
    ? { entrypoint: planned.words, command: [] }
    : { entrypoint: [], command: planned.words };
}

/** The program has to be the one that `go build` made; it keeps its arguments. */
function goStart(author: Author, planned: PlannedStart): Start | string {
  const [program = "", ...rest] = [...author.entrypoint, ...author.command];
  const [build] = author.builds;
  const [binary = ""] = planned.words;
  const output = build && outputOf(build);
  const started = posix.resolve(author.workdir, program);
  const made =
    output === undefined
      ? posix.basename(program) === posix.basename(binary)
      : started === posix.resolve(author.workdir, output) ||
        started === posix.resolve(author.workdir, output, posix.basename(program));
  if (!made) return `${program} is not what go build makes`;
  const own = author.entrypoint.length > 0 ? author.entrypoint.slice(1) : [];
  return author.entrypoint.length > 0
    ? { entrypoint: [binary, ...own], command: author.command }
    : { entrypoint: [binary], command: rest };
}

/** The package that `go build` is given, as the generator names it: `cmd/server`, `.` for the root. */
export function goPackage({ builds }: Author): string | undefined {
  const [build] = builds;
  if (build?.name !== "go") return undefined;
  const named = build.args.findLast(
    ({ text }, index) => text.startsWith(".") && build.args[index - 1]?.text !== "-o",
  );
  return posix.normalize(named?.text ?? ".").replace(/\/$/, "");
}

function outputOf(build: Command): string | undefined {
  const at = build.args.findIndex(({ text }) => text === "-o");
  if (at >= 0) return build.args[at + 1]?.text;
  return build.args.find(({ text }) => text.startsWith("-o="))?.text.slice(3);
}

/** The port that a command line names: `--port 80`, `-b 0.0.0.0:80`, `-p 80`. */
export function portIn(words: readonly string[]): number | undefined {
  const line = words.join(" ");
  const found =
    /(?:--port|--bind|--listen|-p|-b)(?:=|\s+)(?:[\w.[\]]*:)?(\d{2,5})(?!\S)/.exec(line)?.[1] ??
    /(?:0\.0\.0\.0|\[::\]):(\d{2,5})(?!\S)/.exec(line)?.[1];
  return found === undefined ? undefined : Number(found);
}
