import type { Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";

/** Where anybody may fetch from. */
const open =
  /^(?:registry\.npmjs\.org|registry\.yarnpkg\.com|registry\.npmmirror\.com|registry\.npm\.taobao\.org|npm\.jsr\.io|codeload\.github\.com|github\.com|gitlab\.com|bitbucket\.org|pkg\.pr\.new)$/;
const fetched = /(?:\bresolved"?:? +"|\btarball: )https?:\/\/([^/"\s:]+)/g;
const settings = [".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml"];

/**
 * A warning for each registry that only the lock file knows: it was written where a user's own settings named it, which
 * no build has.
 */
export function unnamedRegistries(project: Project, lockfile: string): readonly string[] {
  const hosts = new Set(
    [...(project.read(lockfile) ?? "").matchAll(fetched)].map(([, host = ""]) => host.toLowerCase()),
  );
  const named = settings.map((file) => project.read(file) ?? "").join("\n");
  return [...hosts]
    .filter((host) => !open.test(host) && !named.includes(host))
    .slice(0, 3)
    .map(
      (host) =>
        `${lockfile} fetches from ${clean(host, 80)}, which no .npmrc here names: the build has to reach it; if it wants credentials, name it and its token's variable in an .npmrc`,
    );
}
