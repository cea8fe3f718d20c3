import { evidence, likely } from "../../project/facts.ts";
import type { Fact, Project } from "../../project/types.ts";

/**
 * The GOPRIVATE pattern of required modules that need credentials: what the project itself sets for its own builds, else
 * the git servers of module paths that are no public ones. Undefined when none is required or all are vendored.
 */
export function privateModules(project: Project): Fact<string> | undefined {
  if (project.has("vendor/modules.txt")) return undefined;
  const required = project
    .glob("{go.mod,*/go.mod,*/*/go.mod}")
    .flatMap((file) => requiredModules(project.read(file) ?? "").map((module) => ({ file, module })));
  for (const file of project.files.filter((name) => settingFiles.test(name))) {
    const stated = setting.exec(project.read(file) ?? "")?.[1];
    const patterns = (stated ?? "").split(",").filter((pattern) => pattern.includes("."));
    const used = patterns.filter((pattern) => required.some(({ module }) => matches(module, pattern)));
    if (used.length > 0)
      return likely(
        used.join(","),
        `${file} sets GOPRIVATE for its builds`,
        evidence(project, file, setting),
      );
  }
  const internal = required.filter(({ module }) => isInternal(hostOf(module)));
  const hosts = [...new Set(internal.map(({ module }) => hostOf(module)))];
  return hosts.length === 0
    ? undefined
    : likely(
        hosts.join(","),
        "by its name a git server of one's own: if anyone may read it, the secret is not needed",
        ...internal.slice(0, 3).map(({ file, module }) => evidence(project, file, module)),
      );
}

/** Where a project says how it is built. */
const settingFiles =
  /^(?:go\.env|\.envrc|(?:GNU)?[Mm]akefile|[Jj]ustfile|Taskfile\.ya?ml|\.gitlab-ci\.yml|\.travis\.yml|azure-pipelines\.yml|\.circleci\/config\.yml|\.github\/workflows\/[^/]+\.ya?ml)$|(?:^|\/)(?:Dockerfile(?:\.[\w-]+)?|[\w-]+\.[Dd]ockerfile)$/;

/** `GOPRIVATE=git.example.com/*`, `GOPRIVATE: "…"`, `ENV GOPRIVATE …`; a variable's value is not known. */
const setting =
  /^[^#\n]*\bGOPRIVATE["']?(?:\s*[:?]?=\s*|\s*:\s*|[ \t]+)["']?([\w.*,/~-]{3,200})(?=["'\s;]|$)/m;

/** Modules of go.mod's require directives; one that is replaced by a folder needs no download. */
function requiredModules(goMod: string): readonly string[] {
  const replaced = new Map(
    [...goMod.matchAll(/^\s*(?:replace\s+)?([^\s(]+)(?:\s+v\S+)?\s+=>\s+(\S+)/gm)].map(
      ([, from = "", to = ""]) => [from, to] as const,
    ),
  );
  return [...goMod.matchAll(/^\s*(?:require\s+)?([\w.~-]+\.[\w~-]+\/\S+)\s+v\d\S*(?![^\n]*=>)/gm)]
    .map(([, module = ""]) => replaced.get(module) ?? module)
    .filter((module) => !module.startsWith(".") && !module.startsWith("/"));
}

/** As Go compares: each pattern is a glob for a prefix of the path. */
function matches(module: string, pattern: string): boolean {
  const wanted = pattern.replace(/\/$/, "").split("/");
  const parts = module.split("/");
  return (
    wanted.length <= parts.length &&
    wanted.every((part, index) => {
      const [start = "", ...rest] = part.split("*");
      const end = rest.at(-1) ?? "";
      const found = parts[index] ?? "";
      return rest.length === 0
        ? found === part
        : found.length >= start.length + end.length && found.startsWith(start) && found.endsWith(end);
    })
  );
}

function hostOf(module: string): string {
  return module.split("/")[0] ?? "";
}

const publicServers = new Set([
  "github.com", "gitlab.com", "gitea.com", "git.sr.ht", "git.zx2c4.com", "git.tcp.direct", "git.apache.org", "git.eclipse.org",
  "gitlab.freedesktop.org", "gitlab.gnome.org", "gitlab.torproject.org", "gitlab.alpinelinux.org", "gitlab.wikimedia.org",
  "gitlab.cern.ch", "gitlab.inria.fr", "gitlab.futo.org", "gitlab.haskell.org", "git.kernel.org", "git.savannah.gnu.org",
]); // biome-ignore format: a table

/** Vanity hosts of public modules are many and look like any other: only what names itself a git server counts. */
function isInternal(host: string): boolean {
  if (publicServers.has(host)) return false;
  return (
    /\.(?:internal|intranet|corp|lan|local|home|private)$/.test(host) ||
    /^(?:git|gitlab|github|gitea|bitbucket|stash|scm)\.[\w-]+\.\w/.test(host)
  );
}
