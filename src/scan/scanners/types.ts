import type { scannerNames } from "../../data/scanners.ts";
import type { RunResult } from "../../security/process.ts";
import type { FindingKind, ScanFinding } from "../types.ts";
import type { ImagePlaces } from "./places.ts";

export type ScannerName = (typeof scannerNames)[number];

/** A way to start one scanner: a program here, or a container. */
export interface Starter {
  /** For people: a path, or `image …`. */
  readonly what: string;
  /** Where the scanner sees a file of this machine. */
  seenAs(file: string): string;
  /**
   * Runs it to its end; a non-zero exit code is a result. `files` are those of this machine that it reads.
   * Throws LimitError (time, output), CancelledError, MissingToolError.
   */
  start(call: StartCall): Promise<RunResult>;
}

/** One start. */
export interface StartCall {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly network: boolean;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Most output kept; more is an error. */
  readonly maxOutputBytes: number;
}

/** What a scanner is given for one image. */
export interface ScannerCall {
  /** Starts the scanner with the bounds of this scan. */
  start(args: readonly string[], options?: StartOptions): Promise<RunResult>;
  /** The image as a `docker save` archive, as the scanner sees it. */
  readonly archive: string;
  /** No network may be used. */
  readonly offline: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What differs from the usual at one start. */
export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds, when less than what is left. */
  readonly timeoutMs?: number;
}

/** The data a scanner compares versions with. */
export interface Database {
  /** When it was made; ISO 8601. */
  readonly built: string;
}

/** What a scanner printed, and what is known about the run beside it. */
export interface ScannerOutput {
  readonly raw: string;
  readonly database?: Database;
  /** What it looked for, when less than all its kinds. */
  readonly looked?: readonly FindingKind[];
  /** What it did not look at in this run. */
  readonly notScanned: readonly (string | NotScannedFiles)[];
  readonly notes: readonly string[];
}

/** Something that was not looked at, of which it is not known yet whether the image has any. */
export interface NotScannedFiles {
  readonly what: string;
  /** Paths it is about. */
  readonly files: RegExp;
}

/** Findings read from what a scanner printed. */
export interface ParsedOutput {
  readonly findings: readonly ScanFinding[];
  readonly notScanned: readonly string[];
  readonly notes: readonly string[];
}

/** One scanner. A new one is a file that passes test/scan/scanners/contract.test.ts, and an entry in list.ts. */
export interface Scanner {
  readonly name: ScannerName;
  /** What it can find in an image. */
  readonly kinds: readonly FindingKind[];
  /** How it may be installed: programs to look for on PATH, with the arguments that come first. */
  readonly programs: readonly { readonly program: string; readonly args: readonly string[] }[];
  /** The publisher's container image, used when the engine has it. */
  readonly image: string;
  /** The variable that names the program to use. */
  readonly setting: string;
  /** Variables of the environment with these beginnings are handed on: its mirrors, caches and tokens. */
  readonly variables: readonly string[];
  /** Oldest release whose options and output are the ones used here. */
  readonly oldest: string;
  readonly versionArgs: readonly string[];
  /** "required": it sends what it finds to a service, so it runs only when it is asked for by name. */
  readonly network: "never" | "optional" | "required";
  /** Scans the archive. Throws ScannerError for an exit code that is a failure. */
  run(call: ScannerCall): Promise<ScannerOutput>;
  /** Reads what it printed; text is cleaned, no secret's value is kept. Throws ScannerError when it is something else. */
  parse(raw: string, places: ImagePlaces): ParsedOutput;
}

/** A scanner did not do its work. The message says why, in one cleaned line. */
export class ScannerError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ScannerError";
  }
}
