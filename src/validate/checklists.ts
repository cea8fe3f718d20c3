import type { Dockerfile } from "../dockerfile/types.ts";
import type { Finding } from "../rules/types.ts";
import type { Checklist } from "./config/types.ts";
import { rulesOf } from "./ids.ts";

/** How one item of a checklist came out. */
export interface ItemResult {
  readonly id: string;
  readonly title: string;
  readonly status: "pass" | "fail" | "not-applicable";
  /** What proves a failure: the line and what is wrong there. */
  readonly proof: readonly { readonly line: number; readonly rule: string; readonly message: string }[];
  readonly note?: string;
}

/** The lists that come with dockwright. */
export const checklists: readonly Checklist[] = [
  {
    name: "optimization",
    title: "Optimisation checklist",
    items: [
      { id: "multi-stage", title: "Multi-stage build: dependencies, build and runtime are separate", rules: ["multi-stage", "no-build-tools-in-final"] },
      { id: "minimal-base", title: "Minimal base image (slim, alpine, distroless)", rules: ["minimal-base"] },
      { id: "layer-caching", title: "Dependency layers are cached: manifests are copied before the source", rules: ["copy-manifests-first"] },
      { id: "non-root", title: "Runs as a user other than root, by a fixed UID", rules: ["missing-user", "last-user-root", "explicit-uid"] },
      { id: "healthcheck", title: "HEALTHCHECK instruction whose program is in the image", rules: ["missing-healthcheck", "healthcheck-tool-missing"] },
      { id: "dockerignore", title: ".dockerignore keeps .git, dependencies and secrets out", rules: ["dockerignore-present", "dockerignore-content"] },
      { id: "scan", title: "The image is scanned for vulnerabilities", rules: [], note: "scan_image decides this" },
      { id: "size", title: "The image is within its size budget", rules: [], note: "analyze_image_size decides this" },
    ],
  },
  {
    name: "security-requirements",
    title: "Security requirements",
    items: [
      { id: "non-root", title: "Non-root user with a fixed UID", rules: ["missing-user", "last-user-root", "explicit-uid"] },
      { id: "no-secrets", title: "No hard-coded secrets; they come in at run time", rules: ["secrets-in-arg-env", "secret-file-copied", "secret-in-layer"] },
      { id: "attack-surface", title: "Minimal attack surface: small base, no build tools, no extra packages", rules: ["minimal-base", "no-build-tools-in-final", "apt-no-recommends"] },
      { id: "health", title: "Health check", rules: ["missing-healthcheck", "healthcheck-tool-missing"], note: "Kubernetes probes are outside the Dockerfile" },
    ],
  },
  {
    name: "dos-and-donts",
    title: "Do and don't",
    items: [
      { id: "no-full-base", title: "Don't use a full base image", rules: ["minimal-base"] },
      { id: "no-copy-all-first", title: "Don't copy everything before installing dependencies", rules: ["copy-manifests-first"] },
      { id: "no-root", title: "Don't run as root", rules: ["missing-user", "last-user-root"] },
      { id: "no-missing-dockerignore", title: "Don't forget .dockerignore", rules: ["dockerignore-present"] },
      { id: "no-missing-healthcheck", title: "Don't skip HEALTHCHECK", rules: ["missing-healthcheck"] },
      { id: "multi-stage", title: "Do build in several stages", rules: ["multi-stage"] },
      { id: "cache-dependencies", title: "Do cache dependency layers", rules: ["copy-manifests-first"] },
      { id: "fixed-uid", title: "Do create a user with a fixed UID", rules: ["missing-user", "explicit-uid"] },
      { id: "dockerignore", title: "Do exclude .git, dependencies and tests from the context", rules: ["dockerignore-present", "dockerignore-content"] },
      { id: "healthcheck", title: "Do add HEALTHCHECK", rules: ["missing-healthcheck", "healthcheck-tool-missing"] },
    ],
  },
  {
    name: "best-practices",
    title: "Best practices",
    items: [
      { id: "minimal-base", title: "Minimal base images", rules: ["minimal-base"] },
      { id: "pinned", title: "Exact image versions, no latest", rules: ["image-tag-missing", "image-tag-latest"] },
      { id: "supported", title: "The base image still gets security fixes", rules: ["eol-base-image"] },
      { id: "buildkit", title: "BuildKit: cache mounts are used right", rules: ["pip-no-cache", "apt-clean-lists", "apk-no-cache"] },
      { id: "order", title: "Instruction order uses the cache", rules: ["copy-manifests-first"] },
      { id: "dockerignore", title: ".dockerignore excludes what is not needed", rules: ["dockerignore-present", "dockerignore-content"] },
      { id: "non-root", title: "Runs as a non-root user", rules: ["missing-user", "last-user-root"] },
      { id: "scan", title: "Images are scanned", rules: [], note: "scan_image decides this" },
    ],
  },
]; // biome-ignore format: one item a line

/** Rules that can only be judged with a build context. */
const needContext = new Set(["dockerignore-present", "dockerignore-content"]);

/** Judges each item of a list; `findings` come from a run in which the list's rules were selected. */
export function judgeChecklist(
  list: Checklist,
  file: Dockerfile,
  findings: readonly Finding[],
  hasContext: boolean,
): ItemResult[] {
  return list.items.map((item) => {
    const names = new Set(item.rules.flatMap((id) => rulesOf(id).map(({ meta }) => meta.name)));
    const proof = findings
      .filter(({ rule }) => names.has(rule))
      .map(({ rule, message, location }) => ({ line: location?.startLine ?? 1, rule, message }));
    const undecided =
      names.size === 0 ||
      file.stages.length === 0 ||
      (!hasContext && [...names].every((name) => needContext.has(name)));
    return {
      id: item.id,
      title: item.title,
      status: proof.length > 0 ? "fail" : undecided ? "not-applicable" : "pass",
      proof,
      ...(item.note === undefined ? {} : { note: item.note }),
    };
  });
}

/** A configuration's rules for a list: exactly those its items name. */
export function checklistRules(list: Checklist): string[] {
  return [
    ...new Set(
      list.items.flatMap((item) => item.rules.flatMap((id) => rulesOf(id).map(({ meta }) => meta.name))),
    ),
  ];
}
