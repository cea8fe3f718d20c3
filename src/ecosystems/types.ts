import type { Plan, Variant } from "../plan/types.ts";
import type { AppType, Evidence, Fact, Language, Project } from "../project/types.ts";

/** What the caller may decide instead of what the project says. All optional but the variant. */
export interface Parameters {
  readonly language?: Language;
  readonly appType?: AppType;
  readonly variant: Variant;
  readonly packageManager?: string;
  readonly framework?: string;
  /** Runtime or toolchain version: `3.12`, `24`, `1.27`. */
  readonly version?: string;
  readonly port?: number;
  /** Start command as words: `["node", "server.js"]`. */
  readonly start?: readonly string[];
  readonly healthPath?: string;
  /** Runtime base image that replaces the chosen one. */
  readonly baseRuntime?: string;
  /** A deployable of a workspace, by name or path. */
  readonly app?: string;
  /** Moves an end-of-life runtime to a supported one. */
  readonly upgrade: boolean;
  /** Adds a `test` stage. */
  readonly tests: boolean;
  /** User id of the process, where the base image leaves a choice. */
  readonly uid?: number;
  /** The day, for end-of-life dates: YYYY-MM-DD. */
  readonly today: string;
}

/** Facts of one deployable, by name. Every ecosystem has its own set; names are shown to users as they are. */
export type FactSet = Readonly<Record<string, Fact<unknown> | undefined>>;

/** One thing in a repository that can become an image. */
export interface Deployable {
  readonly name: string;
  /** Folder relative to the project, "" for the root. */
  readonly path: string;
  /** "FastAPI service", "Cargo binary": for the list a user picks from. */
  readonly what: string;
}

/** What reading a project with one ecosystem gives. */
export type Detection<F extends FactSet> =
  | { readonly kind: "app"; readonly facts: F; readonly warnings?: readonly string[] }
  /** Several deployables, none of them clearly the one. */
  | { readonly kind: "choice"; readonly apps: readonly Deployable[]; readonly why: string }
  /** There is no honest answer; `decide` names what would make one. */
  | {
      readonly kind: "refused";
      readonly reason: string;
      readonly found: readonly Evidence[];
      readonly decide: string;
    };

/**
 * A language with its package managers and frameworks. A new one is a folder with `detect.ts` (project -> facts)
 * and `plan.ts` (facts -> plan), its templates, and a line in `index.ts`.
 */
export interface Ecosystem<F extends FactSet = FactSet> {
  readonly language: Language;
  /** For sentences: "Python". */
  readonly title: string;
  readonly packageManagers: readonly string[];
  /** Frameworks that may be given without a directory. */
  readonly frameworks: readonly string[];
  /** Strength of the claim that the project is of this language, with its evidence; undefined when it is not. */
  recognise(project: Project): Recognition | undefined;
  detect(project: Project, parameters: Parameters): Detection<F>;
  /** Who installs the dependencies, known also where no image can be made; undefined where that is the question. */
  manager(project: Project, parameters: Parameters): Fact<string> | undefined;
  /** Facts without a project: the parameters, and defaults said to be assumed. */
  assume(parameters: Parameters): F;
  plan(facts: F, parameters: Parameters): Plan;
}

/** How strongly a project is of a language. */
export interface Recognition {
  /** 3: builds a service by itself; 2: has a manifest; 1: has only source files. */
  readonly strength: 1 | 2 | 3;
  /** Languages whose manifests belong to this build: a front end that it compiles itself. */
  readonly includes?: readonly Language[];
  readonly evidence: readonly Evidence[];
}

/** Lets a list hold ecosystems of different fact sets: each one's facts only ever go back to itself. */
export function ecosystem<F extends FactSet>(definition: Ecosystem<F>): AnyEcosystem {
  return {
    ...definition,
    read(project, parameters) {
      const detection = definition.detect(project, parameters);
      if (detection.kind !== "app") return detection;
      return { ...detection, plan: () => definition.plan(detection.facts, parameters) };
    },
    make(parameters) {
      const facts = definition.assume(parameters);
      return { kind: "app", facts, plan: () => definition.plan(facts, parameters) };
    },
  };
}

/** Facts with the way to their plan. */
export interface ReadApp {
  readonly kind: "app";
  readonly facts: FactSet;
  readonly warnings?: readonly string[];
  plan(): Plan;
}

/** An application, or why there is none. */
export type Read = ReadApp | Exclude<Detection<FactSet>, { kind: "app" }>;

/** An ecosystem whose fact type stays inside. */
export interface AnyEcosystem {
  readonly language: Language;
  readonly title: string;
  readonly packageManagers: readonly string[];
  readonly frameworks: readonly string[];
  recognise(project: Project): Recognition | undefined;
  read(project: Project, parameters: Parameters): Read;
  manager(project: Project, parameters: Parameters): Fact<string> | undefined;
  make(parameters: Parameters): ReadApp;
}
