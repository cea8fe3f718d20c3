/** How images are built. */
export type Builder =
  /** `docker buildx build`; `name` undefined means the builder the user selected. */
  | { readonly kind: "buildx"; readonly name?: string; readonly progress: "rawjson" | "plain" }
  /** `DOCKER_BUILDKIT=1 docker build` of clients before 23. */
  | { readonly kind: "embedded" }
  /** `podman build`. */
  | { readonly kind: "buildah" };

/** A container engine that answers, and its client. */
export interface Engine {
  readonly name: "docker" | "podman";
  /** Absolute path of the client. */
  readonly program: string;
  readonly version: string;
  readonly builder: Builder;
  /** False when the engine runs on another machine: published ports are not on our loopback. */
  readonly local: boolean;
}

/** What holds for everything that is started for one run. */
export interface EngineCall {
  readonly engine: Engine;
  readonly signal: AbortSignal;
  /** Milliseconds; a client that takes longer is killed. */
  readonly timeoutMs: number;
}

/** The label every container, network and image of a run carries; its value is the run's id. */
export const runLabel = "dockwright.run";
