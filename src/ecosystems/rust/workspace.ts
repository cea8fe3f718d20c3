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

/** The crates of a project: the root package, the members of its workspace, and what these name by a path. */
export function readCrates(project: Project): readonly Crate[] {
  const folders = new Set<string>();
  const pending = ["", ...memberFolders(project)];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const file = manifestOf(folder);
    if (folders.has(folder) || !project.has(file)) continue;
    folders.add(folder);
    for (const path of dependencyPaths(project, file)) {
      const next = resolved(folder, path);
      if (next !== undefined) pending.push(next);
    }
  }
  return [...folders].sort().flatMap((folder) => readCrate(project, manifestOf(folder)));
}

/** The manifest of a crate's folder. */
export function manifestOf(folder: string): string {
  return folder === "" ? "Cargo.toml" : `${folder}/Cargo.toml`;
}

function memberFolders(project: Project): readonly string[] {
  const workspace = dig(project.toml("Cargo.toml"), "workspace");
  const matching = (patterns: unknown): readonly string[] =>
    (Array.isArray(patterns) ? patterns : []).flatMap((pattern: unknown) =>
      typeof pattern === "string"
        ? project.glob(`${pattern.replace(/^\.\//, "").replace(/\/$/, "")}/Cargo.toml`)
        : [],
    );
  if (!isRecord(workspace)) return [];
  const excluded = new Set(matching(workspace.exclude));
  return matching(workspace.members)
    .filter((file) => !excluded.has(file))
    .map((file) => file.slice(0, -"/Cargo.toml".length));
}

/** Paths of the dependencies that cargo reads for any build, those of the workspace's table too. */
export function dependencyPaths(project: Project, file: string): readonly string[] {
  const manifest = project.toml(file);
  const tables = ["dependencies", "build-dependencies", "dev-dependencies"].map((name) => manifest?.[name]);
  return [...tables, dig(manifest, "workspace", "dependencies")].flatMap((table) =>
    isRecord(table) ? Object.values(table).flatMap((value) => text(dig(value, "path")) ?? []) : [],
  );
}

/** A path from a folder of the project; undefined when it leads out of it. */
export function resolved(folder: string, path: string): string | undefined {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
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
