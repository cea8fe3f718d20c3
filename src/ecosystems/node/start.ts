import { certain, evidence, given, likely } from "../../project/facts.ts";
import { dig, text } from "../../project/project.ts";
import type { Evidence, Fact, Project } from "../../project/types.ts";
import { commandWords, readProcfile } from "../procfile.ts";
import type { Parameters } from "../types.ts";
import type { NodeManager } from "./facts.ts";

/** The process of a plain program: Procfile, start script, main, a usual file name. Undefined when there is none. */
export function readStart(
  project: Project,
  manager: NodeManager,
  port: number | undefined,
  parameters: Parameters,
): Fact<readonly string[]> | undefined {
  if (parameters.start) return given(parameters.start, "start");
  const manifest = project.json("package.json");
  const script = (name: string): string | undefined => text(dig(manifest, "scripts", name));
  const web = readProcfile(project).find((entry) => entry.type === "web");
  const fromProcfile = web && direct(web.command, port, web.evidence);
  if (fromProcfile) return fromProcfile;
  // Nest's start script compiles first; the production one runs what was compiled.
  const name = ["start:prod", "start:production", "start", "serve"].find(
    (candidate) => script(candidate) !== undefined,
  );
  const line = name === undefined ? undefined : followed(script, name);
  if (name !== undefined && line !== undefined) {
    const found = evidence(project, "package.json", new RegExp(`"${name}"\\s*:`));
    if (/^nest start/.test(line))
      return likely(["node", "dist/main.js"], "what nest start runs after compiling", found);
    const served = /^nx serve\b/.test(line) ? nxOutput(project) : undefined;
    if (served) return likely(["node", served], "what nx build leaves: nx serve is for development", found);
    const words = direct(line, port, found);
    if (words) return words;
    const runner = manager === "yarn-berry" ? "yarn" : manager;
    return likely([runner, "run", name], "the script needs a shell", found);
  }
  const main = text(dig(manifest, "main")) ?? text(dig(manifest, "module"));
  const files = [
    main?.replace(/^\.\//, ""),
    "server.js",
    "index.js",
    "app.js",
    "src/index.js",
    "src/server.js",
    "src/app.js",
    "index.mjs",
    "server.mjs",
    ...(manager === "bun" ? ["index.ts", "src/index.ts", "index.tsx"] : []),
  ];
  const file = files.find((candidate) => candidate !== undefined && project.has(candidate));
  if (file === undefined) return undefined;
  return likely(
    [manager === "bun" ? "bun" : "node", file],
    file === main ? "package.json's main" : "the usual name of an entry point",
    main === undefined ? { file } : evidence(project, "package.json", /"(main|module)"/),
  );
}

/** The file that the build target of a single Nx project writes. */
function nxOutput(project: Project): string | undefined {
  const options = dig(project.json("project.json"), "targets", "build", "options");
  const folder = text(dig(options, "outputPath"));
  const main = text(dig(options, "main"))
    ?.split("/")
    .at(-1)
    ?.replace(/\.tsx?$/, ".js");
  return folder === undefined || main === undefined ? undefined : `${folder}/${main}`;
}

/** A script's line; where it only calls another script, that one's. */
function followed(script: (name: string) => string | undefined, name: string): string | undefined {
  let line = script(name);
  for (let steps = 0; steps < 5 && line !== undefined; steps++) {
    const next = /^(?:(?:npm|pnpm|bun)\s+run|yarn(?:\s+run)?)\s+([\w:.-]+)$/.exec(line.trim())?.[1];
    const found = next === undefined ? undefined : script(next);
    if (found === undefined) break;
    line = found;
  }
  return line;
}

/** A script's command without the package manager in between; undefined when it needs a shell. */
function direct(
  line: string,
  port: number | undefined,
  found: Evidence,
): Fact<readonly string[]> | undefined {
  const bare = line
    .replace(/^(?:npx\s+)?(?:cross-env(?:-shell)?\s+)?(?:NODE_ENV=\w+\s+)*/, "")
    .replace(/^(?:npx|bunx|yarn dlx)\s+/, "");
  const words = commandWords(bare, port);
  const [program, ...rest] = words ?? [];
  if (
    program === undefined ||
    [
      "npm",
      "pnpm",
      "yarn",
      "cd",
      "turbo",
      "nx",
      "concurrently",
      "npm-run-all",
      "run-s",
      "run-p",
      "dotenv",
      "lerna",
    ].includes(program)
  )
    return undefined;
  if (program === "node" || program === "bun" || program === "deno")
    return certain([program, ...rest], found);
  if (["nodemon", "node-dev", "supervisor"].includes(program)) {
    const target = rest.find((word) => !word.startsWith("-"));
    return target === undefined
      ? undefined
      : likely(["node", target], `${program} restarts on edits: in an image node runs the file`, found);
  }
  return certain([`node_modules/.bin/${program}`, ...rest], found);
}
