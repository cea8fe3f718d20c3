import type { BuildInput, MountPlan, Plan, StagePlan, Step } from "../../plan/types.ts";
import { copyFrontend } from "../frontend.ts";
import { healthcheck } from "../healthcheck.ts";
import { initEntrypoint } from "../init.ts";
import { manifestSteps } from "../manifests.ts";
import { applicationUser, nonroot, owner, userSteps } from "../runtime-user.ts";
import { shellWord } from "../shell-word.ts";
import { sizeOf } from "../size.ts";
import type { Parameters } from "../types.ts";
import type { RustFacts } from "./facts.ts";

/** Shared libraries of gcr.io/distroless/cc-debian13. */
const carried: ReadonlySet<string> = new Set([
  "libssl3t64",
  "libgcc-s1",
  "libstdc++6",
  "libgomp1",
  "zlib1g",
  "libzstd1",
]);

/** Decides stages, bases and steps for a Rust program. */
export function planRust(facts: RustFacts, parameters: Parameters): Plan {
  const missing = facts.runPackages.value.filter((name) => !carried.has(name));
  const base =
    parameters.baseRuntime ??
    (missing.length > 0 ? "debian:trixie-slim" : "gcr.io/distroless/cc-debian13:nonroot");
  const small = base === "scratch" || base.includes("distroless/");
  // A base without the C library takes a static binary; rust's Alpine image links musl statically.
  const musl = base === "scratch" || base.includes("distroless/static") || /alpine/.test(base);
  const family = /alpine/.test(base) ? "alpine" : "debian";
  const user = small ? nonroot : applicationUser(parameters.uid);
  const builder = builderStage(facts, musl);
  const chown = owner(user);
  const init = !facts.handlesSignals.value;
  const shown = facts.servedFrontend?.value;
  const front = facts.frontend?.value ?? shown;
  const warnings =
    musl && facts.buildPackages.value.length > 0
      ? [
          `${facts.buildPackages.value.join(", ")} are Debian packages: a musl build needs their Alpine counterparts or vendored features`,
        ]
      : [];
  const runtime: StagePlan = {
    name: "runtime",
    from: base,
    why: "",
    steps: [
      ...(facts.runPackages.value.length > 0 && !small
        ? [
            {
              kind: "packages",
              manager: "apt",
              names: ["ca-certificates", ...facts.runPackages.value],
              why: "What the binary loads or calls.",
            } satisfies Step,
          ]
        : []),
      ...(base === "scratch"
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
      {
        kind: "copyFrom",
        stage: "builder",
        files: [
          `/src/target/${facts.target === undefined ? "" : `${shellWord(facts.target.value)}/`}release/${facts.binary.value}`,
        ],
        to: "/usr/local/bin/",
        why: "",
      },
      ...(facts.port
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
          files: [path],
          to: /\.\w+$/.test(path) ? "./" : `./${path.split("/").at(-1) ?? path}/`,
          chown,
          why: "",
        }),
      ),
      ...(shown ? [copyFrontend(shown)] : []),
      ...(facts.port && facts.portVariable
        ? [
            {
              kind: "env",
              values: [[facts.portVariable.value, String(facts.port.value)]],
              why: "",
            } satisfies Step,
          ]
        : []),
      ...(facts.environment
        ? [{ kind: "env", values: facts.environment.value, why: "" } satisfies Step]
        : []),
      ...(facts.port && facts.addressVariable
        ? [
            {
              kind: "env",
              values: [[facts.addressVariable.value, `0.0.0.0:${facts.port.value}`]],
              why: "Without it the program listens on loopback, where nobody reaches it.",
            } satisfies Step,
          ]
        : []),
      ...(facts.framework?.value === "Rocket"
        ? [
            {
              kind: "env",
              values: [
                ["ROCKET_ADDRESS", "0.0.0.0"],
                ...(facts.port ? [["ROCKET_PORT", String(facts.port.value)] as const] : []),
              ],
              why: "Rocket listens on loopback unless told otherwise.",
            } satisfies Step,
          ]
        : []),
      ...(facts.port
        ? [
            { kind: "expose", port: facts.port.value, why: "" } satisfies Step,
            healthcheck(["/usr/local/bin/healthcheck"], {
              port: facts.port.value,
              ...(facts.healthPath ? { path: facts.healthPath.value } : {}),
            }),
          ]
        : []),
      ...(init
        ? [
            {
              kind: "copyFrom",
              stage: "builder",
              files: [musl ? "/sbin/tini-static" : "/usr/bin/tini-static"],
              to: "/usr/local/bin/tini",
              why: "",
            } satisfies Step,
            initEntrypoint("/usr/local/bin/tini"),
            { kind: "command", command: facts.start.value, why: "" } satisfies Step,
          ]
        : [{ kind: "entrypoint", command: facts.start.value, why: "" } satisfies Step]),
    ],
  };
  return {
    language: "rust",
    appType: facts.appType.value,
    variant: parameters.variant,
    template: "rust/app",
    headline: `${facts.name.value}: ${facts.framework?.value ?? "Rust"}, ${musl ? "one static binary" : "one binary on glibc"}`,
    globalArgs: [],
    stages: [...(front ? [front.stage] : []), builder, ...(parameters.tests ? [testStage()] : []), runtime],
    keep: facts.kept?.value ?? [],
    ignore: ["**/target", "**/*.rs.bk", ...(front ? ["**/node_modules"] : [])],
    inputs: inputs(facts),
    probe: {
      ...(facts.port ? { port: facts.port.value } : { exits: true }),
      ...(facts.healthPath ? { path: facts.healthPath.value } : {}),
    },
    size: sizeOf(base, [{ what: "binary", minMB: 2, maxMB: 20, source: "seed 001 (5-15 MB on scratch)" }]),
    projectSettings: [],
    warnings,
  };
}

function builderStage(facts: RustFacts, musl: boolean): StagePlan {
  const caches: readonly MountPlan[] = [
    { type: "cache", target: "/usr/local/cargo/registry" },
    { type: "cache", target: "/usr/local/cargo/git" },
    ...(facts.gitDependencies?.value === "ssh" ? [{ type: "ssh" } satisfies MountPlan] : []),
  ];
  const locked = facts.lockfile ? " --locked" : "";
  const selected = facts.package ? ` --package ${shellWord(facts.package.value)}` : "";
  const build = `cargo build --release${locked}${selected} --bin ${shellWord(facts.binary.value)}`;
  const placeholders = facts.placeholders.value.map((one) => ({ ...one, file: shellWord(one.file) }));
  const folders = [
    ...new Set(
      placeholders
        .map((one) => one.file.slice(0, Math.max(0, one.file.lastIndexOf("/"))))
        .filter((folder) => folder !== ""),
    ),
  ];
  const mains = placeholders.filter((one) => one.kind === "main").map((one) => one.file);
  const libraries = placeholders.filter((one) => one.kind === "lib").map((one) => one.file);
  const packages = [
    ...facts.buildPackages.value,
    ...(facts.gitDependencies ? ["git"] : []),
    ...(facts.handlesSignals.value ? [] : [musl ? "tini-static" : "tini"]),
  ];
  return {
    name: "builder",
    from: `rust:${facts.version.value}-${musl ? "alpine" : "slim"}`,
    why: "",
    steps: [
      ...(packages.length > 0
        ? [
            {
              kind: "packages",
              manager: musl ? "apk" : "apt",
              names: packages,
              why: "What is needed to build stays in this stage.",
            } satisfies Step,
          ]
        : []),
      ...(facts.target
        ? [
            {
              kind: "run",
              role: "tool",
              commands: [`rustup target add ${shellWord(facts.target.value)}`],
              why: "Cargo's configuration compiles for this target.",
            } satisfies Step,
          ]
        : []),
      { kind: "workdir", path: "/src", why: "" },
      ...(facts.port ? probeSteps(facts.port.value, facts.healthPath?.value) : []),
      ...manifestSteps(facts.manifests.value).map((step, index) =>
        index === 0
          ? {
              ...step,
              why: "Dependencies are compiled against empty crates: this layer is rebuilt only when a manifest changes.",
            }
          : step,
      ),
      {
        kind: "run",
        role: "install",
        commands: [
          ...(folders.length > 0 ? [`mkdir -p ${folders.join(" ")}`] : []),
          ...mains.map((file) => `echo 'fn main() {}' > ${file}`),
          ...(libraries.length > 0 ? [`touch ${libraries.join(" ")}`] : []),
          build,
        ],
        mounts: caches,
        why: "",
      },
      ...(facts.sqlxOffline
        ? [
            {
              kind: "env",
              values: [["SQLX_OFFLINE", "true"]],
              why: "The checked queries are in the project: no database is asked.",
            } satisfies Step,
          ]
        : []),
      { kind: "source", files: ["."], to: "./", why: "" },
      ...(facts.frontend ? [copyFrontend(facts.frontend.value)] : []),
      {
        kind: "run",
        role: "build",
        commands: ["find . -name '*.rs' -not -path './target/*' -exec touch {} +", build],
        mounts: caches,
        why: "Cargo compares times: without touch it would keep the empty crates.",
      },
    ],
  };
}

/** A probe of a few lines: the runtime image has neither a shell nor curl. */
function probeSteps(port: number, path: string | undefined): readonly Step[] {
  const request =
    path === undefined
      ? []
      : [
          `    write!(stream, "GET ${path} HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n").unwrap();`,
          "    let mut head = [0u8; 12];",
          "    stream.read_exact(&mut head).unwrap();",
          "    assert!(head[9] == b'2' || head[9] == b'3');",
        ];
  return [
    {
      kind: "file",
      path: "/probe/main.rs",
      lines: [
        ...(path === undefined ? [] : ["use std::io::{Read, Write};"]),
        "use std::{net::TcpStream, time::Duration};",
        "",
        "fn main() {",
        `    let ${path === undefined ? "" : "mut "}stream = TcpStream::connect("127.0.0.1:${port}").unwrap();`,
        "    stream.set_read_timeout(Some(Duration::from_secs(3))).unwrap();",
        ...request,
        "}",
      ],
      why: "A probe for HEALTHCHECK: the runtime image has neither a shell nor curl.",
    },
    {
      kind: "run",
      role: "build",
      commands: [
        "mkdir -p /out",
        "rustc -C opt-level=s -C strip=symbols -C panic=abort -o /out/healthcheck /probe/main.rs",
      ],
      why: "",
    },
  ];
}

function testStage(): StagePlan {
  return {
    name: "test",
    from: "builder",
    why: "",
    steps: [{ kind: "run", role: "test", commands: ["cargo test --release"], why: "" }],
  };
}

function inputs(facts: RustFacts): readonly BuildInput[] {
  return facts.gitDependencies?.value === "ssh"
    ? [{ kind: "ssh", id: "default", flag: "--ssh default", why: "a dependency comes from git over SSH" }]
    : [];
}
