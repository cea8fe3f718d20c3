import type { Anchor } from "../locate.ts";
import type { ScanFinding } from "../types.ts";

/** A finding of our own checks as the check makes it: who found it, and where the Dockerfile has it, come later. */
export interface OwnFinding
  extends Omit<ScanFinding, "aliases" | "severitySource" | "inFinalImage" | "scanners" | "layer" | "place"> {
  /** Where to look for its instruction; of a finding about a file that is its layer. */
  readonly anchor?: Anchor;
  /** The layer that wrote it, for what is still visible. */
  readonly layerIndex?: number;
}
