import { bin, configOf, type FrameworkRead, majorOf, type Sight, same } from "./framework-read.ts";
import { isPublished } from "./scripts.ts";

/** Frameworks whose server Nitro makes, and Nitro by itself. */
export const nitroReaders: readonly (readonly [
  dependency: string,
  read: (sight: Sight) => FrameworkRead | undefined,
])[] = [
  ["nuxt", readNuxt],
  ["nuxt3", readNuxt],
  ["@solidjs/start", readSolidStart],
  ["@tanstack/react-start", readTanStack],
  ["@tanstack/solid-start", readTanStack],
  ["nitropack", readNitro],
  ["nitro", readNitro],
];

/** Nitro's presets whose output Node.js (or Bun in its place) starts. */
const servers = /^(?:node|bun)(?:[-_]|$)/;

/** What Nitro leaves: a bundle with its own dependencies, or files, or what only another platform runs. */
function nitro(
  base: Pick<FrameworkRead, "name" | "evidence"> & Partial<FrameworkRead>,
  config: string,
): FrameworkRead {
  const preset = /\bpreset\s*:\s*["'`]([\w-]+)["'`]/.exec(config)?.[1];
  const shared = { ...base, appType: "frontend" } as const;
  if (preset === "static" || preset === "github-pages" || preset === "github_pages")
    return { ...shared, serving: "static", output: same(".output/public") };
  if (preset !== undefined && !servers.test(preset))
    return {
      ...shared,
      serving: "bundle",
      refuse: {
        reason: `${base.name}'s configuration builds for another platform (Nitro's preset ${preset}): that leaves no server to start`,
        decide: 'preset "node-server" in the configuration, or start',
      },
    };
  return {
    ...shared,
    serving: "bundle",
    output: same(".output"),
    start: () => ["node", ".output/server/index.mjs"],
    port: 3000,
  };
}

function readNuxt(sight: Sight): FrameworkRead | undefined {
  const base = {
    name: "Nuxt",
    appType: "frontend",
    evidence: sight.found(sight.has("nuxt") ? "nuxt" : "nuxt3"),
    build: "nuxt build",
    environment: [["HOST", "0.0.0.0"]],
  } as const;
  const config = configOf(sight.project, "nuxt");
  const build = sight.script("build") ?? "";
  // A module or a layer for other projects is tried with Nuxt, and built by another tool.
  if (build !== "" && !/\bnux(?:t|i)\b(?!-)/.test(build) && isPublished(sight.project.json("package.json")))
    return undefined;
  const generates = /\bnux(?:t|i) generate\b/.test(build) && !/\bnux(?:t|i) build\b/.test(build);
  if ((majorOf(sight.project, "nuxt") ?? 3) < 3) {
    if (generates || /\btarget\s*:\s*["'`]static["'`]/.test(config))
      return {
        ...base,
        serving: "static",
        output: same("dist"),
        ...(generates ? {} : { build: "nuxt generate" }),
      };
    return {
      ...base,
      serving: "modules",
      output: [{ from: ".", to: "." }],
      start: () => bin("nuxt", "start"),
      port: 3000,
    };
  }
  if (generates) return { ...base, serving: "static", output: same(".output/public") };
  return nitro(base, config);
}

/** Version 1 builds with Vinxi, version 2 with Vite and Nitro's plugin: both leave Nitro's bundle. */
function readSolidStart(sight: Sight): FrameworkRead {
  const base = {
    name: "SolidStart",
    appType: "frontend",
    evidence: sight.found("@solidjs/start"),
    build: sight.has("vinxi") ? "vinxi build" : "vite build",
  } as const;
  const config = configOf(sight.project, "app", "vite");
  if (sight.has("vinxi") || sight.has("nitro") || /\bnitro\w*\(/.test(config)) return nitro(base, config);
  return {
    ...base,
    serving: "modules",
    refuse: {
      reason: "SolidStart's build leaves a handler and no server: neither Vinxi nor Nitro is a dependency",
      decide: "nitro in vite.config, or start",
    },
  };
}

function readTanStack(sight: Sight): FrameworkRead {
  const base = {
    name: "TanStack Start",
    appType: "frontend",
    evidence: sight.found(
      sight.has("@tanstack/react-start") ? "@tanstack/react-start" : "@tanstack/solid-start",
    ),
    build: "vite build",
  } as const;
  const script = sight.script("start") ?? "";
  const config = configOf(sight.project, "vite", "app");
  const file = /^node\s+(\.output\/\S+)$/.exec(script)?.[1];
  if (file !== undefined || sight.has("nitro") || /\bnitro\w*\(/.test(config)) {
    const read = nitro(base, config);
    return file === undefined || read.refuse ? read : { ...read, start: () => ["node", file] };
  }
  const asked = /(?:^|\s)srvx\s+([^&|;]+)$/.exec(script)?.[1]?.trim().split(/\s+/);
  if (sight.has("srvx") || asked !== undefined) {
    const words = asked ?? ["--prod", "-s", "../client", "dist/server/server.js"];
    return {
      ...base,
      serving: "modules",
      output: same("dist"),
      port: 3000,
      start: () => bin("srvx", ...words),
    };
  }
  return {
    ...base,
    serving: "modules",
    refuse: {
      reason: "TanStack Start's build leaves a handler and no server: neither nitro nor srvx is a dependency",
      decide: "nitro in vite.config (or srvx among the dependencies), or start",
    },
  };
}

/** Nitro's own projects, and a Vite front end that Nitro's plugin serves. */
function readNitro(sight: Sight): FrameworkRead | undefined {
  const dependency = sight.has("nitropack") ? "nitropack" : "nitro";
  const build = sight.script("build") ?? "";
  const plugin = /\bnitro\(/.test(configOf(sight.project, "vite"));
  const own = configOf(sight.project, "nitro");
  if (!plugin && own === "" && !/\bnitro build\b/.test(build)) return undefined;
  const read = nitro(
    { name: "Nitro", evidence: sight.found(dependency), build: plugin ? "vite build" : "nitro build" },
    plugin ? configOf(sight.project, "vite", "nitro") : own,
  );
  return read.serving === "static" || plugin ? read : { ...read, appType: "api" };
}
