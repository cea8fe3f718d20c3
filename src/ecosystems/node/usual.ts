import { assumed } from "../../project/facts.ts";
import { projectFromFiles } from "../../project/project.ts";
import type { Fact, Project } from "../../project/types.ts";
import type { Parameters } from "../types.ts";
import type { NodeFacts, NodeManager } from "./facts.ts";
import { isManager } from "./manager.ts";

const lockfiles: Record<NodeManager, readonly [file: string, text: string]> = {
  npm: ["package-lock.json", "{}"],
  pnpm: ["pnpm-lock.yaml", "lockfileVersion: '9.0'\n"],
  yarn: ["yarn.lock", "# yarn lockfile v1\n"],
  "yarn-berry": ["yarn.lock", "__metadata:\n  version: 8\n"],
  bun: ["bun.lock", "{}"],
};

/** What a framework adds to a package.json, and the files that decide how it is served. */
const shapes: Readonly<
  Record<
    string,
    { readonly dependencies: readonly string[]; readonly files?: Readonly<Record<string, string>> }
  >
> = {
  "Next.js": {
    dependencies: ["next"],
    files: { "next.config.mjs": 'export default { output: "standalone" }\n' },
  },
  Nuxt: { dependencies: ["nuxt"] },
  Remix: { dependencies: ["@remix-run/serve"] },
  "React Router": { dependencies: ["@react-router/dev", "@react-router/serve"] },
  SvelteKit: { dependencies: ["@sveltejs/kit", "@sveltejs/adapter-node"] },
  Astro: { dependencies: ["astro"], files: { "astro.config.mjs": "" } },
  Angular: {
    dependencies: ["@angular/core"],
    files: {
      "angular.json":
        '{"projects":{"app":{"architect":{"build":{"builder":"@angular/build:application","options":{}}}}}}',
    },
  },
  Vite: { dependencies: ["vite"], files: { "index.html": "" } },
  NestJS: { dependencies: ["@nestjs/core"] },
};

/** The smallest project that has what the parameters ask for: what is read where there is no directory. */
export function usualProject(parameters: Parameters): Project {
  const manager = isManager(parameters.packageManager) ? parameters.packageManager : "npm";
  const framework = parameters.framework ?? (parameters.appType === "frontend" ? "Next.js" : undefined);
  const serves =
    parameters.appType === undefined || parameters.appType === "api" || parameters.appType === "frontend";
  const shape = framework === undefined ? undefined : shapes[framework];
  const dependencies = shape?.dependencies ?? [serves ? (framework?.toLowerCase() ?? "express") : "pino"];
  const scripts =
    shape === undefined
      ? { start: "node server.js" }
      : { build: "build", ...(framework === "NestJS" ? { "start:prod": "node dist/main.js" } : {}) };
  const [lockfile, text] = lockfiles[manager];
  return projectFromFiles({
    "package.json": JSON.stringify({
      name: "app",
      scripts,
      dependencies: Object.fromEntries(dependencies.map((name) => [name, "*"])),
    }),
    [lockfile]: text,
    ...(manager === "yarn-berry" ? { ".yarnrc.yml": "nodeLinker: node-modules\n" } : {}),
    ...(shape === undefined
      ? { "server.js": serves ? "server.listen(process.env.PORT || 3000)\n" : "" }
      : {}),
    ...shape?.files,
  });
}

/** Facts of a usual project, said to be what they are: given by a parameter, or assumed. */
export function asAssumed(facts: NodeFacts): NodeFacts {
  const name = assume(facts.name);
  const start = assume(facts.start, "the usual entry point; change it to yours");
  return {
    ...facts,
    name,
    start,
    packageManager: assume(facts.packageManager),
    appType: assume(facts.appType),
    manifests: assume(facts.manifests, "a lock file is committed"),
    serving: { ...facts.serving, evidence: [] },
    output: { ...facts.output, evidence: [] },
    ...(facts.lockfile ? { lockfile: { ...facts.lockfile, evidence: [] } } : {}),
    ...(facts.framework ? { framework: assume(facts.framework) } : {}),
    ...(facts.port ? { port: assume(facts.port, "the usual port") } : {}),
    ...(facts.build ? { build: assume(facts.build, "the usual script") } : {}),
  };
}

function assume<T>(fact: Fact<T>, note = "no project was read"): Fact<T> {
  return fact.note?.startsWith("given as") ? fact : assumed(fact.value, note);
}
