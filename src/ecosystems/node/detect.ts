import semver from "semver";
import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { AppType, Fact, Project } from "../../project/types.ts";
import { nativePackages } from "../native-packages.ts";
import { commandWords, readProcfile } from "../procfile.ts";
import { findHealthPath, sources } from "../routes.ts";
import type { Detection, Parameters, Recognition } from "../types.ts";
import { runtimeVersions } from "../versions.ts";
import type { NodeFacts, NodeManager } from "./facts.ts";

const lockfiles: readonly (readonly [file: string, manager: NodeManager])[] = [
  ["package-lock.json", "npm"], ["npm-shrinkwrap.json", "npm"], ["pnpm-lock.yaml", "pnpm"], ["yarn.lock", "yarn"],
  ["bun.lock", "bun"], ["bun.lockb", "bun"],
]; // biome-ignore format: a table

const frameworks: readonly (readonly [dependency: string, name: string])[] = [
  ["@nestjs/core", "NestJS"], ["express", "Express"], ["fastify", "Fastify"], ["hono", "Hono"], ["koa", "Koa"],
  ["@hapi/hapi", "hapi"], ["restify", "Restify"], ["polka", "Polka"],
]; // biome-ignore format: a table

/** Frameworks that may be named without a project. */
export const nodeFrameworks: readonly string[] = frameworks.map(([, name]) => name);

/** A package.json makes a Node.js project. */
export function recogniseNode(project: Project): Recognition | undefined {
  if (!project.has("package.json")) {
    const loose = ["index.js", "server.js", "app.js", "index.mjs", "index.ts"].find((file) =>
      project.has(file),
    );
    return loose === undefined ? undefined : { strength: 1, evidence: [{ file: loose }] };
  }
  const manifest = project.json("package.json");
  const serves =
    text(dig(manifest, "scripts", "start")) !== undefined || text(dig(manifest, "main")) !== undefined;
  return { strength: serves ? 3 : 2, evidence: [{ file: "package.json" }] };
}

/** Reads a Node.js project: facts, or why there is no honest answer. */
export function detectNode(project: Project, parameters: Parameters): Detection<NodeFacts> {
  const locks = lockfiles.filter(([file]) => project.has(file));
  const managers = [...new Set(locks.map(([, manager]) => manager))];
  const wanted = parameters.packageManager;
  if (managers.length > 1 && wanted === undefined) {
    return {
      kind: "refused",
      reason: `lock files of ${managers.join(" and ")} disagree about who installs the dependencies`,
      found: locks.map(([file]) => ({ file })),
      decide: `packageManager (${managers.join(" or ")}), or delete the lock file that is not used`,
    };
  }
  const manifest = project.json("package.json");
  const manager = managerOf(project, manifest, locks, wanted);
  const lock = locks.find(([, candidate]) => candidate === manager.value)?.[0];
  const production = names(dig(manifest, "dependencies"));
  const all = [...production, ...names(dig(manifest, "devDependencies"))];
  const framework = frameworks.find(([dependency]) => production.includes(dependency));
  const built = buildOf(project, manifest);
  const start = startOf(project, manifest, parameters);
  if (!start) {
    return {
      kind: "refused",
      reason:
        text(dig(manifest, "main")) === undefined && !project.has("index.js")
          ? "package.json has no start script and no main, and there is no index.js"
          : "this looks like a library: package.json has no start script",
      found: [{ file: "package.json" }],
      decide: 'start (the command that runs it, for example "node dist/server.js"), or a start script',
    };
  }
  const port = portOf(project, framework?.[1], parameters);
  const appType: Fact<AppType> =
    parameters.appType !== undefined
      ? given(parameters.appType, "appType")
      : port
        ? likely("api", "it listens on a port")
        : likely("worker", "it listens on no port");
  const served = appType.value === "api" || appType.value === "frontend";
  const health =
    parameters.healthPath === undefined
      ? findHealthPath(project, [".js", ".ts", ".mjs", ".cjs"])
      : given(parameters.healthPath, "healthPath");
  const native = nativePackages("npm", production, []);
  const token = registryToken(project);
  return {
    kind: "app",
    warnings: [
      ...(lock === undefined && project.has("package.json") && production.length > 0
        ? ["no lock file: two builds may install different versions; commit one"]
        : []),
    ],
    facts: {
      name:
        text(dig(manifest, "name")) === undefined
          ? likely(project.name, "the folder's name")
          : certain(
              (text(dig(manifest, "name")) ?? "").replace(/^@[^/]+\//, ""),
              evidence(project, "package.json", '"name"'),
            ),
      version: versionOf(project, manifest, parameters),
      packageManager: manager,
      appType,
      manifests: certain([
        "package.json",
        ...(lock === undefined ? [] : [lock]),
        ...[".npmrc"].filter((file) => project.has(file)),
      ]),
      ...(lock === undefined ? {} : { lockfile: certain(lock, { file: lock }) }),
      ...(framework
        ? { framework: certain(framework[1], evidence(project, "package.json", `"${framework[0]}"`)) }
        : {}),
      start,
      ...(built.script ? { buildScript: built.script } : {}),
      output: built.output,
      ...(port && served ? { port } : {}),
      ...(health && port && served ? { healthPath: health } : {}),
      dependencies: certain(all),
      hasProductionDependencies: certain(production.length > 0),
      buildPackages: { value: native.build, evidence: [], confidence: "likely" },
      runPackages: { value: native.run, evidence: [], confidence: "likely" },
      ...(token ? { registryToken: token } : {}),
      installNeedsSource: certain(
        ["preinstall", "install", "postinstall", "prepare"].some(
          (script) => text(dig(manifest, "scripts", script)) !== undefined,
        ),
      ),
    },
  };
}

function managerOf(
  project: Project,
  manifest: unknown,
  locks: readonly (readonly [string, NodeManager])[],
  wanted: string | undefined,
): Fact<NodeManager> {
  const stated = text(dig(manifest, "packageManager"));
  const berry = project.has(".yarnrc.yml") || /^yarn@[2-9]/.test(stated ?? "");
  const refine = (manager: NodeManager): NodeManager =>
    manager === "yarn" && berry ? "yarn-berry" : manager;
  if (isManager(wanted)) return given(refine(wanted), "packageManager");
  const [lock] = locks;
  if (lock) return certain(refine(lock[1]), { file: lock[0] });
  const named = stated?.split("@")[0];
  if (isManager(named)) return certain(refine(named), evidence(project, "package.json", '"packageManager"'));
  return assumed("npm", "no lock file names another");
}

/** True for a name we know as a Node.js package manager. */
export function isManager(name: string | undefined): name is NodeManager {
  return name === "npm" || name === "pnpm" || name === "yarn" || name === "yarn-berry" || name === "bun";
}

function versionOf(project: Project, manifest: unknown, parameters: Parameters): Fact<string> {
  const { supported, standard } = runtimeVersions("node", parameters.today);
  if (parameters.version !== undefined)
    return given(/^v?(\d+)/.exec(parameters.version)?.[1] ?? parameters.version, "version");
  for (const file of [".nvmrc", ".node-version"]) {
    const major = /^\s*v?(\d+)/.exec(project.read(file) ?? "")?.[1];
    if (major !== undefined) return certain(major, evidence(project, file, major));
  }
  const tools = /^\s*nodejs?\s+v?(\d+)/m.exec(project.read(".tool-versions") ?? "")?.[1];
  if (tools !== undefined) return certain(tools, evidence(project, ".tool-versions", /^\s*nodejs?/));
  const volta = /^(\d+)/.exec(text(dig(manifest, "volta", "node")) ?? "")?.[1];
  if (volta !== undefined) return certain(volta, evidence(project, "package.json", '"volta"'));
  const engines = text(dig(manifest, "engines", "node"));
  if (engines !== undefined) {
    const range = semver.validRange(engines);
    const pick =
      range === null
        ? undefined
        : [standard, ...supported, "20", "18", "16", "14", "12"].find((major) =>
            semver.intersects(range, `${major}.x`),
          );
    if (pick !== undefined) return certain(pick, evidence(project, "package.json", '"node"'));
  }
  return assumed(standard, "no version is stated; the standard one is taken");
}

function startOf(
  project: Project,
  manifest: unknown,
  parameters: Parameters,
): Fact<readonly string[]> | undefined {
  if (parameters.start) return given(parameters.start, "start");
  const web = readProcfile(project).find((entry) => entry.type === "web");
  const fromProcfile = web && commandWords(web.command, parameters.port);
  if (web && fromProcfile && fromProcfile[0] === "node") return certain(fromProcfile, web.evidence);
  const script = text(dig(manifest, "scripts", "start")) ?? text(dig(manifest, "scripts", "start:prod"));
  if (script !== undefined) {
    const words = commandWords(script.replace(/^(?:cross-env\s+)?(?:NODE_ENV=\w+\s+)+/, ""), parameters.port);
    const found = evidence(project, "package.json", /"start(?::prod)?"\s*:/);
    if (words?.[0] === "node" || words?.[0] === "bun") return certain(words, found);
    if (words?.[0] !== undefined && words[0] !== "npm")
      return likely(
        [`node_modules/.bin/${words[0]}`, ...words.slice(1)],
        "the start script's program, without npm in between",
        found,
      );
    return likely(["npm", "start"], "the start script needs a shell", found);
  }
  const main = text(dig(manifest, "main"));
  const file = [main, "server.js", "index.js", "app.js", "src/index.js", "src/server.js", "index.mjs"].find(
    (candidate) => candidate !== undefined && project.has(candidate),
  );
  return file === undefined
    ? undefined
    : likely(["node", file], "the usual name of an entry point", { file });
}

function buildOf(
  project: Project,
  manifest: unknown,
): { script?: Fact<string>; output: Fact<readonly string[]> } {
  const script = text(dig(manifest, "scripts", "build"));
  if (script === undefined) return { output: certain([]) };
  const options = project.read("tsconfig.json") ?? "";
  const outDir = /"outDir"\s*:\s*"(?:\.\/)?([^"/]+)/.exec(options)?.[1];
  return {
    script: certain("build", evidence(project, "package.json", /"build"\s*:/)),
    output:
      outDir === undefined
        ? likely(["dist"], "the usual output folder")
        : certain([outDir], evidence(project, "tsconfig.json", '"outDir"')),
  };
}

function portOf(
  project: Project,
  framework: string | undefined,
  parameters: Parameters,
): Fact<number> | undefined {
  if (parameters.port !== undefined) return given(parameters.port, "port");
  const pattern =
    /(?:process\.env\.PORT\s*(?:\|\||\?\?)\s*["']?|process\.env\[["']PORT["']\]\s*(?:\|\||\?\?)\s*["']?|\.listen\(\s*["']?|\bport\s*[=:]\s*(?:Number\(|parseInt\()?["']?)(\d{2,5})\b/i;
  for (const file of sources(project, [".js", ".ts", ".mjs", ".cjs"])) {
    const found = pattern.exec(project.read(file) ?? "")?.[1];
    if (found !== undefined && ![5432, 3306, 6379, 27017].includes(Number(found)))
      return certain(Number(found), evidence(project, file, pattern));
  }
  const listens = sources(project, [".js", ".ts", ".mjs", ".cjs"]).some((file) =>
    /\.listen\(|createServer\(/.test(project.read(file) ?? ""),
  );
  return framework !== undefined || listens ? assumed(3000, "the usual port of Node.js services") : undefined;
}

function registryToken(project: Project): Fact<string> | undefined {
  const match = /_authToken\s*=\s*\$\{(\w+)\}/.exec(project.read(".npmrc") ?? "");
  return match?.[1] === undefined ? undefined : certain(match[1], evidence(project, ".npmrc", "_authToken"));
}

function names(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value) : [];
}
