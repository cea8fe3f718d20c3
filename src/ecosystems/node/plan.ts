import type { Plan, StagePlan, Step } from "../../plan/types.ts";
import { healthcheck, nodeHealthcheck } from "../healthcheck.ts";
import { initEntrypoint } from "../init.ts";
import { nonroot, owner, type RuntimeUser, userSteps } from "../runtime-user.ts";
import { shellWord } from "../shell-word.ts";
import { sizeOf } from "../size.ts";
import type { Parameters } from "../types.ts";
import type { NodeFacts } from "./facts.ts";
import { installMounts, installSteps, pruneCommand, scriptSteps, withToken } from "./install.ts";

/** The user the official images already have. */
const imageUser: RuntimeUser = { uid: 1000, gid: 1000, name: "node", create: false };
/** Seed 000's user of a front end. */
const frontendUser: RuntimeUser = { uid: 1001, gid: 1001, name: "nextjs", create: true };

/** Decides stages, bases and steps for a Node.js application. */
export function planNode(facts: NodeFacts, parameters: Parameters): Plan {
  const bun = facts.packageManager.value === "bun";
  const version = facts.version.value;
  const build = bun ? "oven/bun:1" : `node:${version}-slim`;
  const hardened = parameters.variant === "hardened" && facts.start.value[0] === "node";
  const base =
    parameters.baseRuntime ??
    (facts.serving.value === "static"
      ? "nginxinc/nginx-unprivileged:1.30"
      : hardened
        ? `gcr.io/distroless/nodejs${version}-debian13:nonroot`
        : facts.start.value[0] === "bun" || bun
          ? "oven/bun:1"
          : build);
  const stages = stagesOf(facts, parameters, build, base);
  const warnings: string[] = [];
  if (
    parameters.variant === "hardened" &&
    !hardened &&
    facts.serving.value !== "static" &&
    parameters.baseRuntime === undefined
  ) {
    warnings.push(
      `distroless starts only node itself, the start command is ${facts.start.value[0]}: the runtime stays ${base}`,
    );
  }
  if (/alpine/.test(base) && facts.hasProductionDependencies.value && facts.serving.value !== "static") {
    warnings.push(
      `${base} is musl, dependencies are installed in ${build} (glibc): native addons will not load`,
    );
  }
  return {
    language: "node",
    appType: facts.appType.value,
    variant: parameters.variant,
    template: "node/app",
    headline: `${facts.name.value}: ${facts.framework?.value ?? "Node.js"} ${facts.serving.value === "static" ? "as static files" : `on ${bun ? "Bun" : `Node.js ${version}`}`}, dependencies by ${facts.packageManager.value}`,
    globalArgs: [],
    stages,
    keep: facts.content.value,
    ignore: [
      "**/node_modules",
      "**/npm-debug.log*",
      "**/.npm",
      "**/.eslintcache",
      "**/.next",
      "**/.nuxt",
      "**/.output",
      "**/.svelte-kit",
      "**/.turbo",
    ],
    inputs: [
      ...(facts.registryToken
        ? [
            {
              kind: "secret" as const,
              id: facts.registryToken.value,
              flag: `--secret id=${facts.registryToken.value},env=${facts.registryToken.value}`,
              why: ".npmrc takes the registry's token from it",
            },
          ]
        : []),
      ...(facts.gitDependencies?.value === "ssh"
        ? [
            {
              kind: "ssh" as const,
              id: "default",
              flag: "--ssh default",
              why: "a dependency comes from git over SSH",
            },
          ]
        : []),
    ],
    probe: {
      ...(facts.port ? { port: facts.port.value } : {}),
      ...(facts.healthPath ? { path: facts.healthPath.value } : {}),
    },
    size: sizeOf(base, [
      {
        what: "dependencies and code",
        minMB: 1,
        maxMB: facts.serving.value === "modules" ? 150 : 40,
        source: "seed 001 (150-300 MB for a whole image)",
      },
    ]),
    projectSettings: facts.settings.value,
    warnings,
  };
}

function stagesOf(
  facts: NodeFacts,
  parameters: Parameters,
  build: string,
  base: string,
): readonly StagePlan[] {
  const built = facts.build !== undefined;
  const serving = facts.serving.value;
  // The tree is installed once and pruned where a second install would miss what scripts made in it.
  const pruned =
    serving === "modules" &&
    (facts.installNeedsSource.value || facts.inWorkspace.value || facts.plugAndPlay.value);
  const deps: readonly StagePlan[] =
    serving === "modules" &&
    !pruned &&
    (facts.hasProductionDependencies.value || facts.shipsDevelopment.value)
      ? [
          {
            name: "deps",
            from: build,
            why: "",
            steps: installSteps(facts, facts.shipsDevelopment.value ? "all" : "production"),
          },
        ]
      : [];
  const needsBuilder = built || pruned || serving !== "modules" || parameters.tests;
  const builder: readonly StagePlan[] = needsBuilder
    ? [{ name: "builder", from: build, why: "", steps: builderSteps(facts, pruned) }]
    : [];
  const test: readonly StagePlan[] = parameters.tests
    ? [
        {
          name: "test",
          from: "builder",
          why: "",
          steps: [
            {
              kind: "run",
              role: "test",
              commands: [
                `${facts.packageManager.value === "yarn-berry" ? "yarn" : facts.packageManager.value} ${facts.packageManager.value === "bun" ? "run test" : "test"}`,
              ],
              why: "",
            },
          ],
        },
      ]
    : [];
  const runtime: StagePlan = {
    name: "runtime",
    from: base,
    why: "",
    steps:
      serving === "static"
        ? staticSteps(facts, base)
        : processSteps(facts, base, { pruned, deps: deps.length > 0 }),
  };
  return [...deps, ...builder, ...test, runtime];
}

function builderSteps(facts: NodeFacts, pruned: boolean): readonly Step[] {
  const prune = pruned && !facts.shipsDevelopment.value ? pruneCommand(facts) : undefined;
  const deploys = pruned && facts.packageManager.value === "pnpm" && facts.workspaceName !== undefined;
  return [
    ...installSteps(facts, "all"),
    { kind: "source", files: ["."], to: "./", why: "" },
    ...scriptSteps(facts),
    ...(facts.prismaGenerate
      ? [
          {
            kind: "run",
            role: "build",
            commands: [facts.prismaGenerate.value],
            why: "Prisma's client is generated from the schema; the build and the program import it.",
          } satisfies Step,
        ]
      : []),
    ...(facts.build
      ? [{ kind: "run", role: "build", commands: [facts.build.value], why: "" } satisfies Step]
      : []),
    ...(deploys
      ? [
          {
            kind: "run",
            role: "collect",
            commands: [
              `pnpm --filter ${shellWord(facts.workspaceName?.value ?? "")} --prod deploy${legacyDeploy(facts)} /out`,
            ],
            mounts: installMounts(facts),
            why: "The package with its production dependencies, its workspace neighbours included, in one folder.",
          } satisfies Step,
        ]
      : prune === undefined
        ? []
        : [
            {
              kind: "run",
              role: "prune",
              commands: [withToken(facts, prune)],
              mounts: installMounts(facts),
              why: "Development dependencies stay behind.",
            } satisfies Step,
          ]),
  ];
}

/** pnpm 10 deploys workspaces that do not inject their packages only when asked to do it the old way. */
function legacyDeploy(facts: NodeFacts): string {
  return Number(/^\d+/.exec(facts.managerVersion?.value ?? "10")?.[0] ?? 10) >= 10 ? " --legacy" : "";
}

function processSteps(
  facts: NodeFacts,
  base: string,
  shape: { pruned: boolean; deps: boolean },
): readonly Step[] {
  const distroless = base.includes("distroless/");
  const bundle = facts.serving.value === "bundle";
  const user = distroless ? nonroot : facts.framework?.value === "Next.js" ? frontendUser : imageUser;
  const chown = owner(user);
  const port = facts.port?.value;
  const folder = facts.workspace?.value;
  const deployed = shape.pruned && facts.packageManager.value === "pnpm" && folder !== undefined;
  // The Debian releases of older images have left the mirrors: nothing can be installed into them.
  const init = !facts.handlesSignals.value && !distroless && Number(facts.version.value) >= 16;
  const packages = [...facts.runPackages.value, ...(init ? ["tini"] : [])];
  const linked = /^node_modules\/\.bin\/(.+)$/.exec(facts.start.value[0] ?? "")?.[1];
  // A package manager links a workspace's programs in the package or at the root, as it likes.
  const searched = linked !== undefined && folder !== undefined && !deployed && !bundle ? linked : undefined;
  const start = searched === undefined ? facts.start.value : [searched, ...facts.start.value.slice(1)];
  const program =
    facts.start.value[0] === "bun" || base.startsWith("oven/bun")
      ? "bun"
      : distroless
        ? "/nodejs/bin/node"
        : "node";
  return [
    ...(packages.length > 0 && !distroless
      ? [
          {
            kind: "packages",
            manager: "apt",
            names: packages,
            why:
              facts.runPackages.value.length > 0
                ? "Shared libraries that native addons load at run time."
                : "",
          } satisfies Step,
        ]
      : []),
    {
      kind: "env",
      values: [
        ["NODE_ENV", "production"],
        ...(port === undefined ? [] : [["PORT", String(port)] as const]),
        ...facts.environment.value,
        ...(searched === undefined
          ? []
          : [["PATH", `/app/${folder}/node_modules/.bin:/app/node_modules/.bin:$PATH`] as const]),
        ...(facts.buildEnvironment.value.some(([name]) => name.startsWith("PUPPETEER"))
          ? [["PUPPETEER_EXECUTABLE_PATH", "/usr/bin/chromium"] as const]
          : []),
      ],
      why: "",
    },
    ...(facts.fetched && !distroless
      ? [
          {
            kind: "run",
            role: "tool",
            commands: [
              program === "bun"
                ? `bun add --global ${facts.fetched.value}`
                : // What npm compiles would stay in /tmp, other bytes in each build.
                  `NODE_DISABLE_COMPILE_CACHE=1 npm install --global ${facts.fetched.value}`,
            ],
            mounts: installMounts({
              ...facts,
              packageManager: { ...facts.packageManager, value: program === "bun" ? "bun" : "npm" },
            }),
            why: "The start command needs it, and no dependency brings it.",
          } satisfies Step,
        ]
      : []),
    ...(user.create
      ? userSteps(user, "debian", "/app")
      : [
          {
            kind: "user",
            uid: user.uid,
            gid: user.gid,
            why: `${user.name} of the base image, by number: runAsNonRoot cannot check a name.`,
          } satisfies Step,
        ]),
    {
      kind: "workdir",
      path: folder !== undefined && !deployed && !bundle ? `/app/${folder}` : "/app",
      why: "",
    },
    ...copySteps(facts, chown, { ...shape, bundle, deployed }),
    ...(port === undefined
      ? []
      : [
          { kind: "expose", port, why: "" } satisfies Step,
          nodeHealthcheck({ port, ...(facts.healthPath ? { path: facts.healthPath.value } : {}) }, program),
        ]),
    ...(init ? [initEntrypoint()] : []),
    {
      kind: "command",
      command: distroless && start[0] === "node" ? start.slice(1) : start,
      why: "",
    },
  ];
}

function copySteps(
  facts: NodeFacts,
  chown: string,
  shape: { pruned: boolean; deps: boolean; bundle: boolean; deployed: boolean },
): readonly Step[] {
  const from = (
    stage: string,
    files: readonly string[],
    to: string,
    exclude: readonly string[] = [],
  ): Step => ({ kind: "copyFrom", stage, files, to, chown, exclude, why: "" });
  const folder = facts.workspace?.value;
  const root = folder === undefined ? "/app" : `/app/${folder}`;
  const outputs = facts.output.value.map((output) =>
    from("builder", [`${root}/${output.from}`], output.to === "." ? "./" : `./${output.to}`),
  );
  if (shape.bundle) return outputs;
  // `pnpm deploy` leaves out what .gitignore names, which is what a build makes: that comes from the builder.
  if (shape.deployed) return [from("builder", ["/out"], "./"), ...outputs.slice(0, 1)];
  // A workspace's packages link to each other: the whole pruned tree goes along.
  if (facts.inWorkspace.value || facts.plugAndPlay.value) return [from("builder", ["/app"], "/app")];
  const modules: readonly Step[] =
    facts.hasProductionDependencies.value || facts.shipsDevelopment.value
      ? [from(shape.pruned ? "builder" : "deps", ["/app/node_modules"], "./node_modules")]
      : [];
  const whole = facts.output.value.find((output) => output.from === ".");
  if (whole) {
    const exclude = whole.exclude ?? [];
    return shape.pruned
      ? [from("builder", [root], "./", exclude)]
      : [...modules, from("builder", [root], "./", ["node_modules", ...exclude])];
  }
  if (outputs.length > 0) return [...modules, from("builder", ["/app/package.json"], "./"), ...outputs];
  if (shape.pruned) return [from("builder", ["/app"], "./")];
  return [...modules, { kind: "source", files: ["."], to: "./", chown, why: "" }];
}

/** Files behind an nginx that runs without root on 8080; unknown paths get index.html, as client-side routers need. */
function staticSteps(facts: NodeFacts, base: string): readonly Step[] {
  const port = facts.port?.value ?? 8080;
  const [output] = facts.output.value;
  const folder = facts.workspace === undefined ? "/app" : `/app/${facts.workspace.value}`;
  const lines = [
    "server {",
    `    listen ${port};`,
    "    root /usr/share/nginx/html;",
    "    location / {",
    "        try_files $uri $uri/ /index.html;",
    "    }",
    "    location ~* \\.(?:js|css|woff2|svg|png|jpg|webp|avif|ico)$ {",
    '        add_header Cache-Control "public, max-age=3600";',
    "    }",
    "}",
  ];
  return [
    {
      kind: "file",
      path: "/etc/nginx/conf.d/default.conf",
      lines,
      why: "Unknown paths get index.html, as client-side routers need.",
    },
    {
      kind: "copyFrom",
      stage: "builder",
      files: [`${folder}/${output?.from ?? "dist"}`],
      to: "/usr/share/nginx/html",
      why: "",
    },
    { kind: "user", uid: 101, gid: 101, why: `nginx of ${base.split(":")[0]}, by number.` },
    { kind: "expose", port, why: "" },
    healthcheck(["curl", "--fail", "--silent", "--output", "/dev/null", `http://127.0.0.1:${port}/`], {
      port,
      path: "/",
    }),
    { kind: "command", command: ["nginx", "-g", "daemon off;"], why: "" },
  ];
}
