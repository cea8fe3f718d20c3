/** How sure a fact is: read from a declaration, inferred from one, or a default nobody stated. */
export type Confidence = "certain" | "likely" | "assumed";

/** Where a fact was read. `file` is relative to the project, with forward slashes. */
export interface Evidence {
  readonly file: string;
  /** 1-based. */
  readonly line?: number;
  /** The line or field, cleaned and cut to 120 characters. */
  readonly text?: string;
}

/** Something known about a project, and why. */
export interface Fact<T> {
  readonly value: T;
  readonly evidence: readonly Evidence[];
  readonly confidence: Confidence;
  /** Other values that were found and not taken. */
  readonly alternatives?: readonly T[];
  /** Why this value, when the evidence alone does not say. */
  readonly note?: string;
}

/** A project read once: which files it has, and their text on demand. Paths are relative with forward slashes. */
export interface Project {
  /** The folder's own name, for labels and image names. */
  readonly name: string;
  /** Sorted; ignored trees (.git, node_modules, target, .venv ...) are not walked. */
  readonly files: readonly string[];
  /** True when the limit on files cut the walk. */
  readonly truncated: boolean;
  has(file: string): boolean;
  /** Text of a file or undefined when it is missing, too large or not text. Cached. */
  read(file: string): string | undefined;
  /** Parsed manifests, undefined when missing or malformed (see `malformed`). Cached. */
  json(file: string): unknown;
  toml(file: string): Record<string, unknown> | undefined;
  yaml(file: string): unknown;
  /** Files that could not be parsed, with the parser's first line. */
  readonly malformed: ReadonlyMap<string, string>;
  /** Files matching a glob (picomatch-like: **, *, ?, {a,b}). */
  glob(pattern: string): readonly string[];
}

export type Language = "node" | "python" | "go" | "rust" | "java";
export type AppType = "api" | "frontend" | "worker" | "cli";
