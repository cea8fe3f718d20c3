import type { Project } from "../../project/types.ts";

const lockfiles = ["uv.lock", "poetry.lock", "pdm.lock"];
const wheel =
  /(?:^|[/"'])([A-Za-z0-9_.]+-[A-Za-z0-9_.!+%]+)-(?:\d\w*-)?((?:cp|py|pp)[\w.]+)-([\w.]+)-([\w.]+)\.whl/gm;

/** A lock file that names the wheels of its packages, and which interpreters they are for. */
export interface LockedWheels {
  readonly file: string;
  /** True when every package with wheels for Linux has one for this minor version (`3.13`). */
  serves(version: string): boolean;
}

/** Reads the wheels of a lock file; undefined when there is none, or it lists no files. */
export function readLockedWheels(project: Project): LockedWheels | undefined {
  const file = lockfiles.find((name) => project.has(name));
  const body = file === undefined ? undefined : project.read(file);
  if (file === undefined || body === undefined) return undefined;
  const releases = new Map<string, Set<string>>();
  for (const [, release = "", python = "", abi = "", platform = ""] of body.matchAll(wheel)) {
    if (!/any|manylinux|linux_x86_64/.test(platform)) continue;
    const tags = releases.get(release) ?? new Set<string>();
    for (const tag of python.split(".")) tags.add(`${tag}-${abi}`);
    releases.set(release, tags);
  }
  if (releases.size === 0) return undefined;
  return {
    file,
    serves: (version) => {
      const minor = Number(version.split(".")[1]);
      return [...releases.values()].every((tags) => [...tags].some((tag) => fits(tag, minor)));
    },
  };
}

/** Compatibility tags of PEP 425: pure Python, the stable ABI from its version on, else the exact version. */
function fits(tag: string, minor: number): boolean {
  if (/^py3\d*-none$|^py2\.?py3/.test(tag)) return true;
  const [, found = "", abi = ""] = /^cp3(\d+)-(\w+)$/.exec(tag) ?? [];
  if (found === "") return false;
  return abi === "abi3" ? Number(found) <= minor : Number(found) === minor && !abi.endsWith("t");
}
