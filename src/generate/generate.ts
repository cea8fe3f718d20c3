import { ecosystems } from "../ecosystems/index.ts";
import type { Deployable, FactSet, Parameters, Read, ReadApp } from "../ecosystems/types.ts";
import type { Plan } from "../plan/types.ts";
import { projectFromFiles } from "../project/project.ts";
import type { Evidence, Fact, Language, Project } from "../project/types.ts";
import type { Finding } from "../rules/types.ts";
import { InputError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";
import { checkApplicationName } from "./application-name.ts";
import { checkGenerated } from "./check.ts";
import { type Commands, commandsOf, kubernetesSnippet } from "./commands.ts";
import { makeDockerignore } from "./dockerignore.ts";
import { noteEndOfLife } from "./end-of-life.ts";
import { ecosystemOf, pickEcosystem } from "./pick.ts";
import { renderDockerfile } from "./render.ts";
import { straySecrets } from "./stray-secrets.ts";

/** What to generate for. Without a project the parameters have to name a language. */
export interface GenerateRequest {
  readonly project?: Project;
  readonly parameters: Parameters;
  /** Build stage the commands aim at; `runtime` unless named. */
  readonly stage?: string;
  readonly platforms?: readonly string[];
  /** The directory as the user named it, for the commands. */
  readonly directory?: string;
}

/** A Dockerfile with everything that goes with it. */
export interface Generated {
  readonly kind: "generated";
  /** Folder of the build context below the project, "" for its root. */
  readonly path: string;
  readonly dockerfile: string;
  readonly dockerignore: string;
  readonly facts: FactSet;
  readonly plan: Plan;
  /** "version 3.14: no version is stated …": what nobody said and we chose. */
  readonly assumed: readonly string[];
  readonly warnings: readonly string[];
  readonly commands: Commands;
  readonly kubernetes?: string;
  /** What our own validator says about the text; empty unless something is wrong. */
  readonly findings: readonly Finding[];
}

/** There is no single honest Dockerfile: what was found, and which parameter decides. */
export interface NotGenerated {
  readonly kind: "choice" | "refused";
  readonly reason: string;
  /** Language and package manager, as far as they are known. */
  readonly facts: FactSet;
  readonly found: readonly Evidence[];
  readonly apps: readonly Deployable[];
  readonly decide: string;
}

/**
 * Reads facts, makes the plan, prints it and checks what was printed with our own validator and against the
 * build context. Pure but for the project's lazily read files. Throws InputError for contradicting parameters.
 */
export function generate(request: GenerateRequest): Generated | NotGenerated {
  const parameters = settled(request.parameters);
  checkParameters(parameters);
  if (request.project === undefined) {
    if (parameters.language === undefined) {
      throw new InputError(
        "neither a directory nor a language was given",
        "name the project's directory, or a language",
      );
    }
    const read = ecosystemOf(parameters.language).make(parameters);
    return finish(read, projectFromFiles({}), "", { ...request, parameters });
  }
  if (parameters.app !== undefined) checkApplicationName(request.project, parameters.app);
  const pick = pickEcosystem(request.project, parameters);
  if (pick.kind !== "one") return notGenerated(pick, {});
  const { ecosystem, project } = pick;
  const read = ecosystem.read(project, pick.parameters);
  if (read.kind === "app") return finish(read, project, pick.path, { ...request, parameters });
  const packageManager = ecosystem.manager(project, pick.parameters);
  return notGenerated(read, {
    language: languageFact(ecosystem.language, undefined),
    ...(packageManager ? { packageManager } : {}),
  });
}

function finish(read: ReadApp, project: Project, path: string, request: GenerateRequest): Generated {
  const planned = noteEndOfLife(read.plan(), request.parameters.today);
  const secrets = straySecrets(project);
  const plan: Plan = {
    ...planned,
    ignore: [...planned.ignore, ...secrets.files],
    warnings: [...planned.warnings, ...secrets.warnings],
  };
  const stage = request.stage ?? "runtime";
  if (!plan.stages.some((candidate) => candidate.name === stage)) {
    throw new InputError(
      `target ${clean(stage, 60)} is neither a stage nor an application of this project`,
      `use one of ${plan.stages.map((candidate) => candidate.name).join(", ")}`,
    );
  }
  const dockerfile = renderDockerfile(plan);
  const dockerignore = makeDockerignore(plan, project.files);
  const kubernetes = kubernetesSnippet(plan);
  const directory = path === "" ? (request.directory ?? ".") : `${request.directory ?? "."}/${path}`;
  return {
    kind: "generated",
    path,
    dockerfile,
    dockerignore,
    facts: {
      language: languageFact(plan.language, request.project === undefined ? "the parameters" : undefined),
      ...read.facts,
    },
    plan,
    assumed: assumptions(read.facts),
    warnings: [...(read.warnings ?? []), ...plan.warnings, ...malformed(project)],
    commands: commandsOf(plan, imageName(read.facts, project), stage, request.platforms ?? [], directory),
    ...(kubernetes === undefined ? {} : { kubernetes }),
    findings: checkGenerated({
      dockerfile,
      dockerignore,
      project: request.project === undefined ? undefined : project,
      today: request.parameters.today,
    }),
  };
}

function notGenerated(read: Exclude<Read, { kind: "app" }>, facts: FactSet): NotGenerated {
  if (read.kind === "choice") {
    return {
      kind: "choice",
      reason: read.why,
      facts,
      found: [],
      apps: read.apps,
      decide: `target (${read.apps
        .map((app) => app.path || app.name)
        .slice(0, 12)
        .join(", ")})`,
    };
  }
  return { kind: "refused", reason: read.reason, facts, found: read.found, apps: [], decide: read.decide };
}

/** A framework by our spelling of it: `nextjs`, `next.js` and `Next.js` are one. */
function settled(parameters: Parameters): Parameters {
  if (parameters.framework === undefined) return parameters;
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const wanted = plain(parameters.framework);
  const known = ecosystems
    .filter((ecosystem) => parameters.language === undefined || ecosystem.language === parameters.language)
    .flatMap((ecosystem) => ecosystem.frameworks)
    .find((name) => plain(name) === wanted || plain(name) === `${wanted}js`);
  return known === undefined ? parameters : { ...parameters, framework: known };
}

function checkParameters(parameters: Parameters): void {
  const { language, packageManager, port } = parameters;
  if (port !== undefined && (port < 1 || port > 65_535))
    throw new InputError(
      `port ${port} is not between 1 and 65535`,
      "give the port the application listens on",
    );
  if (language !== undefined && packageManager !== undefined) {
    const ecosystem = ecosystemOf(language);
    if (!ecosystem.packageManagers.includes(packageManager)) {
      throw new InputError(
        `packageManager ${clean(packageManager, 40)} does not belong to ${ecosystem.title}`,
        `use one of ${ecosystem.packageManagers.join(", ")}`,
      );
    }
  }
  if (port !== undefined && (parameters.appType === "worker" || parameters.appType === "cli")) {
    throw new InputError(
      `a ${parameters.appType} listens on no port, but port ${port} was given`,
      "leave out one of the two",
    );
  }
}

function languageFact(language: Language, from: string | undefined): Fact<Language> {
  return {
    value: language,
    evidence: [],
    confidence: "certain",
    ...(from === undefined ? {} : { note: `from ${from}` }),
  };
}

function assumptions(facts: FactSet): readonly string[] {
  return Object.entries(facts).flatMap(([name, fact]) =>
    fact === undefined ||
    fact.confidence === "certain" ||
    (fact.confidence === "likely" && fact.note === undefined)
      ? []
      : [`${name} = ${clean(shown(fact.value), 80)}: ${fact.note ?? "nobody states it"}`],
  );
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function malformed(project: Project): readonly string[] {
  return [...project.malformed].map(([file, why]) => `${clean(file, 80)} cannot be parsed: ${why}`);
}

/** A name that is valid as an image repository. */
function imageName(facts: FactSet, project: Project): string {
  const name = typeof facts.name?.value === "string" ? facts.name.value : project.name;
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "") || "app"
  );
}
