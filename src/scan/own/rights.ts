import type { LayerEntry } from "../../image/types.ts";
import type { OwnFinding } from "./finding.ts";

/** Files that give their owner's rights to whoever starts them, and files that anybody may change. */
export function* rights({ mode }: LayerEntry, shown: () => string): Generator<OwnFinding> {
  if ((mode & 0o6002) === 0) return;
  const kind = "misconfiguration";
  const path = shown();
  if ((mode & 0o6000) !== 0) {
    const bit = (mode & 0o4000) !== 0 ? "setuid" : "setgid";
    yield {
      id: `${bit}-file`,
      kind,
      severity: "low",
      title: `${bit} program`,
      path,
      fix: `chmod a-s ${path}`,
    };
  }
  if ((mode & 0o002) !== 0) {
    yield {
      id: "world-writable-file",
      kind,
      severity: "medium",
      title: "anybody may write the file",
      path,
      fix: `chmod o-w ${path}`,
    };
  }
}
