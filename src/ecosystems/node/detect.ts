import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import { dig, isRecord, subproject, text } from "../../project/project.ts";
import type { AppType, Fact, Project } from "../../project/types.ts";
import { handlesSignals } from "../init.ts";
import { nativePackages } from "../native-packages.ts";
import { shellWord } from "../shell-word.ts";
import { sources } from "../sources.ts";
import type { Detection, Parameters, Recognition } from "../types.ts";
import { settleVersion } from "../versions.ts";
import type { NodeFacts, NodeManager, Output } from "./facts.ts";
import { type FrameworkRead, readFramework } from "./frameworks.ts";
import { nodeHealthPath } from "./health.ts";
import { manifestFolders, manifestsOf, readManager, readManagerVersion } from "./manager.ts";
import { engineless, readPrisma } from "./prisma.ts";
import { readStart } from "./start.ts";
import { readVersion } from "./version.ts";
import { type Member, readWorkspace } from "./workspace.ts";

const endings = [".js", ".ts", ".mjs", ".cjs", ".mts", ".tsx", ".jsx"];

/** A package.json makes a Node.js project. */
export function recogniseNode(project: Project): Recognition | undefined {
  if (!project.has("package.json")) {
    const loose = ["index.js", "server.js", "app.js", "index.mjs"].find((file) => project.has(file));
    return loose === undefined ? undefined : { strength: 1, evidence: [{ file: loose }] };
  }
  const manifest = project.json("package.json");
  const serves =
    ["start", "start:prod"].some((name) => text(dig(manifest, "scripts", name)) !== undefined) ||
    readFramework(project) !== undefined;
  return { strength: serves ? 3 : 2, evidence: [{ file: "package.json" }] };
}

/** Reads a Node.js project: facts, or why there is no honest answer. */
export function detectNode(project: Project, parameters: Parameters): Detection<NodeFacts> {
  const choice = readManager(project, parameters);
  if (choice.kind === "conflict") {
    return {
      kind: "refused",
      reason: `lock files of ${choice.managers.join(" and ")} disagree about who installs the dependencies`,
      found: choice.found,
      decide: `packageManager (${choice.managers.join(" or ")}), or delete the lock file that is not used`,
    };
  }
  const members = readWorkspace(project);
  const chosen = members === undefined ? undefined : chooseMember(project, members, parameters);
  if (chosen?.kind === "none") return chosen.answer;
  const member = chosen?.kind === "member" ? chosen.member : undefined;
  const part = member === undefined ? project : subproject(project, member.folder);
  return read({
    project,
    part,
    member,
    workspace: members !== undefined,
    manager: choice.manager,
    lockfile: choice.lockfile,
    parameters,
  });
}

interface Reading {
  readonly project: Project;
  /** The package that ships. */
  readonly part: Project;
  readonly member: Member | undefined;
  readonly workspace: boolean;
  readonly manager: Fact<NodeManager>;
  readonly lockfile: string | undefined;
  readonly parameters: Parameters;
}

function read(reading: Reading): Detection<NodeFacts> {
  const { project, part, member, manager, lockfile, parameters } = reading;
  const manifest = part.json("package.json");
  const framework = readFramework(part);
  const other = parameters.start === undefined ? otherLanguage(part) : undefined;
  if (other) return other;
  if (framework?.refuse && parameters.start === undefined) {
    return {
      kind: "refused",
      reason: framework.refuse.reason,
      found: [framework.evidence],
      decide: framework.refuse.decide,
    };
  }
  const port = portOf(part, framework, parameters);
  const start = startOf(part, framework, manager.value, port?.value, parameters);
  if (!start) {
    const library = text(dig(manifest, "main")) !== undefined || isRecord(dig(manifest, "exports"));
    return {
      kind: "refused",
      reason: library
        ? "this looks like a library: package.json has an entry for importers and no start script"
        : "package.json has no start script and no main, and no usual entry file is there",
      found: [{ file: member ? `${member.folder}/package.json` : "package.json" }],
      decide: 'start (the command that runs it, for example "node dist/server.js"), or a start script',
    };
  }
  const serving = framework?.serving ?? "modules";
  const appType: Fact<AppType> =
    parameters.appType !== undefined
      ? given(parameters.appType, "appType")
      : framework && (port || serving === "static")
        ? certain(framework.appType, framework.evidence)
        : port
          ? likely("api", "it listens on a port")
          : likely("worker", "it listens on no port");
  const served = appType.value === "api" || appType.value === "frontend";
  const servedPort =
    serving === "static"
      ? parameters.port === undefined
        ? certain(8080)
        : given(parameters.port, "port")
      : port;
  const health =
    parameters.healthPath !== undefined
      ? given(parameters.healthPath, "healthPath")
      : serving === "static"
        ? certain("/")
        : nodeHealthPath(part, framework?.name, endings);
  const production = names(dig(manifest, "dependencies"));
  const development = names(dig(manifest, "devDependencies"));
  const native = nativePackages(
    "npm",
    production.filter((name) => !engineless(part, name)),
    [],
  );
  const build = buildOf(project, part, framework, manager.value, member);
  const prisma = readPrisma(project, part, manager.value, member);
  const managerVersion = readManagerVersion(project, manager.value);
  const token = registryToken(project);
  const strict =
    manager.value === "yarn-berry" &&
    !/^nodeLinker:\s*["']?(node-modules|pnpm)/m.test(project.read(".yarnrc.yml") ?? "");
  // A program of node_modules/.bin is nowhere under Plug'n'Play: then the same lock file fills a node_modules.
  const linked = strict && (start.value[0]?.startsWith("node_modules/") ?? false);
  const plugAndPlay = strict && !linked;
  const name = text(dig(manifest, "name"));
  const version = settleVersion(
    readVersion(
      member && (part.has(".nvmrc") || text(dig(manifest, "engines", "node"))) ? part : project,
      parameters,
    ),
    "node",
    parameters,
  );
  return {
    kind: "app",
    warnings: [
      ...(lockfile === undefined && production.length > 0
        ? ["no lock file: two builds may install different versions; commit one"]
        : []),
      ...(framework?.warnings ?? []),
      ...(start.value.some((word) => /(^|\/)(tsx|ts-node|vite-node|babel-node)$/.test(word)) &&
      development.some((dependency) => /^(tsx|ts-node|vite-node)$/.test(dependency))
        ? [
            "the start command needs a development dependency (a TypeScript runner): compile in the build, or move it to dependencies",
          ]
        : []),
    ],
    facts: {
      name:
        name === undefined
          ? likely(part.name, "the folder's name")
          : certain(name.replace(/^@[^/]+\//, ""), evidence(part, "package.json", '"name"')),
      version,
      packageManager: manager,
      ...(managerVersion ? { managerVersion } : {}),
      appType,
      manifests: certain(manifestsOf(project, manager.value, lockfile, reading.workspace)),
      ...(lockfile === undefined ? {} : { lockfile: certain(lockfile, { file: lockfile }) }),
      ...(framework ? { framework: certain(framework.name, framework.evidence) } : {}),
      serving: certain(serving),
      start:
        plugAndPlay && start.value[0] === "node"
          ? {
              ...start,
              value: [
                "node",
                ...plugAndPlayOptions(project, part, member, managerVersion?.value),
                ...start.value.slice(1),
              ],
            }
          : start,
      ...(build ? { build } : {}),
      output: outputOf(part, framework, build !== undefined, start.value),
      ...(servedPort && served ? { port: servedPort } : {}),
      ...(health && servedPort && served ? { healthPath: health } : {}),
      dependencies: certain([...production, ...development]),
      hasProductionDependencies: certain(
        production.length > 0 ||
          (member !== undefined && names(dig(project.json("package.json"), "dependencies")).length > 0),
      ),
      buildPackages: {
        value: native.build,
        evidence: native.because.map((library) => evidence(part, "package.json", `"${library}"`)),
        confidence: "likely",
      },
      runPackages: {
        value: native.run,
        evidence: native.because.map((library) => evidence(part, "package.json", `"${library}"`)),
        confidence: "likely",
      },
      ...(token ? { registryToken: token } : {}),
      installNeedsSource: certain(needsSource(project, part, production)),
      ...(prisma ? { prismaGenerate: prisma } : {}),
      ...(member
        ? {
            workspace: certain(member.folder, { file: `${member.folder}/package.json` }),
            workspaceName: certain(member.name),
          }
        : {}),
      inWorkspace: certain(reading.workspace),
      plugAndPlay: certain(plugAndPlay),
      environment: certain(framework?.environment ?? []),
      buildEnvironment: certain([
        ...(framework?.buildEnvironment ?? []),
        ...(linked ? [["YARN_NODE_LINKER", "node-modules"] as const] : []),
        ...(production.includes("puppeteer") ? [["PUPPETEER_SKIP_DOWNLOAD", "true"] as const] : []),
      ]),
      handlesSignals: signals(part, framework),
      manifestFolders: certain(manifestFolders(project, manager.value)),
      settings: certain(framework?.settings ?? []),
    },
  };
}

/** Node.js' options under Plug'n'Play; Yarn writes the loader when a package of the workspace is made of ES modules. */
function plugAndPlayOptions(
  project: Project,
  part: Project,
  member: Member | undefined,
  yarn: string | undefined,
): readonly string[] {
  const root = member === undefined ? "." : "/app";
  const modules = [project, part].some((one) => dig(one.json("package.json"), "type") === "module");
  const file = !modules && yarn !== undefined && /^2\b/.test(yarn) ? ".pnp.js" : ".pnp.cjs";
  return ["-r", `${root}/${file}`, ...(modules ? ["--experimental-loader", `${root}/.pnp.loader.mjs`] : [])];
}

/** A package.json that only builds the assets of an application in a language we do not know. */
function otherLanguage(part: Project): Extract<Detection<NodeFacts>, { kind: "refused" }> | undefined {
  const others: readonly (readonly [file: string, language: string])[] = [
    ["composer.json", "PHP"],
    ["Gemfile", "Ruby"],
    ["mix.exs", "Elixir"],
  ];
  const found = others.find(([file]) => part.has(file));
  const serves = readStart(part, "npm", undefined, {
    variant: "production",
    upgrade: false,
    tests: false,
    today: "",
  });
  const program = serves?.value[0]?.replace("node_modules/.bin/", "") ?? "";
  const starts = ["ruby", "bundle", "rails", "php", "mix", "elixir"].includes(program);
  if (found === undefined ? !starts : serves !== undefined && !starts) return undefined;
  const [file, language] = found ?? ["package.json", "another language"];
  return {
    kind: "refused",
    reason: `this is an application in ${language} (${file}); its package.json builds assets only`,
    found: [{ file }],
    decide: `start, if a Node.js process is what ships; ${language} is not among the languages`,
  };
}

function chooseMember(
  project: Project,
  members: readonly Member[],
  parameters: Parameters,
):
  | { kind: "root" }
  | { kind: "member"; member: Member }
  | { kind: "none"; answer: Exclude<Detection<NodeFacts>, { kind: "app" }> } {
  const wanted = parameters.app?.replace(/^\.\//, "").replace(/\/$/, "");
  if (wanted !== undefined) {
    if (wanted === "." || wanted === "") return { kind: "root" };
    const found = members.find(
      (member) =>
        member.folder === wanted || member.name === wanted || member.folder.split("/").at(-1) === wanted,
    );
    if (found) return { kind: "member", member: found };
  }
  const rootStart = text(dig(project.json("package.json"), "scripts", "start"));
  const entered = /^cd\s+(\S+?)\/?\s*&&\s*(?:npm|pnpm|yarn|bun)\b/
    .exec(rootStart ?? "")?.[1]
    ?.replace(/^\.\//, "");
  const inside = wanted === undefined ? members.find((member) => member.folder === entered) : undefined;
  if (inside) return { kind: "member", member: inside };
  const ownProgram =
    rootStart !== undefined &&
    !/\b(turbo|nx|lerna|--filter|--workspace|-w\s|workspaces?\s+foreach|concurrently)\b/.test(rootStart);
  if (wanted === undefined && (ownProgram || parameters.start !== undefined)) return { kind: "root" };
  const deployable = members.filter((member) => member.deployable !== undefined);
  const [only] = deployable;
  if (wanted === undefined && only && deployable.length === 1) return { kind: "member", member: only };
  if (deployable.length === 0 && wanted === undefined) return { kind: "root" };
  return {
    kind: "none",
    answer: {
      kind: "choice",
      apps: deployable.flatMap((member) => (member.deployable ? [member.deployable] : [])),
      why:
        wanted === undefined
          ? "the workspace holds several applications"
          : `no package of the workspace is called ${wanted}`,
    },
  };
}

function startOf(
  part: Project,
  framework: FrameworkRead | undefined,
  manager: NodeManager,
  port: number | undefined,
  parameters: Parameters,
): Fact<readonly string[]> | undefined {
  if (parameters.start) return given(parameters.start, "start");
  if (framework?.serving === "static") return certain([], framework.evidence);
  if (framework?.start) return certain(framework.start(port ?? framework.port ?? 3000), framework.evidence);
  return readStart(part, manager, port, parameters);
}

function buildOf(
  project: Project,
  part: Project,
  framework: FrameworkRead | undefined,
  manager: NodeManager,
  member: Member | undefined,
): Fact<string> | undefined {
  const script = text(dig(part.json("package.json"), "scripts", "build"));
  const runner = manager === "yarn-berry" ? "yarn" : manager;
  if (script !== undefined && onlyChecks(script)) return undefined;
  if (script === undefined) {
    if (framework?.build === undefined) return undefined;
    const exec = { npm: "npx", pnpm: "pnpm exec", yarn: "yarn", "yarn-berry": "yarn", bun: "bunx" }[manager];
    const command = `${exec} ${framework.build}`;
    return likely(
      member === undefined ? command : `(cd ${shellWord(member.folder)} && ${command})`,
      "the framework's own build",
      framework.evidence,
    );
  }
  if (member === undefined)
    return certain(`${runner} run build`, evidence(part, "package.json", /"build"\s*:/));
  const found = evidence(project, `${member.folder}/package.json`, /"build"\s*:/);
  if (
    names(dig(project.json("package.json"), "devDependencies")).includes("turbo") ||
    project.has("turbo.json")
  ) {
    const exec = { npm: "npx", pnpm: "pnpm exec", yarn: "yarn", "yarn-berry": "yarn", bun: "bunx" }[manager];
    return certain(`${exec} turbo run build --filter=${shellWord(member.name)}...`, found);
  }
  switch (manager) {
    case "pnpm":
      return certain(`pnpm --filter ${shellWord(member.name)}... run build`, found);
    case "npm":
      return certain(`npm run build --workspaces --if-present`, found);
    case "bun":
      return certain(`bun run --filter '*' build`, found);
    case "yarn":
      return certain(`yarn workspace ${shellWord(member.name)} run build`, found);
    case "yarn-berry":
      return certain(
        `yarn workspaces foreach --recursive --topological --from ${shellWord(member.name)} run build`,
        found,
      );
  }
}

/** A build script that leaves no files behind it: type checks and linters. */
function onlyChecks(script: string): boolean {
  return script
    .split("&&")
    .every((part) =>
      /^\s*(?:tsc\b.*--noEmit\b|eslint\b|next lint\b|echo\b|biome (?:check|lint)\b|prettier\b.*--check\b)/.test(
        part,
      ),
    );
}

function outputOf(
  part: Project,
  framework: FrameworkRead | undefined,
  built: boolean,
  start: readonly string[],
): Fact<readonly Output[]> {
  if (framework?.output) return certain(framework.output, framework.evidence);
  if (!built) return certain([]);
  const outDir =
    /"outDir"\s*:\s*"(?:\.\/)?([^"/]+)/.exec(part.read("tsconfig.build.json") ?? "")?.[1] ??
    /"outDir"\s*:\s*"(?:\.\/)?([^"/]+)/.exec(part.read("tsconfig.json") ?? "")?.[1];
  const started = start
    .map((word) => /^(?:\.\/)?([\w.-]+)\//.exec(word)?.[1])
    .find((folder) => folder !== undefined && !["node_modules", "src"].includes(folder));
  const script = text(dig(part.json("package.json"), "scripts", "build")) ?? "";
  const folder = started ?? outDir;
  if (/^prisma generate\b[^&]*$/.test(script))
    return likely([], "the build leaves no files of its own: the sources run as they are");
  // The program starts from its sources, and what the build makes lies somewhere among them (a front end it serves).
  if (folder === undefined || part.files.some((file) => file.startsWith(`${folder}/`)))
    return likely(
      [{ from: ".", to: "." }],
      "the sources run as they are, with what the build leaves among them",
    );
  const extra = ["public", "views", "templates", "static", "assets", "config", "prisma", "migrations"].filter(
    (name) => part.files.some((file) => file.startsWith(`${name}/`)),
  );
  return likely(
    [folder, ...extra].map((name) => ({ from: name, to: name })),
    "the folder the start command runs from, and the usual folders read at run time",
  );
}

/** What a server says of its port, the surest form first: the variable's default, a listen call, a name. */
const portPatterns: readonly RegExp[] = [
  /(?:env\.PORT|env\[["']PORT["']\]|env\(?["']?PORT["']?\)?)\s*(?:\|\||\?\?|,)\s*(?:[\w.]+\s*(?:\|\||\?\?)\s*)*["'`]?(\d{2,5})\b/,
  /\.listen\(\s*(?:\{\s*port:\s*)?["'`]?(\d{2,5})\b/,
  /\bport\s*[=:]\s*(?:Number\(|parseInt\()?["'`]?(\d{2,5})\b/i,
];

function portOf(
  project: Project,
  framework: FrameworkRead | undefined,
  parameters: Parameters,
): Fact<number> | undefined {
  if (parameters.port !== undefined) return given(parameters.port, "port");
  const fromStart = /(?:--port[= ]|-p[= ]?|PORT=)(\d{2,5})/.exec(
    text(dig(project.json("package.json"), "scripts", "start")) ?? "",
  )?.[1];
  if (fromStart !== undefined)
    return certain(Number(fromStart), evidence(project, "package.json", /"start"\s*:/));
  if (framework?.port !== undefined && framework.start)
    return assumed(framework.port, `${framework.name}'s usual port`);
  const files = serverFirst(project, parameters);
  for (const pattern of portPatterns) {
    for (const file of files) {
      const found = pattern.exec(project.read(file) ?? "")?.[1];
      if (found !== undefined && ![25, 465, 587, 5432, 3306, 6379, 27017].includes(Number(found)))
        return certain(Number(found), evidence(project, file, pattern));
    }
  }
  const listens = sources(project, endings).some((file) =>
    /\.listen\(|createServer\(|Bun\.serve\(|Deno\.serve\(/.test(project.read(file) ?? ""),
  );
  return framework?.port !== undefined || listens
    ? assumed(framework?.port ?? 3000, "a server is started, its port is not stated")
    : undefined;
}

/** Sources with those of the started program first; a tool's configuration states the tool's port, not the program's. */
function serverFirst(project: Project, parameters: Parameters): readonly string[] {
  const started = readStart(project, "npm", undefined, parameters)?.value ?? [];
  const entry = started.find((word) => /\.[cm]?[jt]sx?$/.test(word))?.replace(/^\.\//, "");
  const folder = entry?.includes("/") ? `${entry.split("/")[0]}/` : undefined;
  const rank = (file: string): number =>
    file === entry ? 0 : folder !== undefined && file.startsWith(folder) ? 1 : 2;
  return sources(project, endings)
    .filter((file) => !/\.(?:config|conf)\.[cm]?[jt]s$/.test(file))
    .sort((left, right) => rank(left) - rank(right));
}

/** Frameworks whose own server ends on SIGTERM; others need a handler in the code. */
function signals(part: Project, framework: FrameworkRead | undefined): Fact<boolean> {
  if (
    framework !== undefined &&
    ["Next.js", "Nuxt", "Remix", "React Router", "SvelteKit"].includes(framework.name)
  ) {
    return likely(true, `${framework.name}'s server ends on SIGTERM`);
  }
  return likely(handlesSignals(part, endings), "by the words of the source");
}

function registryToken(project: Project): Fact<string> | undefined {
  const match = /_authToken\s*=\s*\$\{(\w+)\}/.exec(project.read(".npmrc") ?? "");
  return match?.[1] === undefined ? undefined : certain(match[1], evidence(project, ".npmrc", "_authToken"));
}

/** Prisma generates its client into node_modules from a schema; install scripts run the project's own files. */
function needsSource(project: Project, part: Project, production: readonly string[]): boolean {
  if (production.includes("@prisma/client") || production.includes("prisma")) return true;
  return [project, part].some((one) =>
    ["preinstall", "install", "postinstall", "prepare"].some(
      (script) => text(dig(one.json("package.json"), "scripts", script)) !== undefined,
    ),
  );
}

function names(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value) : [];
}
