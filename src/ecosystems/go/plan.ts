import type { MountPlan, Plan, StagePlan, Step } from "../../plan/types.ts";
import { copyFrontend } from "../frontend.ts";
import { healthcheck } from "../healthcheck.ts";
import { manifestSteps } from "../manifests.ts";
import { applicationUser, nonroot, owner, userSteps } from "../runtime-user.ts";
import { shellWord } from "../shell-word.ts";
import { sizeOf } from "../size.ts";
import type { Parameters } from "../types.ts";
import type { GoFacts } from "./facts.ts";
import { functionsStep } from "./functions.ts";

const caches: readonly MountPlan[] = [
  { type: "cache", target: "/go/pkg/mod" },
  { type: "cache", target: "/root/.cache/go-build" },
];

/** Decides stages, bases and steps for a Go program. */
export function planGo(facts: GoFacts, parameters: Parameters): Plan {
  const cgo = facts.cgo.value;
  const programs = facts.runPackages.value;
  const base =
    parameters.baseRuntime ??
    (programs.length > 0
      ? "debian:trixie-slim"
      : `gcr.io/distroless/${cgo ? "base" : "static"}-debian13:nonroot`);
  const scratch = base === "scratch";
  const small = scratch || base.includes("distroless/");
  const family = /alpine/.test(base) ? "alpine" : "debian";
  const user = small ? nonroot : applicationUser(parameters.uid);
  const probe = facts.port !== undefined && (small || family === "debian");
  const binary = `/out/${shellWord(facts.name.value)}`;
  const warnings: string[] = [];
  if (cgo && scratch) warnings.push("the program uses cgo and needs a C library: scratch has none");
  if (cgo && family === "alpine")
    warnings.push("built against glibc, run on musl: build on golang's alpine image or choose a Debian base");
  if (programs.length > 0 && (small || family === "alpine"))
    warnings.push(`the code calls programs of Debian's ${programs.join(", ")}, which ${base} does not have`);
  const names = facts.functions?.value.names ?? [];
  const only = names.length === 1 ? names[0] : undefined;
  const shown = facts.servedFrontend?.value;
  const front = facts.frontend?.value ?? shown;
  const builder = builderStage(facts, { cgo, binary, probe });
  const runtime: StagePlan = {
    name: "runtime",
    from: base,
    why: "",
    steps: [
      ...(programs.length > 0 && !small && family === "debian"
        ? [
            {
              kind: "packages",
              manager: "apt",
              names: ["ca-certificates", ...programs],
              why: `Programs that ${callers(facts)} calls.`,
            } satisfies Step,
          ]
        : []),
      ...(scratch
        ? [
            {
              kind: "copyFrom",
              stage: "builder",
              files: ["/etc/ssl/certs/ca-certificates.crt"],
              to: "/etc/ssl/certs/",
              why: "scratch has no certificates; without them every HTTPS request fails.",
            } satisfies Step,
          ]
        : []),
      ...(small
        ? [{ kind: "user", uid: user.uid, gid: user.gid, why: "" } satisfies Step]
        : userSteps(user, family, "/app")),
      { kind: "workdir", path: "/app", why: "" },
      ...(facts.port && facts.portVariable
        ? [
            {
              kind: "env",
              values: [
                [facts.portVariable.value, String(facts.port.value)],
                ...(only === undefined ? [] : [["FUNCTION_TARGET", only] as const]),
              ],
              why: "",
            } satisfies Step,
          ]
        : []),
      { kind: "copyFrom", stage: "builder", files: [binary], to: "/usr/local/bin/", why: "" },
      ...(probe
        ? [
            {
              kind: "copyFrom",
              stage: "builder",
              files: ["/out/healthcheck"],
              to: "/usr/local/bin/",
              why: "",
            } satisfies Step,
          ]
        : []),
      ...facts.runtimeFiles.value.map(
        (path): Step => ({
          kind: "source",
          files: [isFile(path) ? path : `${path}/`],
          to: isFile(path) ? `./${path.replace(/[^/]+$/, "")}` : `./${path}/`,
          chown: owner(user),
          why: "",
        }),
      ),
      ...(shown ? [copyFrontend(shown)] : []),
      ...(facts.port
        ? [
            { kind: "expose", port: facts.port.value, why: "" } satisfies Step,
            ...(probe
              ? [
                  healthcheck(["/usr/local/bin/healthcheck"], {
                    port: facts.port.value,
                    path: facts.healthPath?.value ?? "/",
                  }),
                ]
              : []),
          ]
        : []),
      { kind: "entrypoint", command: facts.start.value, why: "" },
    ],
  };
  return {
    language: "go",
    appType: facts.appType.value,
    variant: parameters.variant,
    template: "go/app",
    headline: `${facts.name.value}: ${facts.framework?.value ?? "Go"} on Go ${facts.version.value}, ${cgo ? "with cgo" : "one static binary"}`,
    globalArgs: [],
    stages: [...(front ? [front.stage] : []), builder, ...(parameters.tests ? [testStage()] : []), runtime],
    keep: [
      ...(facts.vendored.value ? ["vendor"] : []),
      ...(facts.embedded?.value ?? []),
      ...(facts.packages?.value ?? []),
    ],
    ignore: ["**/*.test", "**/*.out", "bin", "dist", "tmp", ...(front ? ["**/node_modules"] : [])],
    inputs: facts.privateModules
      ? [
          {
            kind: "secret",
            id: "netrc",
            flag: "--secret id=netrc,src=$HOME/.netrc",
            why: `modules of ${facts.privateModules.value} are private`,
          },
        ]
      : [],
    probe: {
      ...(facts.port ? { port: facts.port.value } : { exits: true }),
      ...(facts.healthPath ? { path: facts.healthPath.value } : {}),
    },
    size: sizeOf(base, [
      { what: "binary", minMB: 5, maxMB: 25, source: "seed 001 (10-30 MB for a whole image)" },
    ]),
    projectSettings: [],
    warnings,
  };
}

function builderStage(facts: GoFacts, shape: { cgo: boolean; binary: string; probe: boolean }): StagePlan {
  const image = `golang:${facts.version.value}`;
  const secrets: readonly MountPlan[] = facts.privateModules
    ? [{ type: "secret", id: "netrc", target: "/root/.netrc" }]
    : [];
  const crossBuild: readonly Step[] = shape.cgo
    ? []
    : [
        {
          kind: "arg",
          name: "TARGETOS",
          why: "Set by BuildKit for each platform: the compiler runs natively and cross-compiles.",
        },
        { kind: "arg", name: "TARGETARCH", why: "" },
      ];
  const environment = shape.cgo ? "CGO_ENABLED=1" : "CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH";
  const build = (output: string, what: string, flags = ""): string =>
    `${environment} go build ${flags}-trimpath -ldflags="-s -w" -o ${output} ${what}`;
  return {
    name: "builder",
    from: image,
    ...(shape.cgo ? {} : { platform: "$BUILDPLATFORM" }),
    why: "",
    steps: [
      ...(facts.gopath
        ? [
            {
              kind: "workdir",
              path: `/go/src/${shellWord(facts.importPath?.value ?? facts.name.value)}`,
              why: "There is no go.mod: packages are found by the folder they stand in, and in vendor/.",
            } satisfies Step,
            { kind: "env", values: [["GO111MODULE", "off"]], why: "" } satisfies Step,
          ]
        : [{ kind: "workdir", path: "/src", why: "" } satisfies Step]),
      ...(facts.privateModules
        ? [{ kind: "env", values: [["GOPRIVATE", facts.privateModules.value]], why: "" } satisfies Step]
        : []),
      ...manifestSteps(facts.manifests.value),
      ...(facts.vendored.value || facts.manifests.value.length === 0
        ? []
        : [
            {
              kind: "run",
              role: "install",
              commands: ["go mod download"],
              mounts: [...caches.slice(0, 1), ...secrets],
              why: "",
            } satisfies Step,
          ]),
      ...(shape.probe && facts.port
        ? probeSteps(facts.port.value, facts.healthPath?.value, crossBuild, build)
        : crossBuild),
      { kind: "source", files: ["."], to: "./", why: "" },
      ...(facts.frontend ? [copyFrontend(facts.frontend.value)] : []),
      ...(facts.functions ? [functionsStep(facts.functions.value)] : []),
      {
        kind: "run",
        role: "build",
        commands: [
          ...(facts.manifests.value.length === 0 && !facts.gopath
            ? [`go mod init ${shellWord(facts.importPath?.value ?? facts.name.value)}`, "go mod tidy"]
            : []),
          build(
            shape.binary,
            shellWord(facts.mainPackage.value),
            facts.missingSum || (facts.functions && !facts.vendored.value) ? "-mod=mod " : "",
          ),
        ],
        mounts: caches,
        why: shape.cgo ? "" : "Static (no libc needed), without debug tables and local paths.",
      },
    ],
  };
}

function callers(facts: GoFacts): string {
  return (
    [...new Set(facts.runPackages.evidence.map(({ file }) => file))].slice(0, 2).join(" and ") || "the code"
  );
}

function isFile(path: string): boolean {
  return /\.\w+$/.test(path);
}

/** A probe of twenty lines: the runtime image has neither a shell nor curl. */
function probeSteps(
  port: number,
  path: string | undefined,
  crossBuild: readonly Step[],
  build: (output: string, what: string) => string,
): readonly Step[] {
  const request =
    path === undefined
      ? []
      : [
          `	fmt.Fprint(c, "GET ${path} HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n")`,
          `	line, _ := bufio.NewReader(c).ReadString('\\n')`,
          `	if len(line) < 10 || (line[9] != '2' && line[9] != '3') {`,
          `		os.Exit(1)`,
          `	}`,
        ];
  const imports = path === undefined ? ["net", "os", "time"] : ["bufio", "fmt", "net", "os", "time"];
  return [
    ...crossBuild,
    {
      kind: "file",
      path: "/probe/main.go",
      lines: [
        "package main",
        "",
        "import (",
        ...imports.map((name) => `	"${name}"`),
        ")",
        "",
        "func main() {",
        `	c, err := net.DialTimeout("tcp", "127.0.0.1:${port}", 3*time.Second)`,
        "	if err != nil {",
        "		os.Exit(1)",
        "	}",
        "	c.SetDeadline(time.Now().Add(3 * time.Second))",
        ...request,
        "}",
      ],
      why: "A probe for HEALTHCHECK: the runtime image has neither a shell nor curl.",
    },
    {
      kind: "run",
      role: "build",
      commands: [build("/out/healthcheck", "/probe/main.go")],
      mounts: caches.slice(1),
      why: "",
    },
  ];
}

function testStage(): StagePlan {
  return {
    name: "test",
    from: "builder",
    why: "",
    steps: [
      { kind: "run", role: "test", commands: ["go vet ./...", "go test ./..."], mounts: caches, why: "" },
    ],
  };
}
