import { type FileVersion, pathOf } from "../model/tree.ts";
import { makeTop, type Top } from "../top.ts";
import { pathBytes } from "./path-bytes.ts";
import type { UselessGroup, UselessKind } from "./types.ts";

interface UselessRule {
  readonly kind: UselessKind;
  readonly label: string;
  /** Tried on the path without a leading slash, or on what follows `below`. */
  readonly pattern: RegExp;
  /** A folder it has to lie in; of several the first. One pattern for both would take quadratic time for a long path. */
  readonly below?: RegExp;
}

const home = "(?:root|home/[^/]+)";

/** What a running container has no use for. The first rule that fits takes the file, so no byte counts twice. */
export const uselessRules: readonly UselessRule[] = [
  { kind: "apt-lists", label: "apt package lists", pattern: /^var\/lib\/apt\/lists\/./ },
  {
    kind: "package-manager-cache",
    label: "system package caches",
    pattern:
      /^var\/cache\/(?:apt|apk|dnf|yum|libdnf5|zypp|pacman)\/|^var\/lib\/(?:dnf|yum)\/(?:history|repos)\/|^etc\/apk\/cache\//,
  },
  {
    kind: "pip-cache",
    label: "Python installer caches",
    pattern: new RegExp(`^${home}/\\.cache/(?:pip|uv|pypoetry|pipenv)/`),
  },
  {
    kind: "npm-cache",
    label: "Node.js package manager caches",
    pattern: new RegExp(
      `^${home}/(?:\\.npm/_|\\.cache/(?:yarn|node|node-gyp|pnpm|puppeteer-tmp)/|\\.local/share/pnpm/store/|\\.yarn/berry/cache/|\\.bun/install/cache/)|^usr/local/share/\\.cache/`,
    ),
  },
  {
    kind: "build-cache",
    label: "build caches",
    pattern: new RegExp(
      `^(?:${home}/)?go/pkg/(?:mod/cache|sumdb)/|^${home}/\\.cache/(?:go-build|ccache|sccache|bazel)/|^(?:usr/local/cargo|${home}/\\.cargo)/(?:registry|git)/|^${home}/\\.(?:gradle/(?:caches|wrapper)|m2/repository|ivy2|sbt|nuget)/|(?:^|/)(?:\\.next/cache|\\.turbo|\\.parcel-cache|\\.pytest_cache|\\.mypy_cache|\\.ruff_cache|\\.nyc_output)/`,
    ),
  },
  { kind: "version-control", label: "version control data", pattern: /(?:^|\/)\.(?:git|hg|svn)\// },
  { kind: "source-maps", label: "source maps", pattern: /\.(?:js|mjs|cjs|css|ts)\.map$/ },
  {
    kind: "tests",
    label: "tests of installed packages",
    below: /(?:^|\/)(?:node_modules|(?:site|dist)-packages)\//,
    pattern: /\/(?:tests?|__tests__|spec|testdata)\//,
  },
  {
    kind: "tests",
    label: "tests of installed packages",
    pattern: /^usr\/(?:local\/)?lib\/python3(?:\.\d+)?\/(?:test|idlelib|lib2to3\/tests|unittest\/test)\//,
  },
  {
    kind: "documentation",
    label: "documentation and manual pages",
    pattern: /^usr\/(?:local\/)?share\/(?:doc|man|info|gtk-doc|help)\//i,
  },
  {
    kind: "documentation",
    label: "documentation and manual pages",
    below: /(?:^|\/)node_modules\//i,
    pattern: /\/(?:README|CHANGELOG|HISTORY)(?:\.(?:md|markdown|txt))?$/i,
  },
  {
    kind: "build-files",
    label: "headers and static libraries",
    pattern: /^usr\/(?:local\/)?include\/|^usr\/(?:local\/)?lib\/.*\.a$/,
  },
  {
    kind: "build-files",
    label: "headers and static libraries",
    below: /(?:^|\/)build\//,
    pattern: /\.o$/,
  },
  { kind: "temporary-files", label: "temporary files", pattern: /^(?:var\/)?tmp\// },
  { kind: "logs", label: "logs", pattern: /^var\/log\// },
];

// Nearly all paths fit no rule: one pattern says so at once.
const anyRule = new RegExp(uselessRules.map((rule) => `(?:${rule.pattern.source})`).join("|"), "i");

/** The kind of a path, undefined for what may be needed. */
export function uselessKind(path: string): UselessRule | undefined {
  return anyRule.test(path) ? uselessRules.find((rule) => fits(rule, path)) : undefined;
}

function fits({ below, pattern }: UselessRule, path: string): boolean {
  if (below === undefined) return pattern.test(path);
  const folder = below.exec(path);
  return folder !== null && pattern.test(path.slice(folder.index + folder[0].length));
}

interface Growing {
  readonly kind: UselessKind;
  readonly label: string;
  readonly layer: number;
  bytes: number;
  files: number;
  readonly top: Top<FileVersion>;
}

/** Visible files that nobody needs, by kind and by the layer that wrote them. Most bytes first. */
export function groupUseless(versions: readonly FileVersion[], topCount: number): UselessGroup[] {
  const groups = new Map<string, Growing>();
  for (const version of versions) {
    if (version.hiddenBy >= 0 || version.size === 0) continue;
    const rule = uselessKind(pathOf(version.node));
    if (rule === undefined) continue;
    const key = `${rule.kind}:${version.layer}`;
    let group = groups.get(key);
    if (group === undefined) {
      const top = makeTop<FileVersion>(topCount, (one) => one.size);
      group = { kind: rule.kind, label: rule.label, layer: version.layer, bytes: 0, files: 0, top };
      groups.set(key, group);
    }
    group.bytes += version.size;
    group.files++;
    group.top.add(version);
  }
  return [...groups.values()]
    .map((group) => ({ ...group, top: group.top.list().map(pathBytes) }))
    .sort((a, b) => b.bytes - a.bytes || a.layer - b.layer);
}
