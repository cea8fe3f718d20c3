import { parseIgnore } from "../dockerfile/ignore.ts";
import type { Plan, Step } from "../plan/types.ts";

interface Group {
  readonly title: string;
  readonly patterns: readonly string[];
}

/**
 * What no image needs, in groups. The patterns of seed 001 (lines 897-944), each with the prefix for any depth that the seed's lack
 * (a bare pattern matches at the root of the context only) and the secrets they miss.
 */
const groups: readonly Group[] = [
  { title: "Version control", patterns: [".git", ".gitignore", ".gitattributes"] },
  { title: "Continuous integration", patterns: [".github", ".gitlab-ci.yml", ".travis.yml"] },
  { title: "Editors", patterns: ["**/.vscode", "**/.idea", "**/*.swp", "**/*.swo"] },
  {
    title: "Secrets: they belong in --secret or in the environment of the container",
    patterns: [
      "**/.env",
      "**/.env.*",
      "**/*.pem",
      "**/*.key",
      "**/.netrc",
      "**/.aws",
      "**/.ssh",
      "**/.docker",
    ],
  },
  {
    title: "Tests",
    patterns: [
      "**/tests",
      "**/test",
      "**/*.test.*",
      "**/*.spec.*",
      "**/coverage",
      "**/.coverage",
      "**/htmlcov",
    ],
  },
  { title: "Documentation", patterns: ["**/*.md", "docs", "LICENSE*"] },
  {
    title: "Container files themselves",
    patterns: [
      "**/Dockerfile*",
      "**/*.Dockerfile",
      "**/.dockerignore",
      "**/compose*.y*ml",
      "**/docker-compose*.y*ml",
    ],
  },
  { title: "Logs and operating systems", patterns: ["**/*.log", "**/logs", "**/.DS_Store", "**/Thumbs.db"] },
];

/**
 * The .dockerignore of a plan: the groups, the language's own patterns, and exceptions for what the build copies.
 * `files` are the files of the context (empty when there is none); nothing a stage copies stays ignored.
 */
export function makeDockerignore(plan: Plan, files: readonly string[]): string {
  const tests = plan.stages.some((stage) => stage.name === "test");
  const lines: string[] = [];
  for (const group of groups) {
    if (tests && group.title === "Tests") continue;
    lines.push(`# ${group.title}`, ...group.patterns, "");
  }
  lines.push("# What builds and tools make", ...plan.ignore, "");
  const copied = copiedPaths(plan);
  const exceptions = new Set(plan.keep.filter((path) => ignored(lines, path)));
  for (const path of copied) {
    if (ignored(lines, path)) exceptions.add(path);
    else if (
      files.some((file) => file.startsWith(`${path}/`)) &&
      files.filter((file) => file.startsWith(`${path}/`)).every((file) => ignored(lines, file))
    ) {
      exceptions.add(path);
    }
  }
  if (exceptions.size > 0)
    lines.push("# The build needs these", ...[...exceptions].sort().map((path) => `!${path}`), "");
  return `${lines.join("\n").trim()}\n`;
}

/** Paths of the context that the stages name (not `.`, not patterns). */
export function copiedPaths(plan: Plan): readonly string[] {
  const paths = new Set<string>();
  for (const step of plan.stages.flatMap((stage): readonly Step[] => stage.steps)) {
    if (step.kind !== "manifests" && step.kind !== "source") continue;
    for (const file of step.files) {
      const path = file.replace(/^\.\//, "").replace(/\/+$/, "");
      if (path !== "." && path !== "" && !/[*?[]/.test(path)) paths.add(path);
    }
  }
  return [...paths];
}

function ignored(lines: readonly string[], path: string): boolean {
  return parseIgnore(lines.join("\n")).ignoredBy(path) !== undefined;
}
