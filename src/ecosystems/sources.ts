import type { Project } from "../project/types.ts";

/** Source files with one of the endings, tests and examples left out; at most `limit`, shallow ones first. */
export function sources(project: Project, endings: readonly string[], limit = 400): readonly string[] {
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
    .sort((left, right) => depth(left) - depth(right) || (left < right ? -1 : 1))
    .slice(0, limit);
}

function depth(file: string): number {
  return file.split("/").length;
}
