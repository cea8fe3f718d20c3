import { ecosystems } from "../ecosystems/index.ts";
import type { AnyEcosystem, Deployable, Parameters, Read } from "../ecosystems/types.ts";
import { subproject } from "../project/project.ts";
import type { Project } from "../project/types.ts";
import { InputError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";

/** Which ecosystem reads which part of the project, or why none can. */
export type Pick =
  | {
      readonly kind: "one";
      readonly ecosystem: AnyEcosystem;
      readonly project: Project;
      readonly path: string;
    }
  | Exclude<Read, { kind: "app" }>;

/** The ecosystem of a language name; throws InputError that names the choices. */
export function ecosystemOf(language: string): AnyEcosystem {
  const found = ecosystems.find((candidate) => candidate.language === language);
  if (found) return found;
  throw new InputError(
    `language ${clean(language, 40)} is not known`,
    `use one of ${ecosystems.map((candidate) => candidate.language).join(", ")}`,
  );
}

/** Decides by manifests; two languages that both build a service are a question, not a guess. */
export function pickEcosystem(project: Project, parameters: Parameters): Pick {
  if (parameters.language !== undefined)
    return { kind: "one", ecosystem: ecosystemOf(parameters.language), project, path: "" };
  const all = ecosystems.flatMap((ecosystem) => {
    const recognition = ecosystem.recognise(project);
    return recognition ? [{ ecosystem, recognition }] : [];
  });
  const included = new Set(all.flatMap(({ recognition }) => recognition.includes ?? []));
  const recognised = all
    .filter(({ ecosystem }) => !included.has(ecosystem.language))
    .sort((left, right) => right.recognition.strength - left.recognition.strength);
  const [first, second] = recognised;
  if (first === undefined) return pickBelow(project, parameters);
  if (second === undefined || first.recognition.strength > second.recognition.strength) {
    return { kind: "one", ecosystem: first.ecosystem, project, path: "" };
  }
  const equal = recognised.filter(
    (candidate) => candidate.recognition.strength === first.recognition.strength,
  );
  const working = equal.filter((candidate) => candidate.ecosystem.read(project, parameters).kind === "app");
  const [only] = working;
  if (only && working.length === 1) return { kind: "one", ecosystem: only.ecosystem, project, path: "" };
  return {
    kind: "refused",
    reason: `this is a project of ${equal.map((candidate) => candidate.ecosystem.title).join(" and of ")}`,
    found: equal.flatMap((candidate) => candidate.recognition.evidence.slice(0, 1)),
    decide: `language (${equal.map((candidate) => candidate.ecosystem.language).join(" or ")})`,
  };
}

/** Nothing at the root: the folders one and two levels below may hold the applications. */
function pickBelow(project: Project, parameters: Parameters): Pick {
  const folders = new Set(
    project.files
      .filter((file) =>
        /(^|\/)(package\.json|pyproject\.toml|requirements\.txt|Pipfile|go\.mod|Cargo\.toml|pom\.xml|build\.gradle(\.kts)?)$/.test(
          file,
        ),
      )
      .map((file) => file.slice(0, Math.max(0, file.lastIndexOf("/"))))
      .filter((folder) => folder !== "" && folder.split("/").length <= 2),
  );
  const apps: (Deployable & { ecosystem: AnyEcosystem })[] = [];
  for (const folder of [...folders].sort()) {
    const part = subproject(project, folder);
    const found = ecosystems.find((ecosystem) => (ecosystem.recognise(part)?.strength ?? 0) >= 2);
    if (found)
      apps.push({
        name: folder.split("/").at(-1) ?? folder,
        path: folder,
        what: found.title,
        ecosystem: found,
      });
  }
  const [only] = apps;
  const chosen =
    apps.length === 1 && parameters.app === undefined
      ? only
      : apps.find((app) => app.path === parameters.app || app.name === parameters.app);
  if (chosen)
    return {
      kind: "one",
      ecosystem: chosen.ecosystem,
      project: subproject(project, chosen.path),
      path: chosen.path,
    };
  if (apps.length > 0) {
    return {
      kind: "choice",
      apps: apps.map(({ name, path, what }) => ({ name, path, what })),
      why: "the directory itself holds no manifest; these folders do: name one as the directory",
    };
  }
  return {
    kind: "refused",
    reason: `no project of ${ecosystems.map((ecosystem) => ecosystem.title).join(", ")} was recognised among ${project.files.length} files`,
    found: project.files.slice(0, 5).map((file) => ({ file })),
    decide: "another directory, or language with start and version",
  };
}
