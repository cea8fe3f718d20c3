import type { GoBuildInfo } from "../../image/packages/go.ts";
import type { FoundPackage } from "./types.ts";

/** Modules of a Go program: its main module, what was linked in, and the standard library it was built with. */
export function* readGo({ goVersion, module, version, dependencies }: GoBuildInfo): Generator<FoundPackage> {
  if (module !== "" && module !== "command-line-arguments") {
    yield { kind: "golang", name: module, version: version === "(devel)" ? "" : version };
  }
  for (const one of dependencies) {
    // A local folder in place of a module has no version.
    if (one.version !== "") yield { kind: "golang", name: one.path, version: one.version };
  }
  const release = goRelease(goVersion);
  if (release !== "") yield { kind: "golang", name: "stdlib", version: release };
}

/** `go1.27.1 X:nodwarf5` is 1.27.1; empty for versions under development. */
export function goRelease(text: string): string {
  return /^go(\d+\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?)(?:[-\s+]|$)/.exec(text)?.[1] ?? "";
}
