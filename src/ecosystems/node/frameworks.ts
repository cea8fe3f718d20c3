import { evidence } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import {
  bin,
  configOf,
  existing,
  type FrameworkRead,
  record,
  type Sight,
  same,
  site,
} from "./framework-read.ts";
import { readFunctions } from "./functions.ts";
import { nitroReaders } from "./nitro.ts";
import { readQwik } from "./qwik.ts";
import { startLine } from "./scripts.ts";
import { bundlerReaders, siteReaders } from "./sites.ts";

/** Servers with their own start script: what they decide is their name. */
const servers: readonly (readonly [dependency: string, name: string, port?: number])[] = [
  ["@nestjs/core", "NestJS"], ["fastify", "Fastify"], ["hono", "Hono"], ["koa", "Koa"], ["@hapi/hapi", "hapi"],
  ["elysia", "Elysia"], ["restify", "Restify"], ["polka", "Polka"], ["@feathersjs/feathers", "Feathers"], ["express", "Express"],
]; // biome-ignore format: a table

/** Libraries that listen by themselves where no framework does. */
const listeners: readonly (readonly [dependency: string, name: string, port?: number])[] = [
  ["apollo-server", "Apollo Server", 4000],
  ["@apollo/server", "Apollo Server", 4000],
  ["hapi", "hapi"],
  ["@google-cloud/functions-framework", "Functions Framework", 8080],
];

/** Platforms that stand on one of these, and older names: recognised, with the port that is theirs. */
const platforms: readonly (readonly [dependency: string, name: string, port?: number])[] = [
  ["@medusajs/medusa", "Medusa", 9000], ["@strapi/strapi", "Strapi", 1337], ["@keystone-6/core", "Keystone"], ["keystone", "Keystone"],
  ["directus", "Directus", 8055], ["@adonisjs/core", "AdonisJS", 3333], ["sails", "Sails", 1337], ["@loopback/rest", "LoopBack"],
]; // biome-ignore format: a table

const readers: readonly (readonly [dependency: string, read: (sight: Sight) => FrameworkRead | undefined])[] = [
  ["next", readNext],
  ["@remix-run/serve", readRemix],
  ["@remix-run/dev", readRemix],
  ["@react-router/dev", readReactRouter],
  ...nitroReaders,
  ["@builder.io/qwik-city", readQwik],
  ["@qwik.dev/router", readQwik],
  ["@sveltejs/kit", readSvelteKit],
  ["astro", readAstro],
  ["@angular/core", readAngular],
  ["@adonisjs/core", readAdonis],
  ...siteReaders,
  ["@google-cloud/functions-framework", readFunctions],
  ["expo", (sight) => (sight.has("react-native-web") ? { ...site("Expo (web)", sight, "expo", "dist"), build: "expo export --platform web" } : { ...site("Expo", sight, "expo", "dist"), refuse: { reason: "this is a mobile application (Expo without react-native-web)", decide: "start, if it also has a server" } })],
]; // biome-ignore format: a table

/** Frameworks that may be named without a project. */
export const nodeFrameworks: readonly string[] = [
  ...servers.map(([, name]) => name),
  "Next.js",
  "Nuxt",
  "Remix",
  "React Router",
  "SvelteKit",
  "Astro",
  "Angular",
  "Vite",
];

/** Reads the framework of a package; undefined for a plain program. `root` is the workspace whose tools it may use. */
export function readFramework(project: Project, root?: Project): FrameworkRead | undefined {
  const read = readByDependency(project) ?? (root === undefined ? undefined : readOfRoot(project, root));
  return read === undefined ? undefined : (ownServer(project, read) ?? read);
}

/** The name of the server library among the dependencies. */
export function serverOf(project: Project): string | undefined {
  const production = record(dig(project.json("package.json"), "dependencies"));
  return servers.find(([dependency]) => dependency in production)?.[1];
}

/** What a framework's own server is started as: other files are a server that the project wrote itself. */
const builtServers: Readonly<Record<string, RegExp>> = {
  "Next.js": /^\.next\//,
  Nuxt: /^\.output\//,
  Remix: /^build\/(?:server\/)?index\.js$/,
  "React Router": /^build\/(?:server\/)?index\.js$/,
  SvelteKit: /^build(?:\/(?:index\.js)?)?$/,
  AdonisJS: /^(?:build\/)?(?:bin\/)?server\.js$/,
  SolidStart: /^\.output\//,
  Qwik: /^server\//,
  Nitro: /^\.output\//,
  Astro: /^dist\/server\/entry\.mjs$/,
  "TanStack Start": /^(?:\.output|dist\/server)\//,
};

/**
 * A server of the project's own in front of the framework (`node server.js`, `node dist/index.js`): it is what starts,
 * and everything the build leaves goes along, for its code decides what it reads.
 */
function ownServer(project: Project, framework: FrameworkRead): FrameworkRead | undefined {
  if (framework.serving === "modules" && framework.start === undefined && framework.refuse === undefined)
    return undefined;
  const line = ["start:prod", "start:production", "start"]
    .map((name) => startLine(project, name)?.line)
    .find((one) => one !== undefined);
  const file =
    /^(?:cross-env\s+)?(?:[A-Z_]+=\S+\s+)*(?:node|bun|tsx|nodemon)\s+(?:(?:-r|--require|--import)[ =]\S+\s+|-\S+\s+)*(?!-)(\S+)/
      .exec(line ?? "")?.[1]
      ?.replace(/^\.\//, "");
  if (file === undefined || /[;&|]/.test(line ?? "") || builtServers[framework.name]?.test(file))
    return undefined;
  if (framework.name === "Next.js" && file === "server.js" && !project.has(file)) return undefined;
  const { evidence: found, build } = framework;
  const server = serverOf(project);
  return {
    name: framework.serving === "static" ? (server ?? framework.name) : framework.name,
    appType: "frontend",
    serving: "modules",
    evidence: found,
    output: [{ from: ".", to: "." }],
    port: 3000,
    ...(build === undefined ? {} : { build }),
    ...(framework.buildEnvironment ? { buildEnvironment: framework.buildEnvironment } : {}),
  };
}

/** The start script runs a program, and the bundler is for something beside it. */
function runsProgram(sight: Sight): boolean {
  return /\b(?:node|bun|tsx|nodemon|ts-node)\b/.test(sight.script("start") ?? "");
}

/** The start script is no word of Vite's, nor is the build script. */
function startsItself(sight: Sight): boolean {
  const start = sight.script("start") ?? "";
  return (
    start !== "" &&
    !/vite|serve|preview|npm|pnpm|yarn/.test(start) &&
    !/vite/.test(sight.script("build") ?? "vite")
  );
}

/** Vite starts from a page: without one it makes a library, or what a plugin of a platform wants. */
function makesPages(sight: Sight): boolean {
  const config = configOf(sight.project, "vite");
  if (/\blib\s*:\s*\{/.test(config) || isWorker(sight)) return false;
  const pages = sight.project.files.some((file) => file.endsWith(".html"));
  if (config === "" && !pages) return /\bvite\b/.test(sight.script("build") ?? "");
  return config === "" || pages || /\b(?:root|input)\b|\bsolid\(\s*\{[^}]*\bstart\s*:\s*true/.test(config);
}

/** The pages are those of a program of Cloudflare's, which its plugin builds beside them. */
function isWorker(sight: Sight): boolean {
  return (
    sight.has("@cloudflare/vite-plugin") ||
    ["wrangler.jsonc", "wrangler.json", "wrangler.toml"].some((file) =>
      /^\s*"?main"?\s*[:=]/m.test(sight.project.read(file) ?? ""),
    )
  );
}

/** A package whose bundler is a dependency of the workspace's root. */
function readOfRoot(project: Project, root: Project): FrameworkRead | undefined {
  const shared = record(dig(root.json("package.json"), "devDependencies"));
  if (!("vite" in shared) || !project.has("index.html")) return undefined;
  if (!project.files.some((file) => /^vite\.config\.[cm]?[jt]s$/.test(file))) return undefined;
  return { ...readVite(sightOf(project)), evidence: { file: "index.html" } };
}

function readByDependency(project: Project): FrameworkRead | undefined {
  const sight = sightOf(project);
  const production = record(dig(project.json("package.json"), "dependencies"));
  for (const [dependency, read] of readers) {
    if (sight.has(dependency)) {
      const result = read(sight);
      if (result) return result;
    }
  }
  const server = [...platforms, ...servers, ...listeners].find(([dependency]) => dependency in production);
  if (server)
    return {
      name: server[1],
      appType: "api",
      serving: "modules",
      evidence: sight.found(server[0]),
      port: server[2] ?? 3000,
      ...(server[1] === "NestJS" && sight.has("@nestjs/cli") ? { build: "nest build" } : {}),
    };
  if (runsProgram(sight)) return undefined;
  for (const [dependency, read] of bundlerReaders) {
    const result = sight.has(dependency) ? read(sight) : undefined;
    if (result) return result;
  }
  return sight.has("vite") && !startsItself(sight) && makesPages(sight) ? readVite(sight) : undefined;
}

function sightOf(project: Project): Sight {
  const manifest = project.json("package.json");
  const production = record(dig(manifest, "dependencies"));
  const development = record(dig(manifest, "devDependencies"));
  return {
    project,
    has: (dependency) => dependency in production || dependency in development,
    found: (dependency) => evidence(project, "package.json", `"${dependency}"`),
    script: (name) => text(dig(manifest, "scripts", name)),
  };
}

function readNext(sight: Sight): FrameworkRead | undefined {
  const { project } = sight;
  const file = ["next.config.ts", "next.config.mjs", "next.config.js", "next.config.cjs"].find((name) =>
    project.has(name),
  );
  const folders = ["app", "pages", "src/app", "src/pages"];
  // Tools of workspaces build what lies somewhere else.
  const builds = /^(?!(?:npx\s+)?(?:nx|turbo|lerna|moon)\s)/.test(sight.script("build") ?? "nx ");
  if (file === undefined && !builds && existing(project, ...folders).length === 0) return undefined;
  const { mode: output, variable } = nextOutput(project.read(file ?? "") ?? "", sight.script("build") ?? "");
  const shared = {
    name: "Next.js",
    appType: "frontend",
    evidence: sight.found("next"),
    port: 3000,
    build: "next build",
    buildEnvironment: [["NEXT_TELEMETRY_DISABLED", "1"], ...(variable ? [variable] : [])],
    environment: [["HOSTNAME", "0.0.0.0"]],
  } as const;
  const publicFolder = existing(project, "public");
  if (output === "export") {
    const folder = /\bdistDir\s*:\s*["'`](?:\.\/)?([\w./-]+)["'`]/.exec(project.read(file ?? "") ?? "")?.[1];
    return { ...shared, serving: "static", output: same(folder ?? "out") };
  }
  if (output === "standalone") {
    return {
      ...shared,
      serving: "bundle",
      output: [{ from: ".next/standalone", to: "." }, ...same(".next/static", ...publicFolder)],
      start: () => standaloneStart(sight.script("start") ?? ""),
    };
  }
  const setting =
    file?.endsWith(".js") || file?.endsWith(".cjs")
      ? 'module.exports = { output: "standalone" }'
      : 'export default { output: "standalone" }';
  return {
    ...shared,
    serving: "modules",
    output: same(".next", ...publicFolder, ...existing(project, ...(file === undefined ? [] : [file]))),
    start: (port) => bin("next", "start", "--hostname", "0.0.0.0", "--port", String(port)),
    settings: [
      {
        file: file ?? "next.config.mjs",
        setting,
        why: "the image then holds only what the server imports, instead of all production dependencies",
      },
    ],
  };
}

/**
 * The output of next.config: written there, behind a variable of the build's environment (which then has to be set), or
 * in a constant of its own.
 */
function nextOutput(
  config: string,
  build: string,
): { readonly mode?: "standalone" | "export"; readonly variable?: readonly [name: string, value: string] } {
  const text = config.replace(/^\s*\/\/.*$/gm, "");
  const switched =
    /process\.env\.(\w+)\s*(?:===?\s*["'`](\w+)["'`])?\s*(?:\?|&&)\s*(?:\{\s*output\s*:\s*)?["'`]standalone["'`]/.exec(
      text,
    );
  if (switched?.[1] !== undefined) {
    const set = new RegExp(`\\b${switched[1]}=`).test(build);
    return {
      mode: "standalone",
      ...(set ? {} : { variable: [switched[1], switched[2] ?? "true"] as const }),
    };
  }
  const direct = /output\s*:\s*(?:process\.env\.\w+\s*(?:\|\||\?\?)\s*)?["'`](standalone|export)["'`]/.exec(
    text,
  )?.[1];
  const name = /output\s*:\s*([A-Za-z_]\w*)\s*[,}]/.exec(text)?.[1];
  const constant =
    name === undefined
      ? undefined
      : new RegExp(`\\b${name}\\s*=[^;\\n]*["'\`](standalone|export)["'\`]`).exec(text)?.[1];
  const mode = direct ?? constant;
  return mode === "standalone" || mode === "export" ? { mode } : {};
}

/** The standalone server, with what the project's own start script preloads. */
function standaloneStart(script: string): readonly string[] {
  const preload = /^node((?:\s+(?:-r|--require|--import)[ =](?!\.)\S+)+)\s+server\.js$/.exec(script)?.[1];
  return ["node", ...(preload?.trim().split(/[\s=]+/) ?? []), "server.js"];
}

/** Remix's own server; without it the project starts one of its own, or another platform does. */
function readRemix(sight: Sight): FrameworkRead | undefined {
  const base = {
    name: "Remix",
    appType: "frontend",
    serving: "modules",
    evidence: sight.found(sight.has("@remix-run/serve") ? "@remix-run/serve" : "@remix-run/dev"),
  } as const;
  if (sight.has("@remix-run/serve"))
    return {
      ...base,
      output: same("build", ...existing(sight.project, "public")),
      start: () =>
        bin(
          "remix-serve",
          /remix-serve\s+(\S+)/.exec(sight.script("start") ?? "")?.[1] ?? "./build/server/index.js",
        ),
      port: 3000,
    };
  if (["start", "start:prod"].some((name) => sight.script(name) !== undefined)) return undefined;
  return {
    ...base,
    refuse: {
      reason:
        "Remix's build leaves a handler and no server: @remix-run/serve is no dependency, and no start script brings another",
      decide: "@remix-run/serve among the dependencies, or start",
    },
  };
}

function readReactRouter(sight: Sight): FrameworkRead {
  const base = {
    name: "React Router",
    appType: "frontend",
    evidence: sight.found("@react-router/dev"),
    build: "react-router build",
  } as const;
  if (/ssr\s*:\s*false/.test(configOf(sight.project, "react-router")))
    return { ...base, serving: "static", output: same("build/client") };
  const asked = /react-router-serve\s+(\S+)$/.exec(sight.script("start") ?? "")?.[1];
  const served = {
    ...base,
    serving: "modules",
    output: same("build", ...existing(sight.project, "public")),
    start: () => bin("react-router-serve", asked ?? "./build/server/index.js"),
    port: 3000,
  } as const;
  if (sight.has("@react-router/serve") || sight.script("start") !== undefined) return served;
  return {
    ...served,
    refuse: {
      reason: sight.has("@cloudflare/vite-plugin")
        ? "React Router is built for Cloudflare's platform here (@cloudflare/vite-plugin): that leaves no server"
        : "React Router's build leaves a handler and no server: @react-router/serve is no dependency, and no start script brings another",
      decide: "@react-router/serve among the dependencies, or start",
    },
  };
}

function readSvelteKit(sight: Sight): FrameworkRead {
  const base = {
    name: "SvelteKit",
    appType: "frontend",
    evidence: sight.found("@sveltejs/kit"),
    build: "vite build",
  } as const;
  const config = configOf(sight.project, "svelte", "vite");
  const adapters = ["static", "node"].filter((kind) => sight.has(`@sveltejs/adapter-${kind}`));
  // Of two, the one the configuration imports; of two imported, the one that makes a server.
  const imported = adapters.filter((kind) => config.includes(`@sveltejs/adapter-${kind}`));
  const adapter = (imported.length > 0 ? imported : adapters).at(-1);
  const pages = /\bpages\s*:\s*["'`](?:\.\/)?([\w./-]+)["'`]/.exec(config)?.[1] ?? "build";
  if (adapter === "static") return { ...base, serving: "static", output: same(pages) };
  if (adapter === "node")
    return { ...base, serving: "modules", output: same("build"), start: () => ["node", "build"], port: 3000 };
  // The template's own choice. adapter-auto asks the environment; since its fourth version the one platform that runs a
  // plain server is known by this name (its adapters.js).
  const manifest = sight.project.json("package.json");
  const auto = ["devDependencies", "dependencies"]
    .map((group) => text(dig(manifest, group, "@sveltejs/adapter-auto")))
    .find((range) => range !== undefined);
  if (Number(/\d+/.exec(auto ?? "")?.[0] ?? 0) >= 4 && config.includes("@sveltejs/adapter-auto")) {
    return {
      ...base,
      serving: "modules",
      output: same("build"),
      start: () => ["node", "build"],
      port: 3000,
      buildEnvironment: [["GCP_BUILDPACKS", "1"]],
      warnings: [
        "adapter-auto chooses SvelteKit's adapter by the platform: GCP_BUILDPACKS has the build install @sveltejs/adapter-node@5, which no lock file holds",
      ],
      settings: [
        {
          file: "svelte.config.js",
          setting: 'import adapter from "@sveltejs/adapter-node" (and among the devDependencies)',
          why: "the adapter is then locked, and nothing is installed while building",
        },
      ],
    };
  }
  const foreign = ["vercel", "netlify", "cloudflare", "cloudflare-workers"]
    .map((platform) => `@sveltejs/adapter-${platform}`)
    .find((name) => sight.has(name));
  return {
    ...base,
    serving: "modules",
    refuse: {
      reason:
        foreign === undefined
          ? "SvelteKit has no adapter that makes a server here (adapter-auto finds no platform in a build)"
          : `SvelteKit is built for another platform here (${foreign}): that leaves no server to start`,
      decide: "@sveltejs/adapter-node (or adapter-static) in svelte.config.js",
    },
  };
}

function readAstro(sight: Sight): FrameworkRead | undefined {
  const { project } = sight;
  const config = configOf(project, "astro");
  // A package of components or an integration has it to be tested with.
  const manifest = project.json("package.json");
  if (
    config === "" &&
    (isRecord(dig(manifest, "exports")) || dig(manifest, "peerDependencies", "astro") !== undefined)
  )
    return undefined;
  const folder = /\boutDir\s*:\s*["'`](?:\.\/)?([\w./-]+?)\/?["'`]/.exec(config)?.[1] ?? "dist";
  const base = {
    name: "Astro",
    appType: "frontend",
    evidence: sight.found("astro"),
    build: "astro build",
  } as const;
  const adapted = /\badapter\s*:/.test(config);
  if (sight.has("@astrojs/node") && (adapted || config === "")) {
    return {
      ...base,
      serving: "modules",
      output: same(folder),
      start: () => ["node", `${folder}/server/entry.mjs`],
      port: 4321,
      environment: [["HOST", "0.0.0.0"]],
    };
  }
  const platform = /from\s+["'`]([^"'`]*(?:vercel|netlify|cloudflare|deno|aws)[^"'`]*)["'`]/.exec(
    config,
  )?.[1];
  if (adapted && platform !== undefined) {
    return {
      ...base,
      serving: "modules",
      refuse: {
        reason: `Astro is built for another platform here (${clean(platform, 60)}): that leaves no server to start`,
        decide: "@astrojs/node as the adapter (or none, for static pages), or start",
      },
    };
  }
  return { ...base, serving: "static", output: same(folder) };
}

/** Its build is a folder with a package.json of its own, whose imports ("#controllers/*") hold there only. */
function readAdonis(sight: Sight): FrameworkRead | undefined {
  if (!sight.project.has("adonisrc.ts") && !sight.project.has(".adonisrc.json")) return undefined;
  const file = sight.project.has("bin/server.ts") ? "bin/server.js" : "server.js";
  return {
    name: "AdonisJS",
    appType: "api",
    serving: "modules",
    evidence: sight.found("@adonisjs/core"),
    output: same("build"),
    start: () => ["node", `build/${file}`],
    port: 3333,
    build: "node ace build",
    environment: [["HOST", "0.0.0.0"]],
  };
}

function readAngular(sight: Sight): FrameworkRead | undefined {
  const settings = sight.project.json("angular.json");
  const projects = record(dig(settings, "projects"));
  const usual = text(dig(settings, "defaultProject"));
  const built = Object.entries(projects).filter(
    ([, one]) => dig(one, "projectType") !== "library" && dig(one, "architect", "build") !== undefined,
  );
  const [name, definition] =
    built.find(([one]) => one === usual) ?? built[0] ?? Object.entries(projects)[0] ?? [];
  if (name === undefined) return undefined;
  if (built.length > 1 && name !== usual)
    return {
      ...site("Angular", sight, "@angular/core", "dist"),
      refuse: {
        reason: `angular.json holds several applications (${built
          .slice(0, 6)
          .map(([one]) => clean(one, 40))
          .join(", ")}), and names none as the default`,
        decide: "defaultProject in angular.json, or start",
      },
    };
  const options = dig(definition, "architect", "build", "options");
  const path = text(dig(options, "outputPath")) ?? text(dig(options, "outputPath", "base")) ?? `dist/${name}`;
  const builder = text(dig(definition, "architect", "build", "builder")) ?? "";
  // The application builder (Angular 17 and newer) puts the browser's files into a folder of their own.
  const folder = /:application$|build:application/.test(builder) ? `${path}/browser` : path;
  const rendered = isRecord(dig(options, "server")) || text(dig(options, "server")) !== undefined;
  const ssr = dig(options, "ssr");
  if (
    rendered &&
    /application$/.test(builder) &&
    ssr !== undefined &&
    ssr !== false &&
    dig(options, "outputMode") !== "static"
  )
    return {
      name: "Angular",
      appType: "frontend",
      serving: "modules",
      evidence: sight.found("@angular/core"),
      output: same(path),
      start: () => ["node", `${path}/server/server.mjs`],
      port: 4000,
      build: "ng build",
    };
  return { ...site("Angular", sight, "@angular/core", folder), build: "ng build" };
}

function readVite(sight: Sight): FrameworkRead {
  const config = configOf(sight.project, "vite");
  // Solid's plugin makes the page itself, and puts what a browser gets into a folder of its own.
  const start = /\bsolid\(\s*\{[^}]*\bstart\s*:\s*true/.test(config) && !/\bssr\s*:\s*true/.test(config);
  if (start) return { ...site("Vite", sight, "vite", "dist/client"), build: "vite build" };
  const folder = /outDir\s*:\s*["'`](?:\.\/)?([\w./-]+)["'`]/.exec(config)?.[1] ?? "dist";
  return { ...site("Vite", sight, "vite", folder), build: "vite build" };
}
