import type { FindingLayer } from "../types.ts";

/** A package's kind, named as the type of a package URL; `generic` is a program without a package manager. */
export type PackageKind =
  | "deb"
  | "apk"
  | "rpm"
  | "npm"
  | "pypi"
  | "golang"
  | "cargo"
  | "maven"
  | "gem"
  | "composer"
  | "generic";

/** The distribution an image is made of, from os-release. */
export interface Distribution {
  /** `debian`, `alpine` ...: the field ID. */
  readonly id: string;
  /** `13`, `3.24.1` ...; empty for rolling releases. */
  readonly version: string;
}

/** One package as a reader finds it in a file of a layer. Text is raw. */
export interface FoundPackage {
  readonly kind: PackageKind;
  readonly name: string;
  readonly version: string;
  /** Group of a Maven artifact. Scopes and module paths are part of the name. */
  readonly group?: string;
  readonly architecture?: string;
  readonly epoch?: string;
  /** The source package, when the database names it. */
  readonly sourceName?: string;
  readonly sourceVersion?: string;
  /** SPDX expressions or names, as the package states them. */
  readonly licences?: readonly string[];
  /** Names of packages of the same kind that it needs. */
  readonly dependencies?: readonly string[];
  /** Where in the file, when it is an archive: `!/BOOT-INF/lib/x.jar`. */
  readonly inside?: string;
  /** True when the reader had to guess the group: it is good for a list and not for matching. */
  readonly guessed?: boolean;
}

/** A package of an image. All text is cleaned. */
export interface ImagePackage {
  /** As its ecosystem writes it: `@scope/name`, a module path, `group:artifact`. */
  readonly name: string;
  readonly version: string;
  readonly kind: PackageKind;
  /** As OSV names it: `Debian:13`, `npm` ...; empty where OSV has no such ecosystem. */
  readonly ecosystem: string;
  /** Package URL. */
  readonly purl: string;
  /** The file that proves it, with a leading slash; of a nested archive `/app.jar!/BOOT-INF/lib/x.jar`. */
  readonly path: string;
  /** The lowest layer that has it. */
  readonly layer: FindingLayer;
  /** False: a later layer removed or upgraded it. */
  readonly inFinalImage: boolean;
  readonly architecture?: string;
  readonly sourceName?: string;
  readonly sourceVersion?: string;
  readonly distribution?: Distribution;
  /** SPDX expressions or names, as the package states them. */
  readonly licences?: readonly string[];
  /** Names of packages of the same kind that it needs, installed or not. */
  readonly dependencies?: readonly string[];
  /** The package of the distribution that brought the file: its advisories are the distribution's. */
  readonly partOf?: string;
  /** True when its name in the ecosystem is a guess: it is listed and not matched. */
  readonly guessed?: boolean;
}

/** All packages of an image, and what could not be read. */
export interface Inventory {
  readonly packages: readonly ImagePackage[];
  /** Of the final filesystem. */
  readonly distribution?: Distribution;
  /** What is missing from `packages` and why, for people. */
  readonly notes: readonly string[];
}
