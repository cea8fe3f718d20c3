/** What a rule may know of the build context. Paths are relative, with forward slashes, `.dockerignore` applied by `included`. */
export interface ContextView {
  /** All files before ignoring, sorted. */
  readonly files: readonly string[];
  has(path: string): boolean;
  /** True for a file that is sent to the builder. */
  included(path: string): boolean;
  /** Files that a COPY source (a path or a pattern, as BuildKit matches it) selects among the included ones. */
  match(source: string): readonly string[];
  /** The pattern line that excludes a path, when one does. */
  ignoredBy(path: string): { readonly pattern: string; readonly line: number } | undefined;
  /** Name of the ignore file in force (`.dockerignore` or `<Dockerfile>.dockerignore`), undefined when there is none. */
  readonly ignoreFile?: string;
  read(path: string): string | undefined;
}
