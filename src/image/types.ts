import type { Limits } from "../security/limits.ts";
import type { Roots } from "../security/paths.ts";

/*
 * An image as everything above this folder sees it: a configuration and an ordered list of layers whose
 * entries can be read as often as needed, wherever the bytes come from.
 */

/** Where an image was found. */
export type SourceKind = "engine" | "docker-archive" | "oci-archive" | "oci-layout" | "registry";

/** A container engine that answers the Docker API. "auto": DOCKER_HOST, then the current context, then Podman. */
export type EngineChoice = "auto" | "docker" | "podman" | "none";

/** What `openImage` needs to know. */
export interface OpenOptions {
  readonly signal: AbortSignal;
  readonly limits: Limits;
  /** Paths in a source must lie inside these directories. */
  readonly roots: Roots;
  /** `os/architecture[/variant]` for images of several platforms; this machine's unless given. */
  readonly platform?: string;
  /** Which engine is asked for references; "none" goes to the registry at once. Default "auto". */
  readonly engine?: EngineChoice;
  /** What `-` reads. Servers leave it out: their standard input is not the caller's. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Variables of the environment that choose the engine (DOCKER_HOST ...); the process's own unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Bytes done of a long read; `total` undefined when nobody knows. */
  readonly progress?: (message: string, done?: number, total?: number) => void;
}

/** A command that is checked from time to time, durations in nanoseconds as the configuration holds them. */
export interface ImageHealthcheck {
  readonly test: readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly retries?: number;
}

/** One step of the build as the image remembers it. Text is raw: clean it before showing it. */
export interface HistoryEntry {
  readonly createdBy: string;
  readonly created?: string;
  readonly comment?: string;
  readonly author?: string;
  /** True when the step made no layer. */
  readonly emptyLayer: boolean;
}

/** The OCI image configuration, in plain words. All text is raw (untrusted). */
export interface ImageConfig {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly created?: string;
  readonly author?: string;
  /** Empty when none is set, which means root. */
  readonly user: string;
  readonly workingDir: string;
  /** `NAME=value`, in order. */
  readonly env: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly shell?: readonly string[];
  readonly healthcheck?: ImageHealthcheck;
  readonly labels: Readonly<Record<string, string>>;
  /** `8080/tcp`. */
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal?: string;
  readonly onBuild: readonly string[];
  readonly history: readonly HistoryEntry[];
  /** `sha256:…` of each uncompressed layer tar, lowest first. */
  readonly diffIds: readonly string[];
}

/** How the bytes of a layer are stored, told by their first bytes and not by the media type. */
export type Compression = "none" | "gzip" | "zstd";

/** A layer before it is read. */
export interface LayerInfo {
  /** 0 is the lowest. */
  readonly index: number;
  /** Digest of the stored blob; undefined where the source names none (older `docker save`). */
  readonly digest?: string;
  readonly diffId?: string;
  /** Bytes as stored in the source: compressed in registries and most OCI layouts. */
  readonly size: number;
  /** Bytes that a pull transfers, when the source stores the layer compressed. */
  readonly compressedSize?: number;
  /** As the manifest says; it may be wrong (see Compression). */
  readonly mediaType?: string;
  /** `created_by` of the history step that made it, raw; empty when the history says nothing. */
  readonly createdBy: string;
  /** Index into `config.history`; undefined when the history is shorter than the layers. */
  readonly historyIndex?: number;
}

export type EntryType =
  | "file"
  | "directory"
  | "symlink"
  | "hardlink"
  | "character"
  | "block"
  | "fifo"
  | "other";

/** One entry of a layer's tar. */
export interface LayerEntry {
  /** Without a leading slash, `.` and `..` resolved at the root: `usr/bin/env`. Raw (untrusted). */
  readonly path: string;
  readonly type: EntryType;
  /** Bytes of content; 0 for everything but files. For a sparse file its logical size. */
  readonly size: number;
  /** Permission bits with setuid, setgid and sticky: `mode & 0o7777`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  /** Target of a symbolic or hard link, raw. Older engines leave one on whiteouts too. */
  readonly linkName: string;
  /** The size field as written, which some writers fill for links too. */
  readonly statedSize: number;
  /**
   * What the entry removes from the layers below: the named path, or everything in the directory. "ignored": a
   * note of the AUFS driver.
   */
  readonly whiteout: { readonly kind: "path" | "opaque" | "ignored"; readonly target: string } | undefined;
}

/** Takes the content of one entry as it streams by. `chunk` is valid only during the call: copy what is kept. */
export interface ContentSink {
  data(chunk: Uint8Array): void;
  end(): void;
}

/**
 * Called for each entry in tar order. Returning a sink asks for the content of this entry; bodies nobody asks
 * for are skipped, which is what makes reading fast. Must not block.
 */
export type EntryVisitor = (entry: LayerEntry) => ContentSink | undefined;

/** An opened image. Layers may be read several times and one after the other; call `dispose` at the end. */
export interface ImageHandle {
  /** What the caller asked for, as it was asked for. */
  readonly reference: string;
  readonly source: SourceKind;
  /** Digest of the configuration: what engines call the image id. */
  readonly imageId?: string;
  /** Digest of the manifest, where the source has one. */
  readonly digest?: string;
  /** Names the source gives the image. */
  readonly tags: readonly string[];
  /** `linux/amd64`. */
  readonly platform: string;
  readonly config: ImageConfig;
  readonly layers: readonly LayerInfo[];
  /** How a layer is stored; "none" means that reading it again costs little. Downloads it from a registry. */
  compression(layerIndex: number): Promise<Compression>;
  /**
   * Reads one layer. Throws InputError for malformed or truncated archives, LimitError at a bound,
   * CancelledError when the signal fires.
   */
  entries(layerIndex: number, visit: EntryVisitor): Promise<void>;
  /**
   * The path of this one image as a `docker save` archive that is not compressed, for other programs to read: the
   * source itself where it is one, otherwise a temporary file that is made on the first call. Valid until `dispose`.
   * Throws as `entries`.
   */
  archive(): Promise<string>;
  /** Removes temporary files and closes what is open. Safe to call twice. */
  dispose(): Promise<void>;
}
