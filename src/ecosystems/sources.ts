import type { Project } from "../project/types.ts";

/** Source files with one of the endings, tests and examples left out; at most `limit`, shallow ones first. */
export function sources(project: Project, endings: readonly string[], limit = 400): readonly string[] {
  // Every fact asks again, and a large project takes long to sort.
  const lists = known.get(project) ?? new Map<string, readonly string[]>();
  known.set(project, lists);
  const key = endings.join();
  const all = lists.get(key) ?? list(project, endings);
  lists.set(key, all);
  return all.slice(0, limit);
}

const known = new WeakMap<Project, Map<string, readonly string[]>>();

function list(project: Project, endings: readonly string[]): readonly string[] {
  return project.files
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .filter(
      (file) =>
        // Below src/main the folders are a Java package's name, and `org.example` is a usual one.
        !/(^|\/)(tests?|__tests__|spec|e2e|docs?|examples?|migrations|vendor|third_party|\.yarn)\//.test(
          file.replace(/src\/main\/.*$/, ""),
        ),
    )
    .filter(
      (file) =>
        !/(_test\.go|\.test\.[jt]sx?|\.spec\.[jt]sx?|(^|\/)test_[^/]*\.py|(^|\/)conftest\.py)$/.test(file),
    )
    .map((file) => ({ file, depth: depth(file) }))
    .sort((left, right) => left.depth - right.depth || (left.file < right.file ? -1 : 1))
    .map(({ file }) => file);
}

function depth(file: string): number {
  return file.split("/").length;
}
