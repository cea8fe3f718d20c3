import { evidence } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Evidence, Project } from "../../project/types.ts";
import type { Placeholder } from "./facts.ts";

/** One crate of the project. */
export interface Crate {
  readonly name: string;
  /** Folder of its Cargo.toml, "" for the root. */
  readonly folder: string;
  readonly binaries: readonly { readonly name: string; readonly file: string }[];
  readonly dependencies: readonly string[];
  readonly evidence: Evidence;
  /** Crate roots cargo wants to see before it resolves anything. */
  readonly roots: readonly Placeholder[];
  readonly defaultRun?: string;
}

/** The crates of a project: the root package and the members of its workspace. */
export function readCrates(project: Project): readonly Crate[] {
  return project.files
    .filter((file) => file === "Cargo.toml" || file.endsWith("/Cargo.toml"))
    .filter((file) => file === "Cargo.toml" || isMember(project, file.slice(0, -"/Cargo.toml".length)))
    .flatMap((file) => readCrate(project, file));
}

function isMember(project: Project, folder: string): boolean {
  const workspace = dig(project.toml("Cargo.toml"), "workspace");
  const matches = (patterns: unknown): boolean =>
    Array.isArray(patterns) &&
    patterns.some(
      (pattern) =>
        typeof pattern === "string" &&
        project
          .glob(`${pattern.replace(/^\.\//, "").replace(/\/$/, "")}/Cargo.toml`)
          .includes(`${folder}/Cargo.toml`),
    );
  if (isRecord(workspace))
    return (matches(workspace.members) || isPathDependency(project, folder)) && !matches(workspace.exclude);
  return isPathDependency(project, folder);
}

/** A folder that another manifest names as `path = "…"` belongs to the build even when it is no member. */
function isPathDependency(project: Project, folder: string): boolean {
  const last = folder.split("/").at(-1) ?? folder;
  return project.files.some(
    (file) =>
      file.endsWith("Cargo.toml") &&
      new RegExp(`path\\s*=\\s*"[^"]*${last.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}/?"`).test(
        project.read(file) ?? "",
      ),
  );
}

function readCrate(project: Project, file: string): readonly Crate[] {
  const manifest = project.toml(file);
  const name = text(dig(manifest, "package", "name"));
  if (manifest === undefined || name === undefined) return [];
  const folder = file === "Cargo.toml" ? "" : file.slice(0, -"/Cargo.toml".length);
  const at = (relative: string): string => (folder === "" ? relative : `${folder}/${relative}`);
  const declared = (Array.isArray(manifest.bin) ? manifest.bin : []).flatMap((bin: unknown) => {
    const binName = text(dig(bin, "name"));
    return binName === undefined
      ? []
      : [
          {
            name: binName,
            file: at(
              text(dig(bin, "path")) ??
                (project.has(at(`src/bin/${binName}.rs`)) ? `src/bin/${binName}.rs` : "src/main.rs"),
            ),
          },
        ];
  });
  const found = project.files
    .filter((candidate) => candidate.startsWith(at("src/")))
    .flatMap((candidate) => {
      const relative = candidate.slice(at("").length);
      if (relative === "src/main.rs") return [{ name, file: candidate }];
      const bin = /^src\/bin\/([^/]+?)(?:\.rs|\/main\.rs)$/.exec(relative)?.[1];
      return bin === undefined ? [] : [{ name: bin, file: candidate }];
    })
    .filter((candidate) => !declared.some((one) => one.file === candidate.file));
  const binaries = [...declared, ...found];
  const library = at(text(dig(manifest, "lib", "path")) ?? "src/lib.rs");
  const build = text(dig(manifest, "package", "build")) ?? "build.rs";
  const roots: Placeholder[] = binaries.map((binary) => ({ file: binary.file, kind: "main" as const }));
  if (project.has(library)) roots.push({ file: library, kind: "lib" });
  if (project.has(at(build))) roots.push({ file: at(build), kind: "main" });
  for (const bench of Array.isArray(manifest.bench) ? manifest.bench : []) {
    const benchName = text(dig(bench, "name"));
    if (benchName !== undefined)
      roots.push({ file: at(text(dig(bench, "path")) ?? `benches/${benchName}.rs`), kind: "main" });
  }
  const defaultRun = text(dig(manifest, "package", "default-run"));
  return [
    {
      name,
      folder,
      binaries,
      dependencies: ["dependencies", "build-dependencies"].flatMap((table) => names(manifest[table])),
      evidence: evidence(project, file, /^\s*name\s*=/),
      roots,
      ...(defaultRun === undefined ? {} : { defaultRun }),
    },
  ];
}

function names(table: unknown): readonly string[] {
  return isRecord(table) ? Object.keys(table) : [];
}
