import type { ImageName, Instruction } from "../../../dockerfile/types.ts";
import type { Step } from "../../../plan/types.ts";
import type { Command } from "../../../rules/shared/commands.ts";

/** The image a single-stage Dockerfile stands on: an official one of a language, its tag taken apart. */
export interface AuthorBase {
  readonly language: "node" | "python" | "go";
  /** As it is printed before the tag: `python`, `mirror.example/library/python`. */
  readonly repository: string;
  /** `3.12.4`; undefined for `latest`, `lts`, `slim` and no tag. */
  readonly version?: string;
  /** `alpine` or `alpine3.22`. */
  readonly alpine?: string;
  /** `bookworm`, `trixie`. */
  readonly codename?: string;
  /** Neither slim nor Alpine: brings compilers. */
  readonly full: boolean;
  /** The global ARG at the start of the tag, with its default. */
  readonly variable?: { readonly name: string; readonly value: string };
}

/** A variable; `early` when a later RUN installs or builds with it in its environment. */
export interface Setting {
  readonly name: string;
  readonly value?: string;
  readonly early: boolean;
}

/** One COPY from the build context: the sources, the absolute destination and the one as written. */
export interface AuthorCopy {
  readonly sources: readonly string[];
  readonly to: string;
  readonly target: string;
  /** Before a RUN that installs or builds. */
  readonly early: boolean;
  /** The value of --chown. */
  readonly chown?: string;
  readonly instruction: Instruction;
}

/** When and how often a health check asks. */
export type Timing = Pick<
  Extract<Step, { kind: "healthcheck" }>,
  "interval" | "timeout" | "startPeriod" | "retries"
>;

/** What the author of a single-stage Dockerfile decided; everything that is in the file is here, or it is not understood. */
export interface Author {
  readonly image: ImageName;
  readonly base: AuthorBase;
  /** `AS name`. */
  readonly name?: string;
  readonly globalArgs: readonly Setting[];
  readonly args: readonly Setting[];
  readonly env: readonly Setting[];
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly ports: readonly number[];
  readonly workdir: string;
  readonly packages: { readonly manager: "apt" | "apk"; readonly names: readonly string[] };
  /** Packages that are removed again, and those only a build needs. */
  readonly buildPackages: readonly string[];
  readonly copies: readonly AuthorCopy[];
  /** Commands that install what manifests name. */
  readonly installs: readonly Command[];
  /** Commands that build the application. */
  readonly builds: readonly Command[];
  /** Installers with their version: `poetry==2.1.0`. */
  readonly tools: readonly string[];
  /** The image uv is copied from. */
  readonly uvImage?: string;
  /** Numbers of the account that runs, when they are given. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly stopsignal?: string;
  /** The author's own check, or only the path it asks for; "none" for HEALTHCHECK NONE. */
  readonly healthcheck?:
    | "none"
    | { readonly port: number; readonly path: string; readonly timing: Partial<Timing> }
    | Extract<Step, { kind: "healthcheck" }>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** Comment lines above the first instruction, without `#`. */
  readonly header: readonly string[];
}

/** Why the file is left as it is: the place that would get lost. */
export interface Misread {
  readonly line: number;
  readonly reason: string;
}
