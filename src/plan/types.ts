import type { AppType, Language } from "../project/types.ts";

/** How far the image is reduced: one stage to read, the default, or no shell and no package manager. */
export type Variant = "quick" | "production" | "hardened";

/** One step of a stage, with the reason it is there. Templates print it, nothing else. */
export type Step = { readonly why: string } & (
  | { readonly kind: "workdir"; readonly path: string }
  | { readonly kind: "arg"; readonly name: string; readonly value?: string }
  | { readonly kind: "env"; readonly values: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: "packages"; readonly manager: "apt" | "apk"; readonly names: readonly string[] }
  | {
      readonly kind: "manifests";
      readonly files: readonly string[];
      readonly to: string;
      readonly parents?: boolean;
      readonly exclude?: readonly string[];
    }
  | {
      readonly kind: "run";
      readonly role: "tool" | "install" | "build" | "test" | "prepare" | "prune" | "collect";
      readonly commands: readonly string[];
      readonly mounts?: readonly MountPlan[];
      readonly network?: "none";
    }
  | { readonly kind: "file"; readonly path: string; readonly lines: readonly string[] }
  | {
      readonly kind: "source";
      readonly files: readonly string[];
      readonly to: string;
      readonly chown?: string;
      readonly exclude?: readonly string[];
    }
  | {
      readonly kind: "copyFrom";
      readonly stage: string;
      readonly files: readonly string[];
      readonly to: string;
      readonly chown?: string;
      readonly chmod?: string;
      readonly exclude?: readonly string[];
    }
  | {
      readonly kind: "createUser";
      readonly name: string;
      readonly uid: number;
      readonly gid: number;
      readonly family: "debian" | "alpine";
      readonly home?: string;
    }
  | { readonly kind: "user"; readonly uid: number; readonly gid: number; readonly name?: string }
  | { readonly kind: "expose"; readonly port: number }
  | { readonly kind: "volume"; readonly path: string }
  | { readonly kind: "label"; readonly values: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: "stopsignal"; readonly signal: string }
  | {
      readonly kind: "healthcheck";
      readonly command: readonly string[];
      readonly interval: string;
      readonly timeout: string;
      readonly startPeriod: string;
      readonly retries: number;
    }
  | { readonly kind: "entrypoint"; readonly command: readonly string[] }
  | { readonly kind: "command"; readonly command: readonly string[] }
);

/** A `--mount` of a run step. */
export type MountPlan =
  | {
      readonly type: "cache";
      readonly target: string;
      readonly id?: string;
      readonly sharing?: "locked" | "shared" | "private";
      readonly uid?: number;
      readonly gid?: number;
    }
  | {
      readonly type: "secret";
      readonly id: string;
      readonly target?: string;
      readonly env?: string;
      readonly required?: boolean;
    }
  | { readonly type: "ssh" }
  | { readonly type: "bind"; readonly source: string; readonly target: string; readonly from?: string };

/** One build stage. The last one is named `runtime`. */
export interface StagePlan {
  readonly name: string;
  /** An image reference or the name of an earlier stage. */
  readonly from: string;
  readonly platform?: "$BUILDPLATFORM";
  readonly why: string;
  /** Lines printed as comments right above FROM. */
  readonly notes?: readonly string[];
  readonly steps: readonly Step[];
}

/** A secret or SSH forward the build needs: how the user passes it. */
export interface BuildInput {
  readonly kind: "secret" | "ssh";
  readonly id: string;
  /** `--secret id=NPM_TOKEN,env=NPM_TOKEN` or `--ssh default`. */
  readonly flag: string;
  readonly why: string;
}

/** How to find out that the application works. `path` undefined means a TCP connect; `port` undefined means it must stay up or exit 0. */
export interface ProbePlan {
  readonly port?: number;
  readonly path?: string;
  readonly exits?: boolean;
}

/** Bytes we expect, with where the figure comes from. */
export interface SizeEstimate {
  readonly minMB: number;
  readonly maxMB: number;
  readonly parts: readonly { readonly what: string; readonly mb: number; readonly source: string }[];
}

/** The typed plan of a Dockerfile: what every ecosystem makes and every template prints. */
export interface Plan {
  readonly language: Language;
  readonly appType: AppType;
  readonly variant: Variant;
  /** Name of the template folder and file: `python/app` is templates/python/app.hbs. */
  readonly template: string;
  /** One line above the file: what this image is. */
  readonly headline: string;
  readonly globalArgs: readonly { readonly name: string; readonly value: string; readonly why: string }[];
  readonly stages: readonly StagePlan[];
  /** Files the build reads although a usual ignore pattern would drop them (a readme named by the manifest, tests for the test stage). */
  readonly keep: readonly string[];
  /** Further ignore patterns of the language, with the reason as a comment. */
  readonly ignore: readonly string[];
  readonly inputs: readonly BuildInput[];
  readonly probe: ProbePlan;
  readonly size: SizeEstimate;
  /** Settings the project itself needs (a framework option), with the file and the text. */
  readonly projectSettings: readonly {
    readonly file: string;
    readonly setting: string;
    readonly why: string;
  }[];
  readonly warnings: readonly string[];
}
