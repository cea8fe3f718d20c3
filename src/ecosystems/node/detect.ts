import { certain, evidence, given, likely } from "../../project/facts.ts";
import { dig, isRecord, subproject, text } from "../../project/project.ts";
import type { AppType, Fact, Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import { handlesSignals } from "../init.ts";
import { nativePackages } from "../native-packages.ts";
import type { Detection, Parameters, Recognition } from "../types.ts";
import { settleVersion } from "../versions.ts";
import { buildOf, migrationsOf, outputOf } from "./build.ts";
import { contentOf, leftOutSettings } from "./content.ts";
import { endings } from "./endings.ts";
import type { NodeFacts, NodeManager } from "./facts.ts";
import { fetchedProgram } from "./fetched.ts";
import type { FrameworkRead } from "./framework-read.ts";
import { readFramework, serverOf } from "./frameworks.ts";
import { gitDependencies } from "./git-dependencies.ts";
import { nodeHealthPath } from "./health.ts";
import { legacyHash } from "./legacy-hash.ts";
import { foreignVersion, localDependencies } from "./local-dependencies.ts";
import { unnamedRegistries } from "./lock-registries.ts";
import { stateOfLock } from "./lock-state.ts";
import { manifestFolders, manifestsOf, pnpmPlugs, readManager, readManagerVersion } from "./manager.ts";
import { chooseMember } from "./member.ts";
import { type NxRead, readNx } from "./nx.ts";
import { portOf } from "./port.ts";
import { engineless, readPrisma } from "./prisma.ts";
import { notAnApplication, platformOnly } from "./refusals.ts";
import { isPublished, script, startLine, startScripts } from "./scripts.ts";
import { developmentServer, readStart, startsFromDevelopment } from "./start.ts";
import { readVersion } from "./version.ts";
import { type Member, readWorkspace } from "./workspace.ts";

const denoFiles: readonly string[] = ["deno.json", "deno.jsonc"];

/** A package.json makes a Node.js project. */
export function recogniseNode(project: Project): Recognition | undefined {
  if (!project.has("package.json")) {
    const loose = ["index.js", "server.js", "app.js", "index.mjs", ...denoFiles].find((file) =>
      project.has(file),
    );
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
  const deno = project.has("package.json") ? undefined : denoFiles.find((file) => project.has(file));
  if (deno !== undefined)
    return {
      kind: "refused",
      reason: "this is a project of Deno, which is not among the runtimes",
      found: [{ file: deno }],
      decide: "a package.json with a start script, if it also runs on Node.js",
    };
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
  const foreign =
    members === undefined && !project.has("pnpm-workspace.yaml") ? foreignVersion(project) : undefined;
  if (foreign !== undefined)
    return {
      kind: "refused",
      reason: `this is one package of a workspace: only the workspace's root knows the version of ${clean(foreign, 80)}`,
      found: [evidence(project, "package.json", /"(?:workspace|catalog):/)],
      decide: "the directory of the workspace's root, with target for this package",
    };
  const nx = members?.some((member) => member.deployable)
    ? undefined
    : readNx(project, choice.manager.value, serverOf(project), parameters);
  if (nx?.kind === "choice")
    return { kind: "choice", apps: nx.apps, why: "this is an Nx workspace of several applications" };
  if (nx?.kind === "unknown")
    return {
      kind: "refused",
      reason: `this is an Nx workspace, and what the build of ${clean(nx.folder, 60)} leaves is not known (${clean(nx.what, 60)})`,
      found: [{ file: `${nx.folder}/project.json` }],
      decide: 'start (what runs after the build, for example "node dist/apps/api/main.js")',
    };
  const chosen = members === undefined || nx ? undefined : chooseMember(project, members, parameters);
  if (chosen?.kind === "none") return chosen.answer;
  const member = chosen?.kind === "member" ? chosen.member : undefined;
  const part = member === undefined ? project : subproject(project, member.folder);
  return read({
    project,
    part,
    member,
    members: members ?? [],
    ...(nx ? { nx } : {}),
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
  readonly members: readonly Member[];
  readonly workspace: boolean;
  /** The application of an integrated Nx workspace. */
  readonly nx?: Extract<NxRead, { kind: "app" }>;
  readonly manager: Fact<NodeManager>;
  readonly lockfile: string | undefined;
  readonly parameters: Parameters;
}

function read(reading: Reading): Detection<NodeFacts> {
  const { project, part, member, manager, lockfile, parameters } = reading;
  const manifest = part.json("package.json");
  const framework =
    reading.nx?.framework ??
    inWorkspace(readFramework(part, member === undefined ? undefined : project), member);
  const other = parameters.start === undefined ? notAnApplication(part) : undefined;
  if (other) return other;
  if (framework?.refuse && parameters.start === undefined) {
    return {
      kind: "refused",
      reason: framework.refuse.reason,
      found: [framework.evidence],
      decide: framework.refuse.decide,
    };
  }
  const local = localDependencies(
    project,
    member === undefined ? [""] : ["", member.folder],
    reading.members.map((one) => one.folder),
    manager.value,
  );
  const [outside] = local.outside;
  if (outside !== undefined)
    return {
      kind: "refused",
      reason: `a dependency lies outside of this directory, where no build of it can reach: ${clean(outside, 80)}`,
      found: [{ file: member ? `${member.folder}/package.json` : "package.json" }],
      decide: "the directory that holds both, with target for this one",
    };
  const port = reading.nx ? reading.nx.port : portOf(part, framework, parameters);
  const stated = startOf(part, framework, manager.value, port?.value, parameters);
  const fetched =
    stated && parameters.start === undefined ? fetchedProgram([part, project], stated.value) : undefined;
  const start =
    stated && fetched ? { ...stated, value: [fetched.program, ...stated.value.slice(1)] } : stated;
  if (!start) {
    const develops = developmentServer(part);
    if (develops !== undefined)
      return {
        kind: "refused",
        reason: `the start script is a development server (${clean(develops, 80)}), and nothing says what serves its build`,
        found: [{ file: member ? `${member.folder}/package.json` : "package.json" }],
        decide: 'start (the command that runs in production, for example "node dist/server.js")',
      };
    const platform = platformOnly(part);
    if (platform) return platform;
    const command = programOf(manifest);
    const library =
      isPublished(manifest) ||
      text(dig(manifest, "main")) !== undefined ||
      isRecord(dig(manifest, "exports"));
    return {
      kind: "refused",
      reason: library
        ? `this looks like a library: package.json has an entry for importers${command === undefined ? "" : ` or for the shell (bin: ${command})`} and no start script`
        : "package.json has no start script and no main, and no usual entry file is there",
      found: [{ file: member ? `${member.folder}/package.json` : "package.json" }],
      decide: `start (the command that runs it, for example "node ${command ?? "dist/server.js"}"), or a start script`,
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
        : nodeHealthPath(
            reading.nx ? subproject(project, reading.nx.folder) : part,
            framework?.name,
            endings,
          );
  const production = names(dig(manifest, "dependencies"));
  const development = names(dig(manifest, "devDependencies"));
  const native = nativePackages(
    "npm",
    production.filter((name) => !engineless(part, name)),
    [],
  );
  const build = reading.nx?.build ?? buildOf(project, part, framework, manager.value, member);
  const prisma = readPrisma(project, part, manager.value, member);
  const managerVersion = readManagerVersion(project, manager.value);
  const token = registryToken(project);
  const git = gitDependencies(part === project ? [project] : [project, part]);
  const strict =
    manager.value === "yarn-berry" &&
    !/^nodeLinker:\s*["']?(node-modules|pnpm)/m.test(project.read(".yarnrc.yml") ?? "");
  // A program of node_modules/.bin is nowhere under Plug'n'Play: then the same lock file fills a node_modules.
  const linked = strict && (start.value[0]?.startsWith("node_modules/") ?? false);
  const plugAndPlay = strict && !linked;
  const fromDevelopment = serving === "modules" && startsFromDevelopment(part, start.value);
  const migrations = reading.nx ? [] : migrationsOf(part, script(part, "build") ?? "");
  const skipped = serving === "static" ? undefined : skippedScript(part);
  const name = text(dig(manifest, "name"));
  const version = settleVersion(
    readVersion(
      member && (part.has(".nvmrc") || text(dig(manifest, "engines", "node"))) ? part : project,
      parameters,
    ),
    "node",
    parameters,
  );
  const legacy = legacyHash(part, version.value);
  const lock = lockfile === undefined ? undefined : stateOfLock(project, lockfile);
  return {
    kind: "app",
    warnings: [
      ...(build && framework?.appType === "frontend" ? leftOutSettings([part, project]) : []),
      ...(legacy && build
        ? [
            `${legacy.value} builds with OpenSSL's legacy algorithms (webpack 4 or older hashes with MD4): update it`,
          ]
        : []),
      ...(lockfile === undefined && production.length > 0
        ? ["no lock file: two builds may install different versions; commit one"]
        : []),
      ...(lock?.kind === "behind"
        ? [
            `${lockfile} is older than package.json: it lacks ${clean(lock.missing, 60)}; install again and commit it, the build stops until then`,
          ]
        : []),
      ...(lockfile === undefined ? [] : unnamedRegistries(project, lockfile)),
      ...(framework?.warnings ?? []),
      ...(fromDevelopment
        ? [
            `the start command (${start.value.join(" ")}) needs a development dependency, so all of them ship: move it to dependencies, or compile in the build`,
          ]
        : []),
      ...(fetched
        ? [
            `the start script downloads ${fetched.program} each time it starts; the image has it, in a version no lock file holds: add it to the dependencies`,
          ]
        : []),
      ...migrations.map(
        (one) =>
          `the build script changes a database, which an image's build has none of: ${clean(one, 80)} is left out; run it before a new version starts`,
      ),
      ...(skipped === undefined
        ? []
        : [
            `${skipped} is not run in the image: ${script(part, skipped) ?? ""}; run it before a new version starts`,
          ]),
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
      manifests: certain([
        ...manifestsOf(project, manager.value, lockfile, reading.workspace),
        ...local.inside,
      ]),
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
        value: [
          ...new Set([
            ...native.build,
            ...(git ? ["ca-certificates", "git"] : []),
            ...(git?.value === "ssh" ? ["openssh-client"] : []),
          ]),
        ].sort(),
        evidence: native.because.map((library) => evidence(part, "package.json", `"${library}"`)),
        confidence: "likely",
      },
      runPackages: {
        value: native.run,
        evidence: native.because.map((library) => evidence(part, "package.json", `"${library}"`)),
        confidence: "likely",
      },
      ...(token ? { registryToken: token } : {}),
      ...(git ? { gitDependencies: git } : {}),
      installNeedsSource: certain(needsSource(project, part, production)),
      ...(prisma ? { prismaGenerate: prisma } : {}),
      ...(member
        ? {
            workspace: certain(member.folder, { file: `${member.folder}/package.json` }),
            workspaceName: certain(member.name),
          }
        : {}),
      // Packages that link to each other stay together.
      inWorkspace: certain(reading.workspace || local.inside.length > 0),
      plugAndPlay: certain(plugAndPlay),
      environment: certain(framework?.environment ?? []),
      buildEnvironment: certain([
        ...(framework?.buildEnvironment ?? []),
        ...(legacy && build ? [["NODE_OPTIONS", "--openssl-legacy-provider"] as const] : []),
        ...(git?.value === "ssh"
          ? [["GIT_SSH_COMMAND", "ssh -o StrictHostKeyChecking=accept-new"] as const]
          : []),
        ...(pnpmPlugs(project)
          ? [["npm_config_node_linker", "isolated"] as const, ["npm_config_symlink", "true"] as const]
          : []),
        ...(linked ? [["YARN_NODE_LINKER", "node-modules"] as const] : []),
        ...(production.includes("puppeteer") ? [["PUPPETEER_SKIP_DOWNLOAD", "true"] as const] : []),
      ]),
      handlesSignals: signals(part, framework),
      manifestFolders: certain([
        ...manifestFolders(project, manager.value),
        ...local.inside.filter((path) => !project.has(path)),
      ]),
      settings: certain(framework?.settings ?? []),
      content: certain(contentOf(part, member?.folder ?? "")),
      shipsDevelopment: certain(fromDevelopment),
      ...(fetched ? { fetched: certain(fetched.install) } : {}),
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

/** Next.js traces a workspace's files from its root: its standalone server then lies below the package's own folder. */
function inWorkspace(
  framework: FrameworkRead | undefined,
  member: Member | undefined,
): FrameworkRead | undefined {
  const start = framework?.start;
  if (framework?.name !== "Next.js" || framework.serving !== "bundle" || !start || member === undefined)
    return framework;
  return {
    ...framework,
    output: (framework.output ?? []).map((one) =>
      one.to === "." ? one : { from: one.from, to: `${member.folder}/${one.to}` },
    ),
    start: (port) => start(port).map((word) => (word === "server.js" ? `${member.folder}/server.js` : word)),
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

/** The file behind the first program that a package offers. */
function programOf(manifest: unknown): string | undefined {
  const bin = dig(manifest, "bin");
  const file = text(bin) ?? (isRecord(bin) ? text(Object.values(bin)[0]) : undefined);
  return file === undefined ? undefined : clean(file.replace(/^\.\//, ""), 60);
}

/** A pre-script of the start script that does more than prepare files, such as a migration. */
function skippedScript(part: Project): string | undefined {
  const name = startScripts.find((candidate) => script(part, candidate) !== undefined);
  return name === undefined ? undefined : startLine(part, name)?.skipped;
}

/** Frameworks whose own server ends on SIGTERM, Nitro's bundles among them; others need a handler in the code. */
function signals(part: Project, framework: FrameworkRead | undefined): Fact<boolean> {
  if (
    framework?.start !== undefined &&
    (framework.serving === "bundle" ||
      ["Next.js", "Remix", "React Router", "SvelteKit"].includes(framework.name))
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
