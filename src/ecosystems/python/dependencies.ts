import { evidence } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Evidence, Project } from "../../project/types.ts";

/** A declared dependency: normalised name (PEP 503), extras, and where it stands. */
export interface Dependency {
  readonly name: string;
  readonly extras: readonly string[];
  /** The rest of the requirement: version, URL. */
  readonly requirement: string;
  readonly evidence: Evidence;
}

/** Everything the project declares for production, from all its manifests. */
export function readDependencies(project: Project): readonly Dependency[] {
  const found: Dependency[] = [];
  for (const file of requirementFiles(project)) found.push(...fromRequirements(project, file, new Set()));
  const pyproject = project.toml("pyproject.toml");
  for (const line of strings(dig(pyproject, "project", "dependencies")))
    add(found, project, "pyproject.toml", line);
  for (const member of workspaceManifests(project))
    for (const line of strings(dig(project.toml(member), "project", "dependencies")))
      add(found, project, member, line);
  const poetry = dig(pyproject, "tool", "poetry", "dependencies");
  if (isRecord(poetry)) {
    for (const [name, value] of Object.entries(poetry)) {
      if (name.toLowerCase() === "python") continue;
      const extras = isRecord(value) ? strings(value.extras) : [];
      const git = isRecord(value) ? text(value.git) : undefined;
      found.push({
        name: normalise(name),
        extras,
        requirement: git === undefined ? (text(value) ?? "") : `git+${git}`,
        evidence: evidence(
          project,
          "pyproject.toml",
          new RegExp(`^\\s*["']?${literal(name)}["']?\\s*=`, "i"),
        ),
      });
    }
  }
  const pipfile = project.toml("Pipfile");
  const packages = pipfile?.packages;
  if (isRecord(packages)) {
    for (const [name, value] of Object.entries(packages)) {
      found.push({
        name: normalise(name),
        extras: isRecord(value) ? strings(value.extras) : [],
        requirement: text(value) ?? "",
        evidence: evidence(project, "Pipfile", new RegExp(`^\\s*["']?${literal(name)}["']?\\s*=`, "i")),
      });
    }
  }
  for (const file of ["setup.cfg", "setup.py"]) {
    const body = project.read(file);
    const list = body?.match(/install_requires\s*=\s*(\[[^\]]*\]|(?:\n[ \t]+[^\n=]+)+)/)?.[1];
    for (const line of list?.split(/[\n,]/) ?? []) add(found, project, file, line.replace(/[[\]"']/g, ""));
  }
  return found;
}

/** Manifests of the members of a uv workspace: uv reads all of them before it installs anything. */
export function workspaceManifests(project: Project): readonly string[] {
  const members = strings(dig(project.toml("pyproject.toml"), "tool", "uv", "workspace", "members"));
  const files = members.flatMap((member) =>
    project.glob(`${member.replace(/^\.\//, "").replace(/\/$/, "")}/pyproject.toml`),
  );
  return [...new Set(files)].sort();
}

/** The requirements files of production, in the order an install names them. */
export function requirementFiles(project: Project): readonly string[] {
  const candidates = [
    "requirements.txt",
    "requirements/production.txt",
    "requirements/prod.txt",
    "requirements/base.txt",
  ];
  const first = candidates.find((file) => project.has(file));
  return first === undefined ? [] : [first];
}

/** Files a requirements file includes with -r or -c, itself first. */
export function includedRequirements(
  project: Project,
  file: string,
  seen = new Set<string>(),
): readonly string[] {
  if (seen.has(file) || !project.has(file)) return [];
  seen.add(file);
  const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/") + 1) : "";
  const all = [file];
  for (const match of (project.read(file) ?? "").matchAll(
    /^\s*(?:-r|--requirement|-c|--constraint)[\s=]+(\S+)/gm,
  )) {
    all.push(...includedRequirements(project, join(folder, match[1] ?? ""), seen));
  }
  return all;
}

function fromRequirements(project: Project, file: string, seen: Set<string>): readonly Dependency[] {
  const found: Dependency[] = [];
  for (const part of includedRequirements(project, file, seen)) {
    for (const line of declared(project.read(part) ?? "")) add(found, project, part, line);
  }
  return found;
}

/** The lines the project itself asks for: pip-compile and uv write below each release who wants it (`# via flask`). */
function declared(body: string): readonly string[] {
  const lines = body.split("\n");
  return lines.filter((line, index) => {
    if (!/^[A-Za-z0-9]/.test(line)) return true;
    const below = lines.slice(index + 1);
    const end = below.findIndex((next) => !/^\s+(?:#|--hash)/.test(next));
    const why = below.slice(0, end < 0 ? below.length : end).join("\n");
    return !/#\s*via\b/.test(why) || /-r |-c |\(pyproject\.toml\)|\(setup\.\w+\)|\.in\b/.test(why);
  });
}

function add(found: Dependency[], project: Project, file: string, raw: string): void {
  const line = raw.replace(/(^|\s)#.*$/, "").trim();
  if (line === "" || line.startsWith("-")) return;
  const match = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?\s*(.*)$/.exec(line);
  const egg = /#egg=([A-Za-z0-9._-]+)/.exec(raw)?.[1];
  const name = egg ?? (/^(git\+|https?:|file:)/.test(line) ? undefined : match?.[1]);
  if (name === undefined) return;
  found.push({
    name: normalise(name),
    extras: (match?.[2] ?? "")
      .split(",")
      .map((extra) => extra.trim().toLowerCase())
      .filter(Boolean),
    requirement: egg === undefined ? (match?.[3] ?? "") : line,
    evidence: evidence(project, file, line.slice(0, 60)),
  });
}

/** PEP 503: lower case, runs of `-_.` are one hyphen. */
export function normalise(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

function join(folder: string, file: string): string {
  const parts: string[] = [];
  for (const part of `${folder}${file}`.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : [];
}

function literal(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
