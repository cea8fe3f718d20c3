import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { AppType, Evidence, Fact, Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import { calledPrograms } from "../called-programs.ts";
import { servedFrontend } from "../frontend.ts";
import { findHealthPath } from "../health-path.ts";
import { handlesSignals } from "../init.ts";
import { keptSources } from "../kept-sources.ts";
import { keyFiles, leftOut } from "../key-files.ts";
import { nativePackages } from "../native-packages.ts";
import { findPortVariable } from "../port-variable.ts";
import { sources } from "../sources.ts";
import type { Detection, Parameters, Recognition } from "../types.ts";
import { runtimeVersions, settleVersion } from "../versions.ts";
import { procfileProgram, serverArguments } from "./arguments.ts";
import { embeddedFrontend } from "./embedded.ts";
import type { RustFacts } from "./facts.ts";
import { addressVariable, listens, loopbackDefault, portOf } from "./listening.ts";
import { rustMounting } from "./mounting.ts";
import { outsideCrate } from "./outside.ts";
import { runtimeFiles } from "./runtime-files.ts";
import { type Crate, manifestOf, readCrates, resolved } from "./workspace.ts";

const frameworks: readonly (readonly [crate: string, name: string, port: number])[] = [
  ["loco-rs", "Loco", 5150], ["actix-web", "Actix Web", 8080], ["axum", "Axum", 3000], ["rocket", "Rocket", 8000], ["warp", "Warp", 3030],
  ["poem", "Poem", 3000], ["salvo", "Salvo", 8080], ["tide", "Tide", 8080], ["tonic", "Tonic", 50051], ["hyper", "hyper", 3000],
]; // biome-ignore format: a table

/** Frameworks that may be named without a project. */
export const rustFrameworks: readonly string[] = frameworks.map(([, name]) => name);

/** Crates of programs that open a window. */
const windows: ReadonlySet<string> = new Set([
  "eframe", "iced", "bevy", "tauri", "slint", "druid", "fltk", "gtk", "gtk4", "relm4", "winit", "macroquad", "ggez",
]); // biome-ignore format: a list

/** A Cargo.toml makes a Rust project. */
export function recogniseRust(project: Project): Recognition | undefined {
  return project.has("Cargo.toml") ? { strength: 3, evidence: [{ file: "Cargo.toml" }] } : undefined;
}

/** Reads a Cargo project: the binary that ships, native libraries, port, routes. */
export function detectRust(project: Project, parameters: Parameters): Detection<RustFacts> {
  const crates = readCrates(project);
  const target = buildTarget(project);
  const elsewhere = notByCargo(project, target) ?? outsideCrate(project, crates);
  if (elsewhere) return elsewhere;
  const chosen = chooseBinary(project, crates, parameters);
  if (chosen.kind !== "one") return chosen.answer;
  const { crate, binary } = chosen;
  const window = crate.dependencies.find((name) => windows.has(name));
  const own = frameworks.find(([name]) => crate.dependencies.includes(name));
  if (window !== undefined && !own)
    return {
      kind: "refused",
      reason: `a desktop application (${window}): it opens a window, which a container does not have`,
      found: [evidence(project, manifestOf(crate.folder), window)],
      decide: "another directory: no parameter makes a service of it",
    };
  const shared = dig(project.toml("Cargo.toml"), "workspace", "dependencies");
  const all = [
    ...new Set([
      ...crates.flatMap((one) => one.dependencies),
      ...(isRecord(shared) ? Object.keys(shared) : []),
    ]),
  ];
  const port = portOf(project, crate, own?.[2], parameters);
  const words = port && parameters.start === undefined ? serverArguments(project, crate, binary) : undefined;
  const bound = port ? addressVariable(project, port) : undefined;
  const loopback = port && !bound ? loopbackDefault(port) : undefined;
  const appType: Fact<AppType> =
    parameters.appType !== undefined
      ? given(parameters.appType, "appType")
      : port
        ? certain("api", ...port.evidence)
        : likely("cli", "it listens on no port");
  const served = appType.value === "api" || appType.value === "frontend";
  const health =
    parameters.healthPath === undefined
      ? findHealthPath(project, [".rs"], rustMounting)
      : given(parameters.healthPath, "healthPath");
  const native = nativePackages("crate", lockedCrates(project) ?? all, []);
  const keys = keyFiles(project, [".rs"]);
  const programs = calledPrograms(project, [".rs"], rustCall);
  const embedded = embeddedFrontend(project, crates, parameters);
  const shown = embedded ? undefined : servedFrontend(project, [".rs"], parameters);
  const lock = project.has("Cargo.lock");
  const kept = keptFiles(project);
  const offline = project.files.find((file) => /(^|\/)(\.sqlx\/|sqlx-data\.json$)/.test(file));
  const queries =
    all.includes("sqlx") &&
    sources(project, [".rs"]).some((file) => /\bquery(?:_as|_scalar)?!\(/.test(project.read(file) ?? ""));
  const workspace = crates.length > 1 || /^\s*\[workspace\]/m.test(project.read("Cargo.toml") ?? "");
  return {
    kind: "app",
    warnings: [
      ...(lock ? [] : ["no Cargo.lock: two builds may compile different versions; commit it"]),
      ...(loopback
        ? [
            `${clean(loopback.file, 80)}:${loopback.line ?? 1} listens on loopback unless told otherwise: give the container 0.0.0.0 as its address, by the program's flag, settings or environment`,
          ]
        : []),
      ...(queries && !offline
        ? [
            "sqlx's query macros ask a database while they compile: run cargo sqlx prepare and commit .sqlx, or the build stops",
          ]
        : []),
      ...leftOut([...keys.open, ...keys.closed].filter((file) => !kept.includes(file))),
    ],
    facts: {
      name: certain(binary, crate.evidence),
      version: settleVersion(versionOf(project, parameters), "rust", parameters),
      packageManager: certain("cargo", { file: "Cargo.toml" }),
      appType,
      binary: certain(binary, crate.evidence),
      ...(workspace ? { package: certain(crate.name, crate.evidence) } : {}),
      ...(lock ? { lockfile: certain("Cargo.lock", { file: "Cargo.lock" }) } : {}),
      manifests: certain([
        ...["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "rust-toolchain.toml", "rust-toolchain"].filter(
          (file) => project.has(file),
        ),
        ...crates.filter((one) => one.folder !== "").map((one) => `${one.folder}/Cargo.toml`),
      ]),
      placeholders: certain(crates.flatMap((one) => one.roots)),
      ...(target ? { target } : {}),
      ...(queries && offline !== undefined ? { sqlxOffline: certain(true, { file: offline }) } : {}),
      ...(own
        ? {
            framework: certain(
              own[1],
              evidence(project, crate.folder === "" ? "Cargo.toml" : `${crate.folder}/Cargo.toml`, own[0]),
            ),
          }
        : {}),
      ...(port && served ? { port } : {}),
      ...(port && served ? findPortVariable(project, [".rs"], portVariable) : {}),
      ...(health && port && served ? { healthPath: health } : {}),
      start: parameters.start
        ? given(parameters.start, "start")
        : words
          ? { ...words, value: [`/usr/local/bin/${binary}`, ...words.value] }
          : certain([`/usr/local/bin/${binary}`], crate.evidence),
      buildPackages: {
        value: [...new Set([...native.build, ...linkers(project)])].sort(),
        evidence: because(project, native.because),
        confidence: "likely",
      },
      runPackages: {
        value: [...new Set([...native.run, ...programs.map((program) => program.package)])].sort(),
        evidence: [...because(project, native.because), ...programs.map((program) => program.evidence)],
        confidence: "likely",
      },
      runtimeFiles: runtimeFiles(project, crate),
      ...(own?.[1] === "Loco" && project.has("config/production.yaml")
        ? {
            environment: certain([["LOCO_ENV", "production"]] as const, { file: "config/production.yaml" }),
          }
        : {}),
      ...(embedded ? { frontend: certain(embedded, embedded.evidence) } : {}),
      ...(shown ? { servedFrontend: certain(shown, shown.evidence) } : {}),
      ...(kept.length > 0 ? { kept: certain(kept) } : {}),
      ...(bound && served && port ? { addressVariable: bound } : {}),
      handlesSignals: likely(
        own?.[0] === "actix-web" || own?.[0] === "rocket" || handlesSignals(project, [".rs"]),
        "by the framework, or the words of the source",
      ),
      ...gitDependencies(project),
    },
  };
}

/** `Command::new("ffmpeg")`. */
const rustCall = (names: string): RegExp => new RegExp(`Command::new\\(\\s*"(?:/usr/bin/)?(${names})"`);

/** `[build] target` of cargo's configuration: where the binary is found, and whether it is one for Linux. */
function buildTarget(project: Project): Fact<string> | undefined {
  for (const file of [".cargo/config.toml", ".cargo/config"]) {
    const found = text(dig(project.toml(file), "build", "target"));
    if (found !== undefined) return certain(found, evidence(project, file, found));
  }
  return undefined;
}

/** Debian packages of the linkers that cargo's configuration names. */
function linkers(project: Project): readonly string[] {
  const config = [".cargo/config.toml", ".cargo/config"]
    .map((file) => project.read(file) ?? "")
    .join("\n")
    .replace(/^\s*#.*$/gm, "");
  const packages = [
    [/linker\s*=\s*"?(?:\/\S*\/)?clang/, "clang"],
    [/fuse-ld=lld|ld\.lld/, "lld"],
    [/fuse-ld=(?:\/\S*\/)?mold/, "mold"],
  ] as const;
  return packages.flatMap(([pattern, name]) => (pattern.test(config) ? [name] : []));
}

/** What the compiler reads although a usual ignore pattern would drop it: `include_str!("../README.md")`. */
function keptFiles(project: Project): readonly string[] {
  const included = project.files
    .filter((file) => file.endsWith(".rs"))
    .flatMap((file) =>
      [...(project.read(file) ?? "").matchAll(/\binclude_(?:str|bytes)!\(\s*"([^"]+)"/g)].flatMap(
        ([, path = ""]) => resolved(file.split("/").slice(0, -1).join("/"), path) ?? [],
      ),
    )
    .filter((path) => project.has(path));
  return [...new Set([...keptSources(project, (file) => /(?:^|\/)src\/.*\.rs$/.test(file)), ...included])];
}

/** What cargo alone does not make into a program for Linux: WebAssembly, or a manifest that is still a template. */
function notByCargo(
  project: Project,
  target: Fact<string> | undefined,
): Exclude<Detection<RustFacts>, { kind: "app" }> | undefined {
  const broken = project.malformed.get("Cargo.toml");
  if (broken !== undefined)
    return {
      kind: "refused",
      reason: `Cargo.toml cannot be parsed (${broken})`,
      found: [{ file: "Cargo.toml" }],
      decide: "a Cargo.toml that cargo reads; of a template, the project that is made from it",
    };
  const wasi = project.toml("Cargo.toml")?.dependencies;
  const crate = isRecord(wasi) ? Object.keys(wasi).find((name) => name.endsWith("_wasi")) : undefined;
  if (crate !== undefined || target?.value.startsWith("wasm"))
    return {
      kind: "refused",
      reason: "this crate is compiled to WebAssembly, which a container runtime runs without a Linux image",
      found: [target?.evidence[0] ?? evidence(project, "Cargo.toml", crate)],
      decide: "another directory: no parameter makes a Linux program of it",
    };
  const tool = [
    ["leptos", "cargo-leptos"],
    ["dioxus", "dx"],
  ].find(
    ([name = ""]) =>
      dig(project.toml("Cargo.toml"), "package", "metadata", name) !== undefined ||
      (name === "dioxus" && project.has("Dioxus.toml")),
  );
  if (tool !== undefined || (project.has("Trunk.toml") && project.has("index.html")))
    return {
      kind: "refused",
      reason: `${tool?.[1] ?? "trunk"} builds this application: a WebAssembly bundle for the browser beside or instead of a server`,
      found: [{ file: tool === undefined ? "Trunk.toml" : "Cargo.toml" }],
      decide: "another directory: cargo alone does not build it",
    };
  return undefined;
}

/** A main function that a platform's runtime wraps. */
const hostedMain = /#\[shuttle_(?:runtime|service)::main\b/;

function chooseBinary(
  project: Project,
  crates: readonly Crate[],
  parameters: Parameters,
):
  | { kind: "one"; crate: Crate; binary: string }
  | { kind: "none"; answer: Exclude<Detection<RustFacts>, { kind: "app" }> } {
  // What builds, measures or tries the project is not what ships.
  const shipped = crates.filter(
    ({ name, folder }) =>
      folder === "" ||
      (!/(?:^|[-_/])(?:xtask|bench(?:es|marks?)?|fuzz|tests?|test[-_]suite|e2e)$|^(?:tests?|bench|stress)[-_]/.test(
        name,
      ) &&
        !/(?:^|\/)(?:xtask|benches|fuzz|tests?|examples|templates)(?:\/|$)/.test(folder)),
  );
  const every = (parameters.app === undefined ? shipped : crates).flatMap((crate) =>
    crate.binaries.map((binary) => ({ crate, binary: binary.name, file: binary.file })),
  );
  const wanted = parameters.app;
  const hosted = every.filter((one) => hostedMain.test(project.read(one.file) ?? ""));
  const all = every.filter((one) => !hosted.includes(one));
  const [first] = hosted;
  if (first !== undefined && all.length === 0)
    return {
      kind: "none",
      answer: {
        kind: "refused",
        reason:
          "this program is started by Shuttle's runtime (#[shuttle_runtime::main]): without that platform's environment and API it ends at once",
        found: [evidence(project, first.file, hostedMain)],
        decide:
          "a binary with a main function of its own (target), as Shuttle's example standalone-binary has",
      },
    };
  const match = all.find(
    (one) => one.binary === wanted || one.crate.folder === wanted || one.crate.name === wanted,
  );
  if (wanted !== undefined && match) return { kind: "one", ...match };
  if (all.length === 0) {
    return {
      kind: "none",
      answer: {
        kind: "refused",
        reason: "no crate has a binary: this is a library",
        found: [{ file: "Cargo.toml" }],
        decide: "the directory of a crate with a main.rs",
      },
    };
  }
  const named = procfileProgram(project);
  const declared = all.find((one) => one.binary === named);
  if (wanted === undefined && declared) return { kind: "one", ...declared };
  // What `cargo run` starts at the root; a member's default holds for that member alone.
  const byDefault =
    all.find(
      ({ crate, binary }) => crate.defaultRun === binary && (crate.folder === "" || crates.length === 1),
    ) ?? all.find(({ crate, file }) => crate.folder === "" && file === "src/main.rs");
  if (wanted === undefined && byDefault) return { kind: "one", ...byDefault };
  const [only] = all;
  if (wanted === undefined && only && all.length === 1) return { kind: "one", ...only };
  const serving = all.filter((one) => listens(project.read(one.file) ?? ""));
  const [server] = serving;
  if (wanted === undefined && server && serving.length === 1) return { kind: "one", ...server };
  return {
    kind: "none",
    answer: {
      kind: "choice",
      apps: all.map((one) => ({
        name: one.binary,
        path: one.crate.folder,
        what: `binary of the crate ${one.crate.name}`,
      })),
      why: wanted === undefined ? "the project builds several binaries" : `no binary is called ${wanted}`,
    },
  };
}

const portVariable = /\bport\b[^=\n;]*=\s*(?:std::)?env::var\(\s*"((?:[A-Z][A-Z0-9]*_)*PORT)"/;

function versionOf(project: Project, parameters: Parameters): Fact<string> {
  const { standard } = runtimeVersions("rust", parameters.today);
  if (parameters.version !== undefined) return given(parameters.version, "version");
  for (const file of ["rust-toolchain.toml", "rust-toolchain", ".tool-versions"]) {
    const found = /(?:channel\s*=\s*"|^\s*rust\s+|^\s*)(\d+\.\d+)/m.exec(project.read(file) ?? "")?.[1];
    if (found !== undefined) return certain(found, evidence(project, file, found));
  }
  for (const file of ["rust-toolchain.toml", "rust-toolchain"]) {
    const channel = /(?:channel\s*=\s*"|^\s*)((?:nightly|beta)[\w-]*)/m.exec(project.read(file) ?? "")?.[1];
    if (channel !== undefined)
      return likely(
        standard,
        `${file} asks for ${channel}, which rustup fetches in the build`,
        evidence(project, file, channel),
      );
  }
  return { ...assumed(standard, "the newest stable compiler builds every edition"), evidence: [] };
}

/** All crates of the lock file: a native library may come in through a dependency of a dependency. */
function lockedCrates(project: Project): readonly string[] | undefined {
  const lock = project.read("Cargo.lock");
  return lock === undefined
    ? undefined
    : [...lock.matchAll(/^name = "([^"]+)"/gm)].map((match) => match[1] ?? "");
}

function because(project: Project, names: readonly string[]): readonly Evidence[] {
  const file = project.has("Cargo.lock") ? "Cargo.lock" : "Cargo.toml";
  return names.map((name) => evidence(project, file, name));
}

function gitDependencies(project: Project): { gitDependencies?: Fact<"ssh" | "https"> } {
  for (const file of project.files.filter((name) => name.endsWith("Cargo.toml"))) {
    const found = /git\s*=\s*"((?:ssh|git@)?[^"]*)"/.exec(project.read(file) ?? "")?.[1];
    if (found !== undefined)
      return {
        gitDependencies: certain(
          /^(?:ssh:|git@)/.test(found) ? "ssh" : "https",
          evidence(project, file, /git\s*=/),
        ),
      };
  }
  return {};
}
