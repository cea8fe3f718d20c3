import type { TextEdit } from "../../dockerfile/types.ts";
import type { DiveResult } from "../model/dive.ts";
import type { HiddenCause } from "../model/tree.ts";
import type { SourceKind } from "../types.ts";

/** Sizes are bytes of file content, as engines count an image's size; tar headers and padding are not in them. */
export interface ImageAnalysis {
  readonly reference: string;
  readonly source: SourceKind;
  readonly platform: string;
  readonly imageId?: string | undefined;
  readonly digest?: string | undefined;
  readonly size: SizeSummary;
  readonly base: BaseImage;
  readonly layers: readonly LayerReport[];
  readonly hidden: readonly HiddenGroup[];
  readonly useless: readonly UselessGroup[];
  readonly duplicates: Duplicates;
  readonly largest: Largest;
  readonly dive: DiveResult;
  /** Proposed changes, the one that saves most first. Their bytes do not overlap. */
  readonly edits: readonly ProposedEdit[];
  /** What could not be found out, in words for the reader. */
  readonly notes: readonly string[];
}

export interface SizeSummary {
  /** Bytes of all layers: what the image takes on disk. `visible + hidden`. */
  readonly total: number;
  /** Bytes a container can see. */
  readonly visible: number;
  /** Bytes that later layers removed or replaced, but that are still stored and pulled. */
  readonly hidden: number;
  /** Bytes of the layers that came with the base image, and of the others. */
  readonly base: number;
  readonly own: number;
  /** Bytes a pull transfers, where the source stores compressed layers. */
  readonly compressed?: number | undefined;
  readonly files: number;
  readonly entries: number;
}

/** Which layers came with the base image, and how that is known. */
export interface BaseImage {
  /** The lowest layers, this many. */
  readonly layers: number;
  /** As the Dockerfile or a label names it. */
  readonly name?: string | undefined;
  /** "certain": the same layers were found in the base image or the Dockerfile's steps account for the rest. */
  readonly confidence: "certain" | "likely" | "assumed";
  readonly reason: string;
}

/** A place in the user's Dockerfile. */
export interface DockerfilePlace {
  /** 1-based. */
  readonly line: number;
  readonly endLine: number;
  /** Name or index of its stage. */
  readonly stage: string;
}

export interface LayerReport {
  readonly index: number;
  readonly digest?: string | undefined;
  /** The instruction in the words of a Dockerfile, cleaned; "(unknown)" when the history does not say. */
  readonly instruction: string;
  readonly place?: DockerfilePlace | undefined;
  readonly base: boolean;
  /** Bytes of its files. */
  readonly bytes: number;
  readonly compressedBytes?: number | undefined;
  readonly files: number;
  readonly entries: number;
  readonly whiteouts: number;
  /** Bytes of it that later layers hide. */
  readonly hiddenLater: number;
  /** Its largest files, still visible or not. */
  readonly top: readonly PathBytes[];
}

export interface PathBytes {
  /** With a leading slash, cleaned. */
  readonly path: string;
  readonly bytes: number;
}

/** Bytes that one layer wrote and another hid. */
export interface HiddenGroup {
  readonly writtenBy: number;
  readonly hiddenBy: number;
  readonly cause: HiddenCause;
  readonly bytes: number;
  readonly files: number;
  readonly top: readonly PathBytes[];
}

/** What kind of thing nobody needs at run time. */
export type UselessKind =
  | "apt-lists"
  | "package-manager-cache"
  | "pip-cache"
  | "npm-cache"
  | "build-cache"
  | "version-control"
  | "tests"
  | "documentation"
  | "source-maps"
  | "build-files"
  | "temporary-files"
  | "logs";

/** Visible bytes of one kind that one layer wrote. */
export interface UselessGroup {
  readonly kind: UselessKind;
  readonly label: string;
  readonly layer: number;
  readonly bytes: number;
  readonly files: number;
  readonly top: readonly PathBytes[];
}

/** Files of the merged filesystem that have the same content as another one. */
export interface Duplicates {
  /** Undefined when contents were not compared. */
  readonly compared: boolean;
  readonly groups: number;
  /** Bytes of all copies but one of each group. */
  readonly bytes: number;
  readonly top: readonly DuplicateGroup[];
}

export interface DuplicateGroup {
  readonly copies: number;
  /** Bytes of one copy. */
  readonly bytes: number;
  /** Bytes of all copies but one. */
  readonly extra: number;
  readonly paths: readonly string[];
}

export interface Largest {
  readonly files: readonly (PathBytes & { readonly layer: number })[];
  readonly directories: readonly PathBytes[];
  readonly kinds: readonly KindBytes[];
  readonly packages: readonly PackageBytes[];
  /** Large directories as a tree, for eyes. */
  readonly tree: readonly TreeLine[];
}

/** A directory of a tree; the root has depth 0. */
export interface TreeLine extends PathBytes {
  readonly depth: number;
}

export interface KindBytes {
  readonly kind: string;
  readonly bytes: number;
  readonly files: number;
}

export type PackageType = "deb" | "apk" | "rpm" | "npm" | "python" | "go" | "java";

/** An installed package and the visible bytes of its files. */
export interface PackageBytes {
  readonly type: PackageType;
  readonly name: string;
  readonly version?: string | undefined;
  readonly bytes: number;
  readonly files: number;
  /** The layer that wrote most of it. */
  readonly layer: number;
}

/** A change that makes the image smaller. */
export interface ProposedEdit {
  /** Stable kebab-case: `join-runs`, `copy-chown`, `ignore-files` ... */
  readonly kind: string;
  /** One sentence in the imperative. */
  readonly title: string;
  /** What is known to make it necessary, with paths and layers. */
  readonly because: string;
  /** Bytes that the image will lose. */
  readonly saves: number;
  /** How it was predicted: from bytes that were counted, or as the least that will go. */
  readonly certainty: "exact" | "estimate";
  /** Layers it concerns. */
  readonly layers: readonly number[];
  readonly place?: DockerfilePlace | undefined;
  /** Changes of the Dockerfile's text, where one could be made; they may change behaviour and want a look. */
  readonly edits?: readonly TextEdit[] | undefined;
  /** Lines for .dockerignore. */
  readonly ignore?: readonly string[] | undefined;
  /** What to write, when there is no text edit. */
  readonly example?: string | undefined;
}
