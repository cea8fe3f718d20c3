import type { Dockerfile } from "../dockerfile/types.ts";
import type { ImageHandle } from "../image/types.ts";
import type { Finding } from "../rules/types.ts";
import type { Limits } from "../security/limits.ts";
import type { Roots } from "../security/paths.ts";

/** What is claimed of an image. Stable: reports and evals keep results under these names. */
export type ClaimId =
  | "valid-dockerfile"
  | "builds"
  | "runs-as-non-root"
  | "starts"
  | "answers-probe"
  | "healthcheck-healthy"
  | "stops-on-sigterm"
  | "read-only-root"
  | "within-size-budget"
  | "no-secret-in-image"
  | "no-secret-in-log"
  | "fails-without-secret"
  | "dependencies-cached"
  | "reproducible"
  | "no-known-vulnerabilities";

export type Verdict = "proved" | "refuted" | "not-tested";

/** One statement, how it was decided, and what was seen. All text is cleaned and free of secret values. */
export interface Claim {
  readonly id: ClaimId;
  /** The statement in words. */
  readonly claim: string;
  readonly verdict: Verdict;
  /** False: reported, not decisive (`read-only-root`, `reproducible`). */
  readonly required: boolean;
  /** Why it is refuted or was not tested; for a refuted one also what to do next. */
  readonly reason?: string;
  /** Figures by name; the unit is in the name (`exitMs`, `bytes`). */
  readonly measurement?: Readonly<Record<string, string | number | boolean>>;
  /** The lines that show it. */
  readonly log?: readonly string[];
  /** Time spent on it, milliseconds. */
  readonly ms: number;
}

/** How to see that the application works. */
export type Probe =
  | { readonly kind: "http"; readonly port?: number; readonly path: string; readonly status?: number }
  | { readonly kind: "tcp"; readonly port?: number }
  | { readonly kind: "command"; readonly command: readonly string[] }
  /** The container ends by itself with code 0, given these arguments (as after the image in `docker run`). */
  | { readonly kind: "exits"; readonly arguments?: readonly string[] };

/** Where the value of a build secret comes from; the value itself is never an argument. */
export type SecretSource =
  | { readonly id: string; readonly env: string }
  /** An absolute path, resolved inside the roots by the caller. */
  | { readonly id: string; readonly file: string }
  /** A random value made for this run. Also what secrets get that the Dockerfile mounts and nobody names. */
  | { readonly id: string; readonly canary: true };

/** Another container on the application's network. */
export interface Service {
  /** Host name under which the application finds it. */
  readonly alias: string;
  readonly image: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
}

/** How long a container is waited for. */
export interface Patience {
  /** Milliseconds for the probe and the health check. */
  readonly startMs: number;
  /** Milliseconds until a container that listens elsewhere is given up. */
  readonly elsewhereMs: number;
  /** Milliseconds that one without a probe has to stay up. */
  readonly stayMs: number;
  /** Seconds between the stop signal and the kill, as orchestrators wait. */
  readonly graceSeconds: number;
}

/** What is verified. Paths are absolute and were resolved inside the roots. */
export interface VerifyInput {
  /** The build context. It is read, never written. */
  readonly context: string;
  /** Path of the Dockerfile; `<context>/Dockerfile` unless given. */
  readonly dockerfile?: string;
  /** The Dockerfile's text, instead of a path. */
  readonly dockerfileText?: string;
  readonly target?: string;
  readonly platform?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly secrets?: readonly SecretSource[];
  /** As `docker build --ssh`: `default` or `id=path`. */
  readonly ssh?: readonly string[];
  /** Network of the build's RUN steps; "host" reaches services on this machine's loopback. */
  readonly buildNetwork?: "default" | "host" | "none";
  /** Derived from HEALTHCHECK and EXPOSE unless given. */
  readonly probe?: Probe;
  /** Environment of the container. */
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of the container, in place of CMD. */
  readonly command?: readonly string[];
  readonly services?: readonly Service[];
  /** Most bytes (uncompressed) the image may have. */
  readonly sizeBudgetBytes?: number;
  readonly engine?: "auto" | "docker" | "podman";
  /** A buildx builder by name. */
  readonly builder?: string;
  /** Claims to leave out; they come back as not tested. `fails-without-secret` is only tried when `include` has it. */
  readonly skip?: readonly ClaimId[];
  readonly include?: readonly ClaimId[];
  /** How long is waited for the container; the defaults are those of `defaultPatience`. */
  readonly patience?: Partial<Patience>;
  /** Keeps the image under this tag; it is then not removed. */
  readonly keepAs?: string;
}

/** Effects and bounds of one run. */
export interface VerifyContext {
  readonly signal: AbortSignal;
  progress(message: string, done?: number, total?: number): void;
  readonly limits: Limits;
  readonly roots: Roots;
  /** YYYY-MM-DD. */
  readonly today: string;
  /** Variables that secrets are read from, and that choose the engine. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Looks for known vulnerabilities in the built image; undefined when there is no scanner. */
  readonly scan?: (subject: ScanSubject) => Promise<ScanSummary>;
}

/** What a scanner is given: the image that was built, and what from. */
export interface ScanSubject {
  readonly handle: ImageHandle;
  readonly dockerfile: Dockerfile;
  readonly target?: string;
}

/** What a scanner said. */
export interface ScanSummary {
  readonly scanner: string;
  /** Findings that count, most severe first, one line each. */
  readonly findings: readonly string[];
  /** All findings by severity, in words: `0 critical, 2 high, 5 medium`. */
  readonly counts: string;
  /** What it did not look at; known vulnerabilities among it mean that silence proves nothing. */
  readonly notScanned: readonly string[];
  readonly notes?: readonly string[];
}

/** A step of the build as the builder numbers it. */
export interface BuildStepRecord {
  /** `builder 3/7`; empty for steps of the builder itself. */
  readonly position: string;
  /** Cleaned. */
  readonly name: string;
  readonly state: "cached" | "done" | "failed" | "cancelled";
  readonly ms: number;
}

/** Where a secret's value was found. */
export interface SecretPlace {
  /** Id of the secret, `ARG NAME` for a build argument. */
  readonly secret: string;
  readonly where: "layer" | "history" | "config" | "label" | "provenance" | "build-log";
  /** Layer, 0 the lowest. */
  readonly layer?: number;
  readonly layerDigest?: string;
  /** Path in the layer, `!` before what is inside a compressed file: `/app/a.tgz!config.json`. */
  readonly path?: string;
  /** The instruction that wrote it, cleaned and masked. */
  readonly instruction?: string;
  /** Files only: what a container sees. "deleted": a later layer removed or replaced it, the bytes are still pulled. */
  readonly visibility?: "visible" | "deleted";
  /** `plain`, `base64`, `hex`, `url`, `utf16`, ... */
  readonly form: string;
}

/** The image that was judged. */
export interface ImageRecord {
  readonly id: string;
  readonly platform: string;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly ports: readonly string[];
  readonly healthcheck?: readonly string[];
  readonly stopSignal?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Uncompressed bytes of files. */
  readonly bytes?: number;
  readonly layers: readonly { readonly instruction: string; readonly bytes: number }[];
}

/** Everything that was found out about one Dockerfile. */
export interface EvidenceRecord {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly subject: {
    readonly context: string;
    readonly dockerfile: string;
    /** sha256 of the Dockerfile's text. */
    readonly sha256: string;
    readonly target?: string;
    readonly platform?: string;
  };
  readonly engine: {
    readonly name: string;
    readonly version: string;
    /** How it was built: `buildx (name)`, `embedded BuildKit`, `buildah`. */
    readonly builder: string;
  };
  /** In the order in which they were decided. */
  readonly claims: readonly Claim[];
  readonly image?: ImageRecord;
  /** Steps of the build that made the image. */
  readonly steps: readonly BuildStepRecord[];
  /** What the rules say about the Dockerfile. */
  readonly findings: readonly Finding[];
  readonly secretPlaces: readonly SecretPlace[];
  /** What could not be looked at, and other remarks. */
  readonly notes: readonly string[];
  readonly totals: {
    readonly proved: number;
    readonly refuted: number;
    readonly notTested: number;
    /** Refuted and decisive: the answer is "no" when there is one. */
    readonly requiredRefuted: number;
    readonly ms: number;
  };
}
