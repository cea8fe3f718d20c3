import type { Mount } from "../dockerfile/types.ts";
import { cachedCalls, holds } from "./shared/caches.ts";
import { replace } from "./shared/edits.ts";
import type { PackageCall } from "./shared/packages.ts";
import type { Fix, Rule, RuleContext } from "./types.ts";

/** A cache mount where the package manager does not look. */
export const rule: Rule = {
  meta: {
    name: "cache-mount-target",
    summary: "A cache mount lies where the package manager does not keep its cache.",
    why: "The cache of a package manager lies in the home folder of the user that runs it. A mount anywhere else stays empty: every build downloads everything, and what is downloaded stays in the layer.",
    severity: "warning",
    category: "cache",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.docker.com/build/cache/optimize/#use-cache-mounts",
    bad: {
      dockerfile:
        "FROM node:24-slim\nCOPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.cache/npm npm ci\n",
    },
    good: {
      dockerfile:
        "FROM node:24-slim\nCOPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci\n",
    },
  },
  *check(context) {
    const seen = new Set<Mount>();
    for (const { call, targets } of cachedCalls(context)) {
      const { run } = call.command;
      const caches = run.mounts.filter(({ type }) => type === "cache");
      if (caches.some((mount) => targets.some((target) => holds(mount, target)))) continue;
      const meant = caches.find((mount) => isMeantFor(mount, call, targets));
      const last = meant?.target?.split("/").at(-1);
      const target = targets.find((each) => each.split("/").at(-1) === last) ?? targets[0];
      if (!meant || target === undefined || seen.has(meant)) continue;
      seen.add(meant);
      yield {
        range: meant.flag.valueRange ?? meant.flag.range,
        message: `${call.manager} keeps its cache in ${target} here, not in ${meant.target?.slice(0, 60)}: this mount stays empty`,
        ...targetFix(context, meant, target),
      };
    }
  },
};

/** True when the path speaks of the manager: its name, or the last part of a folder it uses. */
function isMeantFor({ target }: Mount, { manager }: PackageCall, targets: readonly string[]): boolean {
  const parts = (target ?? "").split("/").filter((part) => part !== "");
  const names = new Set([
    manager,
    `.${manager}`,
    `_${manager}`,
    ...targets.map((each) => each.split("/").at(-1) ?? ""),
  ]);
  return parts.slice(-2).some((part) => names.has(part));
}

function targetFix({ file }: RuleContext, mount: Mount, target: string): { fix?: Fix } {
  const { range } = mount.flag;
  const text = file.text.slice(range.start, range.end);
  const at = mount.target === undefined ? -1 : text.indexOf(mount.target);
  if (at < 0 || mount.target === undefined) return {};
  const place = { start: range.start + at, end: range.start + at + mount.target.length };
  return { fix: { title: `mount ${target}`, edits: [replace(place, target)], safe: false } };
}
