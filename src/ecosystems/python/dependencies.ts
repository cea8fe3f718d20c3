import { evidence } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Evidence, Project } from "../../project/types.ts";
import type { PythonManager } from "./facts.ts";

/** A declared dependency: normalised name (PEP 503), extras, and where it stands. */
export interface Dependency {
  readonly name: string;
  readonly extras: readonly string[];
  /** The rest of the requirement: version, URL. */
  readonly requirement: string;
  readonly evidence: Evidence;
}

/**
 * What the project declares for production: in the manifests that `manager` reads, or in all of them. Groups and extras
 * that are called after production count.
 */
export function readDependencies(project: Project, manager?: PythonManager): readonly Dependency[] {
  const found: Dependency[] = [];
  const tabled = manager === "uv" || manager === "poetry" || manager === "pdm";
  const [requirements, beside] = requirementFiles(project);
  for (const file of [requirements, beside])
    if (!tabled && manager !== "pipenv" && file !== undefined)
      found.push(...fromRequirements(project, file, new Set()));
  const pyproject = project.toml("pyproject.toml");
  for (const line of strings(dig(pyproject, "project", "dependencies")))
    add(found, project, "pyproject.toml", line);
  if (manager !== "pip" || requirements === undefined)
    for (const { requirements: lines } of productionGroups(project))
      for (const line of lines) add(found, project, "pyproject.toml", line);
  for (const member of workspaceManifests(project))
    for (const line of strings(dig(project.toml(member), "project", "dependencies")))
      add(found, project, member, line);
  const groups = productionGroups(project).map(({ name }) => name);
  const tables = [
    dig(pyproject, "tool", "poetry", "dependencies"),
    ...groups.map((name) => dig(pyproject, "tool", "poetry", "group", name, "dependencies")),
  ];
  for (const table of tables) found.push(...fromTable(project, "pyproject.toml", table));
  if (!tabled && (manager !== "pip" || requirements === undefined))
    found.push(...fromTable(project, "Pipfile", project.toml("Pipfile")?.packages));
  if (tabled) return found;
  for (const file of ["setup.cfg", "setup.py"]) {
    for (const line of setupRequirements(project.read(file) ?? "")) add(found, project, file, line);
    for (const named of requirementsNamedIn(project, file))
      found.push(...fromRequirements(project, named, new Set()));
  }
  return found;
}

/** `name = "^1.0"` or `name = { git = "...", extras = [...] }`, as Poetry and Pipenv write them. */
function fromTable(project: Project, file: string, table: unknown): readonly Dependency[] {
  if (!isRecord(table)) return [];
  return Object.entries(table)
    .filter(([name]) => name.toLowerCase() !== "python")
    .map(([key, value]) => {
      const git = isRecord(value) ? text(value.git) : undefined;
      const [, name = key, extra] = /^([^[]+)(?:\[([^\]]*)\])?/.exec(key) ?? [];
      return {
        name: normalise(name),
        extras: [...(isRecord(value) ? strings(value.extras) : []), ...(extra?.split(",") ?? [])],
        requirement:
          git === undefined
            ? (text(value) ?? (isRecord(value) ? (text(value.version) ?? "") : ""))
            : `git+${git}`,
        evidence: evidence(project, file, new RegExp(`^\\s*["']?${literal(key)}["']?\\s*=`, "i")),
      };
    });
}

/** A group or an extra that is installed in production, because it is called so. */
export interface ProductionGroup {
  readonly name: string;
  /** As `--extra` installs it, or `--group`. */
  readonly kind: "extra" | "group";
  readonly requirements: readonly string[];
}

/** Groups (PEP 735, Poetry's) and extras called `prod`, `production`, `server`, `deploy`. */
export function productionGroups(project: Project): readonly ProductionGroup[] {
  const pyproject = project.toml("pyproject.toml");
  const called = /^(?:prod|production|deploy|deployment|server|serve)$/i;
  const of = (
    table: unknown,
    kind: "extra" | "group",
    list: (value: unknown) => readonly string[],
  ): ProductionGroup[] =>
    isRecord(table)
      ? Object.entries(table)
          .filter(([name]) => called.test(name))
          .map(([name, value]) => ({ name, kind, requirements: list(value) }))
      : [];
  const found = [
    ...of(dig(pyproject, "project", "optional-dependencies"), "extra", strings),
    ...of(dig(pyproject, "dependency-groups"), "group", strings),
    ...of(dig(pyproject, "tool", "poetry", "group"), "group", () => []),
  ];
  return found.filter((group, index) => found.findIndex(({ name }) => name === group.name) === index);
}

/**
 * What pyproject.toml, setup.cfg or setup.py asks for, as plain requirements that can stand in a command: those with markers or
 * addresses are left out.
 */
export function statedBySetup(project: Project): readonly string[] {
  const listed = dig(project.toml("pyproject.toml"), "project", "dependencies");
  const lines = ["setup.cfg", "setup.py"].flatMap((file) => [
    ...setupRequirements(project.read(file) ?? ""),
    ...requirementsNamedIn(project, file).flatMap((list) => (project.read(list) ?? "").split("\n")),
  ]);
  const plain = [...strings(listed), ...lines].map((line) =>
    line.replace(/(^|\s)#.*$/, "").replace(/\s+/g, ""),
  );
  return [...new Set(plain)].filter((line) =>
    /^[A-Za-z0-9][\w.-]*(?:\[[\w,.-]+\])?(?:[<>=!~]=?=?[\w.*+!,<>=~-]+)?$/.test(line),
  );
}

/** The literal list of `install_requires`, also as a tuple or a variable of that name, and in setup.cfg. */
function setupRequirements(body: string): readonly string[] {
  const open = /install_requires\s*=\s*[[(]/.exec(body);
  if (open === null) {
    const plain = /^install_requires\s*=\s*((?:\n[ \t]+[^\n]+)+)/m.exec(body)?.[1];
    return plain?.split("\n") ?? [];
  }
  const start = open.index + open[0].length;
  const end = /^[^"'\])]*(?:(?:"[^"\n]*"|'[^'\n]*')[^"'\])]*)*[\])]/.exec(body.slice(start));
  return [...(end?.[0] ?? "").matchAll(/"([^"\n]*)"|'([^'\n]*)'/g)].map(
    ([, double, single]) => double ?? single ?? "",
  );
}

/** Lists of requirements that a setup file reads: `open("requirements/base.txt")`. */
function requirementsNamedIn(project: Project, file: string): readonly string[] {
  if (requirementFiles(project).length > 0) return [];
  const names = [...(project.read(file) ?? "").matchAll(/["'\s]([\w./-]+\.txt)\b/g)].map(
    (match) => match[1] ?? "",
  );
  return [...new Set(names)]
    .filter((name) => !/test|dev|doc|lint/i.test(name))
    .flatMap((name) => [name, `requirements/${name}`].find((each) => project.has(each)) ?? []);
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
    "requirements/main.txt",
    "requirements/base.txt",
    "requirements/common.txt",
    "requirements/requirements.txt",
  ];
  const first = candidates.find((file) => project.has(file));
  if (first === undefined) return dynamicRequirements(project);
  // `main` beside `deploy`: what serves it is listed apart.
  const beside = /\/(?:main|base|common)\.txt$/.test(first)
    ? ["requirements/deploy.txt", "requirements/server.txt"].find((file) => project.has(file))
    : undefined;
  return beside === undefined || includedRequirements(project, beside).includes(first)
    ? [beside ?? first]
    : [first, beside];
}

/** Lists that setuptools takes the dependencies from: `[tool.setuptools.dynamic]`. */
function dynamicRequirements(project: Project): readonly string[] {
  const file = dig(project.toml("pyproject.toml"), "tool", "setuptools", "dynamic", "dependencies", "file");
  const files = typeof file === "string" ? [file] : strings(file);
  return files.every((each) => project.has(each)) ? files : [];
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
