import type { MountPlan, Plan, StagePlan, Step } from "../../plan/types.ts";
import { nodeHealthcheck } from "../healthcheck.ts";
import { nonroot, owner, type RuntimeUser } from "../runtime-user.ts";
import { sizeOf } from "../size.ts";
import type { Parameters } from "../types.ts";
import type { NodeFacts } from "./facts.ts";

/** The user the official images already have. */
const node: RuntimeUser = { uid: 1000, gid: 1000, name: "node", create: false };

/** Decides stages, bases and steps for a Node.js application. */
export function planNode(facts: NodeFacts, parameters: Parameters): Plan {
  const version = facts.version.value;
  const slim = `node:${version}-slim`;
  const base =
    parameters.baseRuntime ??
    (parameters.variant === "hardened" ? `gcr.io/distroless/nodejs${version}-debian13:nonroot` : slim);
  const distroless = base.includes("distroless/");
  const user = distroless ? nonroot : node;
  const built = facts.buildScript !== undefined;
  const deps: StagePlan = { name: "deps", from: slim, why: "", steps: installSteps(facts, true) };
  const builder: StagePlan = {
    name: "builder",
    from: slim,
    why: "",
    steps: [
      ...installSteps(facts, false),
      { kind: "source", files: ["."], to: "./", why: "" },
      { kind: "run", role: "build", commands: [`npm run ${facts.buildScript?.value ?? "build"}`], why: "" },
    ],
  };
  const runtime: StagePlan = {
    name: "runtime",
    from: base,
    why: "",
    steps: runtimeSteps(facts, { user, built, distroless }),
  };
  return {
    language: "node",
    appType: facts.appType.value,
    variant: parameters.variant,
    template: "node/app",
    headline: `${facts.name.value}: ${facts.framework?.value ?? "Node.js"} on Node.js ${version}, dependencies by ${facts.packageManager.value}`,
    globalArgs: [],
    stages: [deps, ...(built || parameters.tests ? [builder] : []), runtime],
    keep: [],
    ignore: ["**/node_modules", "**/npm-debug.log*", "**/.npm", "**/.eslintcache", "**/.next", "**/.turbo"],
    inputs: facts.registryToken
      ? [
          {
            kind: "secret",
            id: facts.registryToken.value,
            flag: `--secret id=${facts.registryToken.value},env=${facts.registryToken.value}`,
            why: ".npmrc takes the registry's token from it",
          },
        ]
      : [],
    probe: {
      ...(facts.port ? { port: facts.port.value } : {}),
      ...(facts.healthPath ? { path: facts.healthPath.value } : {}),
    },
    size: sizeOf(base, [
      {
        what: "dependencies and code",
        minMB: 5,
        maxMB: 100,
        source: "seed 001 (150-300 MB for a whole image)",
      },
    ]),
    projectSettings: [],
    warnings: [],
  };
}

function installSteps(facts: NodeFacts, production: boolean): readonly Step[] {
  const locked = facts.lockfile !== undefined;
  const omit = production ? " --omit=dev" : "";
  const secrets: readonly MountPlan[] = facts.registryToken
    ? [{ type: "secret", id: facts.registryToken.value, env: facts.registryToken.value }]
    : [];
  return [
    ...(facts.buildPackages.value.length > 0
      ? [
          {
            kind: "packages",
            manager: "apt",
            names: facts.buildPackages.value,
            why: "Compilers and headers for native addons; they stay in this stage.",
          } satisfies Step,
        ]
      : []),
    { kind: "workdir", path: "/app", why: "" },
    {
      kind: "manifests",
      files: facts.manifests.value,
      to: "./",
      why: "Manifests before sources: this layer is rebuilt only when they change.",
    },
    {
      kind: "run",
      role: "install",
      commands: [`npm ${locked ? "ci" : "install"}${omit}`],
      mounts: [{ type: "cache", target: "/root/.npm" }, ...secrets],
      why: "",
    },
  ];
}

function runtimeSteps(
  facts: NodeFacts,
  shape: { user: RuntimeUser; built: boolean; distroless: boolean },
): readonly Step[] {
  const { user, built, distroless } = shape;
  const chown = owner(user);
  const port = facts.port?.value;
  const from = (stage: string, files: readonly string[], to: string): Step => ({
    kind: "copyFrom",
    stage,
    files,
    to,
    chown,
    why: "",
  });
  return [
    ...(facts.runPackages.value.length > 0 && !distroless
      ? [
          {
            kind: "packages",
            manager: "apt",
            names: facts.runPackages.value,
            why: "Shared libraries that native addons load at run time.",
          } satisfies Step,
        ]
      : []),
    {
      kind: "env",
      values: [["NODE_ENV", "production"], ...(port === undefined ? [] : [["PORT", String(port)] as const])],
      why: "",
    },
    {
      kind: "user",
      uid: user.uid,
      gid: user.gid,
      why: `${user.name} of the base image, by number: runAsNonRoot cannot check a name.`,
    },
    { kind: "workdir", path: "/app", why: "" },
    ...(facts.hasProductionDependencies.value ? [from("deps", ["/app/node_modules"], "./node_modules")] : []),
    ...(built
      ? [
          from("builder", ["/app/package.json"], "./"),
          ...facts.output.value.map((folder) => from("builder", [`/app/${folder}`], `./${folder}`)),
        ]
      : [{ kind: "source", files: ["."], to: "./", chown, why: "" } satisfies Step]),
    ...(port === undefined
      ? []
      : [
          { kind: "expose", port, why: "" } satisfies Step,
          nodeHealthcheck(
            { port, ...(facts.healthPath ? { path: facts.healthPath.value } : {}) },
            distroless ? "/nodejs/bin/node" : "node",
          ),
        ]),
    {
      kind: "command",
      command: distroless && facts.start.value[0] === "node" ? facts.start.value.slice(1) : facts.start.value,
      why: "",
    },
  ];
}
