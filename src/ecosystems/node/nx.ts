import { posix } from "node:path";
import { certain, evidence } from "../../project/facts.ts";
import { dig, subproject, text } from "../../project/project.ts";
import type { Fact, Project } from "../../project/types.ts";
import { shellWord } from "../shell-word.ts";
import type { Deployable, Parameters } from "../types.ts";
import type { NodeManager } from "./facts.ts";
import { bin, configOf, type FrameworkRead, same } from "./framework-read.ts";
import { portOf } from "./port.ts";
import { readStart } from "./start.ts";

/** What an integrated Nx workspace (one package.json, a project.json for each application) answers. */
export type NxRead =
  | {
      readonly kind: "app";
      readonly folder: string;
      readonly framework: FrameworkRead;
      readonly build: Fact<string>;
      readonly port?: Fact<number>;
    }
  | { readonly kind: "choice"; readonly apps: readonly Deployable[] }
  | { readonly kind: "unknown"; readonly folder: string; readonly what: string };

interface Application {
  readonly folder: string;
  readonly name: string;
}

const runners = { npm: "npx", pnpm: "pnpm exec", yarn: "yarn", "yarn-berry": "yarn", bun: "bunx" } as const;

/**
 * The application of an integrated Nx workspace: the one asked for, its default, the only one; a choice among several.
 * Undefined where the workspace is none of these, or where the root's own start script says a program.
 */
export function readNx(
  project: Project,
  manager: NodeManager,
  server: string | undefined,
  parameters: Parameters,
): NxRead | undefined {
  if (!project.has("nx.json") || project.has("project.json") || parameters.start !== undefined)
    return undefined;
  const apps = applications(project);
  const wanted = parameters.app?.replace(/^\.\//, "").replace(/\/$/, "");
  const stated = readStart(project, manager, undefined, parameters)?.value;
  if (apps.length === 0 || (wanted === undefined && stated !== undefined && stated[1] !== "run"))
    return undefined;
  const usual = text(dig(project.json("nx.json"), "defaultProject"));
  const chosen =
    wanted === undefined
      ? (apps.find((app) => app.name === usual) ?? (apps.length === 1 ? apps[0] : undefined))
      : apps.find((app) => app.folder === wanted || app.name === wanted);
  if (chosen === undefined)
    return {
      kind: "choice",
      apps: apps.map(({ name, folder }) => ({ name, path: folder, what: "application of Nx" })),
    };
  const file = `${chosen.folder}/project.json`;
  const target = dig(project.json(file), "targets", "build");
  const framework = builtBy(project, chosen, target, server);
  if (framework === undefined)
    return {
      kind: "unknown",
      folder: chosen.folder,
      what: text(dig(target, "executor")) ?? "no build target in project.json",
    };
  const production = dig(target, "configurations", "production") === undefined ? "" : ":production";
  const line = `${runners[manager]} nx run ${shellWord(`${chosen.name}:build${production}`)}`;
  const port = portOf(
    subproject(project, chosen.folder),
    framework.port === undefined ? undefined : framework,
    parameters,
  );
  return {
    kind: "app",
    folder: chosen.folder,
    framework,
    build: certain(line, evidence(project, file, '"build"')),
    ...(port ? { port } : {}),
  };
}

function applications(project: Project): readonly Application[] {
  return project
    .glob("*/**/project.json")
    .filter((file) => dig(project.json(file), "projectType") === "application")
    .map((file) => {
      const folder = file.slice(0, -"/project.json".length);
      return { folder, name: text(dig(project.json(file), "name")) ?? folder.split("/").at(-1) ?? folder };
    })
    .filter(({ folder }) => !folder.endsWith("-e2e"));
}

/** What the build target's executor leaves, by its documented options; without one, what the tool's own file says. */
function builtBy(
  project: Project,
  app: Application,
  target: unknown,
  server: string | undefined,
): FrameworkRead | undefined {
  const executor = text(dig(target, "executor")) ?? "";
  const [, tool = "", action = ""] = /^@(?:nrwl|nx)\/([\w-]+):([\w-]+)$/.exec(executor) ?? [];
  const options = dig(target, "options");
  const part = subproject(project, app.folder);
  const inferred = executor === "" ? inferredOutput(part, app.folder) : undefined;
  const out =
    text(dig(options, "outputPath"))?.replace(/^\{workspaceRoot\}\//, "") ??
    inferred?.folder ??
    `dist/${app.folder}`;
  const found = evidence(project, `${app.folder}/project.json`, '"executor"');
  const kind = inferred?.tool ?? kindOf(tool, action, text(dig(options, "target")));
  if (kind === "next")
    return {
      name: "Next.js",
      appType: "frontend",
      serving: "modules",
      evidence: found,
      output: same(out),
      start: (port) => bin("next", "start", out, "--hostname", "0.0.0.0", "--port", String(port)),
      port: 3000,
      buildEnvironment: [["NEXT_TELEMETRY_DISABLED", "1"]],
    };
  if (kind === "site") {
    const folder = tool === "angular" && action === "application" ? `${out}/browser` : out;
    return { name: "Nx", appType: "frontend", serving: "static", evidence: found, output: same(folder) };
  }
  if (kind !== "node") return undefined;
  const source = text(dig(options, "main"))?.replace(/\.tsx?$/, ".js");
  // The compilers keep the sources' folders, the bundlers write one file.
  const file =
    tool === "js" && source !== undefined
      ? posix.relative(app.folder, source)
      : (text(dig(options, "outputFileName")) ?? source?.split("/").at(-1) ?? "main.js");
  return {
    name: server ?? "Node.js",
    appType: "api",
    serving: "modules",
    evidence: found,
    output: same(out),
    start: () => ["node", `${out}/${file}`],
  };
}

function kindOf(
  tool: string,
  action: string,
  target: string | undefined,
): "next" | "site" | "node" | undefined {
  if (tool === "next" && action === "build") return "next";
  if (["node", "esbuild", "js", "nest", "express"].includes(tool)) return "node";
  if (tool === "webpack" && action === "webpack") return target === "node" ? "node" : "site";
  if (["vite", "web", "angular", "rspack"].includes(tool) && !/server|ssr/.test(action)) return "site";
  return undefined;
}

/** Without a target in project.json a plugin of Nx reads the tool's own file. */
function inferredOutput(
  part: Project,
  folder: string,
): { readonly tool: "next" | "site" | "node"; readonly folder: string } | undefined {
  if (configOf(part, "next") !== "") return { tool: "next", folder };
  const below = (path: string): string => posix.join(folder, path);
  const vite = configOf(part, "vite");
  const pages = /\boutDir\s*:\s*["'`]([\w./-]+)["'`]/.exec(vite)?.[1];
  if (pages !== undefined && part.has("index.html")) return { tool: "site", folder: below(pages) };
  const webpack = configOf(part, "webpack");
  const bundle = /\bpath\s*:\s*(?:path\.)?(?:join|resolve)\(\s*__dirname\s*,\s*["'`]([\w./-]+)["'`]/.exec(
    webpack,
  )?.[1];
  if (bundle !== undefined && /target\s*:\s*["'`]node["'`]/.test(webpack))
    return { tool: "node", folder: below(bundle) };
  return undefined;
}
