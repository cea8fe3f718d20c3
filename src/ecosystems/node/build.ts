import { certain, evidence, likely } from "../../project/facts.ts";
import { dig, isRecord } from "../../project/project.ts";
import type { Fact, Project } from "../../project/types.ts";
import { shellWord } from "../shell-word.ts";
import { sources } from "../sources.ts";
import { outDirOf } from "./compiled.ts";
import { endings } from "./endings.ts";
import type { NodeManager, Output } from "./facts.ts";
import type { FrameworkRead } from "./framework-read.ts";
import { script, startLine, startScripts } from "./scripts.ts";
import type { Member } from "./workspace.ts";

const executors = { npm: "npx", pnpm: "pnpm exec", yarn: "yarn", "yarn-berry": "yarn", bun: "bunx" } as const;

/** Names of a build script where none is called build: platforms' own first, then the production one. */
const otherNames: readonly string[] = [
  "build:prod",
  "build:production",
  "build:all",
  "compile",
  "gcp-build",
  "heroku-postbuild",
];

/** The command that builds, as one shell line; undefined when nothing is built. */
export function buildOf(
  project: Project,
  part: Project,
  framework: FrameworkRead | undefined,
  manager: NodeManager,
  member: Member | undefined,
): Fact<string> | undefined {
  const name = ["build", ...otherNames].find((candidate) => script(part, candidate) !== undefined);
  const body = name === undefined ? undefined : script(part, name);
  const runner = manager === "yarn-berry" ? "yarn" : manager;
  const first = startScripts.find((candidate) => script(part, candidate) !== undefined);
  const start = first === undefined ? undefined : startLine(part, first);
  const prepared = (framework?.serving === "static" ? [] : (start?.before ?? []))
    .filter(
      (command) =>
        command !== body &&
        !command.startsWith("echo ") &&
        !(name !== undefined && command.endsWith(` ${name}`)) &&
        !/^\S+(?:\s+run)?(?:\s+-s|\s+--silent)?\s+(?:build|clean|install|i|ci)$|^(?:yarn|npm ci)$/.test(
          command,
        ),
    )
    .map((command) =>
      /^(?:npm|pnpm|yarn|bun|npx|rm|cp|mkdir|test|\[)\s/.test(command)
        ? command
        : `${executors[manager]} ${command}`,
    );
  if (name === undefined || body === undefined) {
    const parts = partsOf(part).map((one) => `${runner} run ${one}`);
    const commands =
      framework?.build === undefined ? [...parts, ...prepared] : [`${executors[manager]} ${framework.build}`];
    if (commands.length === 0) return undefined;
    const command = commands.join(" && ");
    const note =
      framework?.build !== undefined
        ? "the framework's own build"
        : parts.length > 0
          ? "no script is called build; these make what the program serves"
          : "the start script does this in front of the program";
    return likely(
      member === undefined ? command : `(cd ${shellWord(member.folder)} && ${command})`,
      note,
      framework?.build === undefined ? { file: "package.json" } : framework.evidence,
    );
  }
  if (onlyChecks(body) && prepared.length === 0) return undefined;
  const quoted = new RegExp(`"${name}"\\s*:`);
  const migrations = migrationsOf(part, body);
  if (migrations.length > 0) {
    const kept = partsOfChain(body)
      .filter((one) => !migrations.includes(one))
      .map((one) =>
        /^(?:npm|pnpm|yarn|bun|npx|node|rm|cp|mkdir)\s/.test(one) ? one : `${executors[manager]} ${one}`,
      )
      .join(" && ");
    return likely(
      member === undefined ? kept : `(cd ${shellWord(member.folder)} && ${kept})`,
      "the build script without its migration: an image is built without a database",
      evidence(part, "package.json", quoted),
    );
  }
  if (member === undefined)
    return certain(
      [`${runner} run ${name}`, ...prepared].join(" && "),
      evidence(part, "package.json", quoted),
    );
  const found = evidence(project, `${member.folder}/package.json`, quoted);
  if (
    name === "build" &&
    (names(dig(project.json("package.json"), "devDependencies")).includes("turbo") ||
      project.has("turbo.json"))
  )
    return certain(`${executors[manager]} turbo run build --filter=${shellWord(member.name)}...`, found);
  switch (manager) {
    case "pnpm":
      return certain(`pnpm --filter ${shellWord(member.name)}... run ${name}`, found);
    case "npm":
      return certain(`npm run ${name} --workspaces --if-present`, found);
    case "bun":
      return certain(`bun run --filter '*' ${name}`, found);
    case "yarn":
      return certain(`yarn workspace ${shellWord(member.name)} run ${name}`, found);
    case "yarn-berry":
      return certain(
        `yarn workspaces foreach --recursive --topological --from ${shellWord(member.name)} run ${name}`,
        found,
      );
  }
}

const migration =
  /\b(?:prisma (?:migrate deploy|db push)|drizzle-kit (?:migrate|push)|knex migrate|sequelize(?:-cli)? db:migrate|typeorm migration:run|mikro-orm migration:up|payload migrate)\b/;

/** Parts of a build script that change a database, themselves or as a script of the project they call. */
export function migrationsOf(part: Project, body: string): readonly string[] {
  if (/\|\||[;|]/.test(body)) return [];
  const parts = partsOfChain(body);
  const found = parts.filter((one) => {
    const called = /^(?:(?:npm|pnpm|bun)\s+run\s+|yarn\s+(?:run\s+)?)([\w:.-]+)$/.exec(one)?.[1];
    return migration.test(one) || migration.test((called === undefined ? "" : script(part, called)) ?? "");
  });
  return found.length < parts.length ? found : [];
}

function partsOfChain(body: string): readonly string[] {
  return body.split("&&").map((one) => one.trim());
}

/** Scripts that build the parts of a program (its front end, its server) where none builds the whole. */
function partsOf(part: Project): readonly string[] {
  return ["client", "frontend", "web", "ui", "css", "assets", "ts", "server", "backend", "api"]
    .map((name) => `build:${name}`)
    .filter((name) => script(part, name) !== undefined);
}

/** A build script that leaves no files behind it: type checks and linters. */
function onlyChecks(body: string): boolean {
  return body
    .split("&&")
    .every((part) =>
      /^\s*(?:tsc\b.*--noEmit\b|eslint\b|next lint\b|echo\b|biome (?:check|lint)\b|prettier\b.*--check\b)/.test(
        part,
      ),
    );
}

/** What the runtime takes of the build; empty: the sources as they are. */
export function outputOf(
  part: Project,
  framework: FrameworkRead | undefined,
  built: boolean,
  start: readonly string[],
): Fact<readonly Output[]> {
  if (framework?.output)
    return certain(
      framework.serving === "modules"
        ? [...framework.output, ...readAtRunTime(part, framework.output, true)]
        : framework.output,
      framework.evidence,
    );
  if (!built) return certain([]);
  const started = start
    .map((word) => /^(?:\.\/)?([\w.-]+)\//.exec(word)?.[1])
    .find((folder) => folder !== undefined && !["node_modules", "src"].includes(folder));
  const folder = started ?? outDirOf(part)?.split("/")[0];
  if (/^prisma generate\b[^&]*$/.test(script(part, "build") ?? ""))
    return likely([], "the build leaves no files of its own: the sources run as they are");
  const entered = enteredFolders(part);
  // The program starts from its sources, and what the build makes lies somewhere among them (a front end it serves);
  // or it is a tool that reads its own settings.
  if (
    folder === undefined ||
    entered.length > 0 ||
    (started === undefined && start[0] !== "node" && start[0] !== "bun") ||
    start.some((word) => isSource(part, word)) ||
    part.files.some((file) => file.startsWith(`${folder}/`))
  )
    return likely(
      [{ from: ".", to: ".", exclude: entered.map((one) => `${one}/node_modules`) }],
      "the sources run as they are, with what the build leaves among them",
    );
  const extra = ["public", "views", "templates", "static", "assets", "config", "prisma", "migrations"].filter(
    (name) => part.files.some((file) => file.startsWith(`${name}/`)),
  );
  const outputs = [folder, ...extra].map((name) => ({ from: name, to: name }));
  return likely(
    [...outputs, ...readAtRunTime(part, outputs, false)],
    "the folder the start command runs from, and the usual folders read at run time",
  );
}

/** Folders with a package.json of their own that the build goes into: `cd client && npm run build`. */
function enteredFolders(part: Project): readonly string[] {
  const bodies = ["build", "postinstall", ...otherNames, "build:client", "build:frontend"].map(
    (name) => script(part, name) ?? "",
  );
  const found = new Set<string>();
  for (const match of bodies
    .join("\n")
    .matchAll(/(?:\bcd\s+|--prefix[ =]|--cwd[ =]|-C\s+)["']?(?:\.\/)?([\w.-]+)/g)) {
    if (match[1] !== undefined && part.has(`${match[1]}/package.json`)) found.add(match[1]);
  }
  return [...found];
}

/** True for a word of the start command that names a file of the project: `index.js`, `index`, `./bin/www`. */
function isSource(part: Project, word: string): boolean {
  const file = word.replace(/^\.\//, "");
  return [file, `${file}.js`, `${file}/index.js`].some((one) => part.has(one)) && file !== "package.json";
}

/** Names of the top level that no program reads: sources, tests, and what tools are told. */
const toolFolders = /^\.|^(?:src|tests?|e2e|docs?|scripts|node_modules|cypress|spec|examples?)$/;
const toolFiles =
  /^(?:package|pnpm-|tsconfig|jsconfig|README|LICENSE|CHANGELOG|docker-compose|compose|renovate|netlify|vercel|lerna|nest-cli|components|nx|turbo|biome|angular|app)\b|(?:config|rc)\.json$/i;
const dataFiles = /\.(?:ya?ml|json|graphql|gql|proto|sql|html|pug|ejs|hbs|csv|txt|md)$/;
/** A line that makes or reads a path, and no import, which the compiler or the bundler takes care of. */
const makesPath =
  /path\.|join\(|resolve\(|readFile|readdir|createReadStream|__dirname|import\.meta|process\.cwd|static\(|sendFile/;
const belowWork = /process\.cwd\(\)\s*,\s*["'`]([\w.-]+)/g;
const quoted = /["'`](?:\.{0,2}\/)*([\w.-]+)(?:\/[^"'`\n]*)?["'`]/g;

/**
 * Folders of data and data files of the top level that the sources name in a path: `path.join(process.cwd(), "posts")`,
 * and, where no bundler moves the code, `new URL("../../lang/", import.meta.url)`.
 */
function readAtRunTime(part: Project, taken: readonly Output[], bundled: boolean): readonly Output[] {
  const candidates = dataAtTop(part);
  for (const output of taken) candidates.delete(output.from);
  if (candidates.size === 0 || taken.some((output) => output.from === ".")) return [];
  const found = new Set<string>();
  for (const file of sources(part, endings)) {
    if (/(^|\/)(?:scripts|cypress)\/|\.config\./.test(file)) continue;
    for (const line of (part.read(file) ?? "").split("\n")) {
      if (
        bundled
          ? !line.includes("process.cwd")
          : !makesPath.test(line) || /^\s*(?:import|export)\b.*\bfrom\b/.test(line)
      )
        continue;
      for (const match of line.matchAll(bundled ? belowWork : quoted)) {
        const name = match[1] ?? "";
        if (candidates.has(name) && !file.startsWith(`${name}/`)) found.add(name);
      }
    }
  }
  return [...found].sort().map((name) => ({ from: name, to: name }));
}

/** Data files of the top level, and folders in which data outweighs code. */
function dataAtTop(part: Project): Set<string> {
  const weights = new Map<string, number>();
  for (const file of part.files) {
    const [top = "", ...rest] = file.split("/");
    if (rest.length === 0 ? dataFiles.test(top) && !toolFiles.test(top) : !toolFolders.test(top))
      weights.set(top, (weights.get(top) ?? 0) + (/\.[cm]?[jt]sx?$/.test(file) ? -1 : 1));
  }
  return new Set([...weights].filter(([, weight]) => weight > 0).map(([name]) => name));
}

function names(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value) : [];
}
