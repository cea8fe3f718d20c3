import { certain, evidence, given, likely } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Evidence, Fact, Project } from "../../project/types.ts";
import { webProcess } from "../platforms.ts";
import { commandWords } from "../procfile.ts";
import type { Parameters } from "../types.ts";
import { compiledFile } from "./compiled.ts";
import type { NodeManager } from "./facts.ts";
import { isPublished, script, startLine, startScripts } from "./scripts.ts";

/** The process of a plain program: Procfile, start script, main, a usual file name. Undefined when there is none. */
export function readStart(
  project: Project,
  manager: NodeManager,
  port: number | undefined,
  parameters: Parameters,
): Fact<readonly string[]> | undefined {
  if (parameters.start) return given(parameters.start, "start");
  const stated = webProcess(project);
  const fromStated = stated && fromLine(project, stated.command, port, stated.evidence);
  if (fromStated) return fromStated;
  const scripts = startScripts.filter(
    (name) => script(project, name) !== undefined && !onlyDevelops(project, name),
  );
  // Nest's start script compiles first; the production one runs what was compiled.
  for (const name of scripts) {
    const found = fromScript(project, name, port);
    if (found) return found;
  }
  const [name] = scripts;
  if (name !== undefined) {
    // npm is in every image of Node.js; the project's own manager was for the build.
    return likely(
      [manager === "bun" ? "bun" : "npm", "run", name],
      "the script needs a shell",
      evidence(project, "package.json", new RegExp(`"${name}"\\s*:`)),
    );
  }
  const manifest = project.json("package.json");
  const named = text(dig(manifest, "main")) ?? text(dig(manifest, "module"));
  const main = /\.(?:json|css|html|wasm)$/.test(named ?? "") ? undefined : named;
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
  // A file that only gives something to importers starts nothing; main decides where it is named.
  const file = files.find(
    (candidate, index) =>
      candidate !== undefined &&
      project.has(candidate) &&
      (index === 0 || !onlyExports(project, candidate, manager)),
  );
  if (isPublished(manifest)) return undefined;
  const compiled = file === undefined ? compiledMain(project, main) : undefined;
  if (compiled !== undefined)
    return likely(
      ["node", compiled],
      "package.json's main, which the build makes",
      evidence(project, "package.json", '"main"'),
    );
  if (file === undefined && main === undefined) return compiledUsual(project);
  if (file === undefined || (file === main?.replace(/^\.\//, "") && onlyExports(project, file, manager)))
    return undefined;
  return likely(
    [...(manager === "bun" ? ["bun"] : runnerOf(project, file)), file],
    file === main ? "package.json's main" : "the usual name of an entry point",
    main === undefined ? { file } : evidence(project, "package.json", /"(main|module)"/),
  );
}

/** The main file when the build makes it of a TypeScript source. */
function compiledMain(project: Project, main: string | undefined): string | undefined {
  const wanted = main?.replace(/^\.\//, "");
  const stem = wanted?.replace(/^.*\//, "").replace(/\.[cm]?js$/, "");
  const source = project.files.find((file) => file === `${stem}.ts` || file === `src/${stem}.ts`);
  return wanted !== undefined && compiledFile(project, source) === wanted ? wanted : undefined;
}

/** A usual entry point in TypeScript, as the build compiles it. */
function compiledUsual(project: Project): Fact<readonly string[]> | undefined {
  for (const file of [
    "server.ts",
    "index.ts",
    "app.ts",
    "src/server.ts",
    "src/index.ts",
    "src/main.ts",
    "src/app.ts",
  ]) {
    const made = compiledFile(project, file);
    if (made !== undefined && !onlyExports(project, file, "npm"))
      return likely(["node", made], `what the build makes of ${file}, the usual name of an entry point`, {
        file,
      });
  }
  return undefined;
}

/** The main file, when it is there. */
function mainOf(project: Project): string | undefined {
  const main = text(dig(project.json("package.json"), "main"))?.replace(/^\.\//, "");
  return main !== undefined && project.has(main) ? main : undefined;
}

/** True for a file that gives something to importers and starts nothing itself. */
function onlyExports(project: Project, file: string, manager: NodeManager): boolean {
  const body = project.read(file);
  if (body === undefined) return true;
  return (
    /odule\.exports\b|^exports\.\w|^export\s/m.test(body) &&
    !/\.listen\(|createServer\(|\.start\(|\.run\(|\.launch\(|\.login\(|^\s*main\(|\bserve\(/m.test(body) &&
    // Bun serves what such a file exports; Node.js does nothing with it.
    !(manager === "bun" && /^export default\b/m.test(body))
  );
}

/** The program of a start script as words; undefined when it needs a shell or only watches the sources. */
function fromScript(
  project: Project,
  name: string,
  port: number | undefined,
): Fact<readonly string[]> | undefined {
  const line = startLine(project, name)?.line;
  if (line === undefined) return undefined;
  const found = evidence(project, "package.json", new RegExp(`"${name}"\\s*:`));
  if (/^nest start/.test(line))
    return likely(["node", "dist/main.js"], "what nest start runs after compiling", found);
  const served = /^nx serve\b/.test(line) ? nxOutput(project) : undefined;
  if (served) return likely(["node", served], "what nx build leaves: nx serve is for development", found);
  return direct(project, line, port, found);
}

/** The interpreter that a script's first line names. */
function shellOf(body: string | undefined): string {
  const first = /^#!\s*(?:\/usr\/bin\/env\s+)?(\S+)/
    .exec(body ?? "")?.[1]
    ?.split("/")
    .at(-1);
  return first !== undefined && ["bash", "node", "bun"].includes(first) ? first : "sh";
}

/** A command line that somebody stated: a script of package.json that it calls, or the program itself. */
function fromLine(
  project: Project,
  line: string,
  port: number | undefined,
  found: Evidence,
): Fact<readonly string[]> | undefined {
  const called = /^(?:(?:npm|pnpm|bun)\s+run(?:-script)?\s+|yarn\s+(?:run\s+)?)([\w:.-]+)$/.exec(
    line.trim(),
  )?.[1];
  if (called !== undefined && script(project, called) !== undefined)
    return onlyDevelops(project, called) ? undefined : fromScript(project, called, port);
  return direct(project, line, port, found);
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

/** Development servers of bundlers and frameworks: in production what they show is built. */
const developers =
  /^(?:webpack-dev-server|webpack serve|vite(?: dev| serve| preview)?(?=\s+-|$)|next dev|nuxt dev|nuxi dev|astro dev|ng serve|gulp|grunt|parcel(?! build)|rspack (?:serve|dev)|rsbuild dev|snowpack|storybook|start-storybook|ember (?:serve|server|s)\b|polymer serve|brunch watch|stencil build\b.*--(?:serve|watch)|sapper dev|nitro dev|nitropack dev|vinxi dev|umi dev|max dev|preact watch|gatsby develop|docusaurus(?:-start| start)|eleventy\b.*--serve|hexo server?|vuepress dev|vitepress dev|react-scripts start|vue-cli-service serve|sanity (?:start|dev)|remix dev|react-router dev|redwood dev|rw dev|live-server|browser-sync|web-dev-server|wds)(?![\w-])/;

/** The line of a start script that is a development server: nothing a production image starts. */
export function developmentServer(project: Project): string | undefined {
  const name = startScripts.find((one) => script(project, one) !== undefined && onlyDevelops(project, one));
  return name === undefined ? undefined : startLine(project, name)?.line;
}

function onlyDevelops(project: Project, name: string): boolean {
  return develops(bareCommand(startLine(project, name)?.line ?? ""));
}

/** A development server, or a builder that builds again after each edit. */
function develops(command: string): boolean {
  return (
    developers.test(command) ||
    /^(?:rollup|webpack|tsc|tsup|esbuild|swc|rspack)\b.*\s(?:-w|--watch)\b/.test(command)
  );
}

const shells = [
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
  "lerna",
];
/** Programs of the image itself. */
const system = ["sh", "bash", "echo", "env", "exec", "sleep", "cat", "tail", "true"];
/** Programs that run another one again after each edit. */
const watchers = ["nodemon", "node-dev", "supervisor", "ts-node-dev", "tsnd", "forever"];
/** Programs that compile TypeScript while they run it. */
const compilers = ["ts-node", "tsx", "ts-node-esm", "babel-node", "vite-node", "ts-node-dev", "tsnd"];

/** A line without what sets the environment, and without what looks a program up. */
function bareCommand(line: string): string {
  return line
    .replace(/^(?:npx\s+)?(?:cross-env(?:-shell)?\s+)?(?:(?:NODE_ENV|PORT)=(?:[\w$]+|\$\{[^}]*\})\s+)*/, "")
    .replace(
      /^(?:npx\s+)?(?:dotenv(?:\s+-[ec]\s+\S+|\s+-c)*(?:\s+--)?|env-cmd(?:\s+-f\s+\S+|\s+\S*\.env\S*)?(?:\s+--)?)\s+/,
      "",
    )
    .replace(/^(?:npx|bunx|yarn dlx)\s+/, "")
    .replace(/\s--env-file[= ]\S+/g, "")
    .replace(/^(?:\.\/)?node_modules\/\.bin\//, "");
}

/**
 * A script's command without the package manager and without what sets the environment, which an image's ENV and the
 * container's own environment do; undefined when it needs a shell.
 */
function direct(
  project: Project,
  line: string,
  port: number | undefined,
  found: Evidence,
): Fact<readonly string[]> | undefined {
  const bare = bareCommand(line);
  if (develops(bare)) return undefined;
  const words = commandWords(bare, port);
  const [program, ...rest] = words ?? [];
  if (program === undefined || shells.includes(program)) return undefined;
  const file = program.replace(/^\.\//, "");
  if (program.includes("/") || system.includes(program))
    return project.has(file)
      ? likely(
          [shellOf(project.read(file)), file, ...rest],
          "run by its shell: the copy may lack the mode",
          found,
        )
      : certain([program, ...rest], found);
  const executed = watchers.includes(program) ? executedLine(rest) : undefined;
  if (executed !== undefined) return direct(project, executed, port, found);
  const target = rest.find(
    (word, index) => /\w\.[cm]?[jt]sx?$/.test(word) && !/^-/.test(rest[index - 1] ?? ""),
  );
  if (compilers.includes(program) || (watchers.includes(program) && /\.[cm]?tsx?$/.test(target ?? ""))) {
    const file = compiledFile(project, target);
    if (file !== undefined)
      return likely(
        ["node", file],
        `what the build makes of ${target}: ${program} is for development`,
        found,
      );
  }
  if (program === "pm2") {
    const settings = rest.find((word) => /\.(?:json|ya?ml)$|\.config\.[cm]?js$/.test(word));
    if (settings !== undefined)
      return likely(
        ["node_modules/.bin/pm2-runtime", settings],
        "pm2 start leaves; pm2-runtime stays",
        found,
      );
    return target === undefined
      ? undefined
      : likely(["node", target], "in a container the engine is the process manager", found);
  }
  if (program === "node" || program === "bun" || program === "deno") {
    if (!rest.includes("--watch")) return certain([program, ...rest], found);
    const steady = rest.filter((word) => !word.startsWith("--watch"));
    return likely([program, ...steady], "--watch is for development", found);
  }
  if (watchers.includes(program)) {
    // What follows an option is its value: `--ignore test/`. Without a file, the package's main is watched.
    const file =
      target ??
      rest.find((word, index) => !word.startsWith("-") && !/^-/.test(rest[index - 1] ?? "")) ??
      mainOf(project);
    return file === undefined
      ? undefined
      : likely(
          [...runnerOf(project, file), file],
          `${program} restarts on edits: in an image nothing does`,
          found,
        );
  }
  return certain([`node_modules/.bin/${program}`, ...rest], found);
}

/** What `nodemon --exec "ts-node -r x" src/main.ts` runs again: `ts-node -r x src/main.ts`. */
function executedLine(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word === "--exec" || word === "-x");
  const line = words[at + 1];
  if (at < 0 || line === undefined || !compilers.includes(line.split(/\s+/)[0] ?? "")) return undefined;
  const file = words.find((word, index) => index > at + 1 && /\w\.[cm]?[jt]sx?$/.test(word));
  return file === undefined || line.includes(file) ? line : `${line} ${file}`;
}

/** What runs a source file: a compiler among the dependencies where it is TypeScript, else Node.js, which drops its types. */
function runnerOf(project: Project, file: string): readonly string[] {
  if (!/\.[cm]?tsx?$/.test(file)) return ["node"];
  const manifest = project.json("package.json");
  const compiler = ["tsx", "ts-node"].find((name) =>
    ["dependencies", "devDependencies"].some((group) => dig(manifest, group, name) !== undefined),
  );
  return compiler === undefined ? ["node"] : [`node_modules/.bin/${compiler}`];
}

/** Packages whose programs have other names than they. */
const brings: Readonly<Record<string, readonly string[]>> = {
  "babel-node": ["@babel/node", "babel-cli"], "ts-node-esm": ["ts-node"], tsnd: ["ts-node-dev"], nest: ["@nestjs/cli"],
  fastify: ["fastify-cli"], medusa: ["@medusajs/cli"], strapi: ["@strapi/strapi"], "functions-framework": ["@google-cloud/functions-framework"],
}; // biome-ignore format: a table

/** True when the program that is started is a development dependency: installing without these would leave it out. */
export function startsFromDevelopment(project: Project, start: readonly string[]): boolean {
  const program = /^node_modules\/\.bin\/(.+)$/.exec(start[0] ?? "")?.[1];
  const loaders = start.flatMap((word, index) =>
    /^(?:-r|--require|--import|--loader)$/.test(start[index - 1] ?? "") ? [word] : [],
  );
  const manifest = project.json("package.json");
  const development = dig(manifest, "devDependencies");
  const production = dig(manifest, "dependencies");
  const within = (names: unknown, name: string): boolean => isRecord(names) && name in names;
  return [...(program === undefined ? [] : [program]), ...loaders].some((name) => {
    const bare = /^(@[^/]+\/[^/]+|[^/.][^/]*)/.exec(name)?.[1];
    const packages = bare === undefined ? [] : [bare, ...(brings[bare] ?? [])];
    return (
      packages.some((one) => within(development, one)) && !packages.some((one) => within(production, one))
    );
  });
}
