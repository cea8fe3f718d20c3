import { createHash } from "node:crypto";
import type { Distribution } from "../packages/types.ts";

/** The image a bill of materials is about, and who wrote it when. */
export interface SbomSubject {
  /** As it was asked for: `app:1.2`, `./image.tar`. */
  readonly name: string;
  /** `sha256:…` of the manifest, or of the configuration where there is no manifest. */
  readonly digest?: string;
  /** `linux/amd64`. */
  readonly platform?: string;
  readonly distribution?: Distribution;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** Version of this program. */
  readonly toolVersion: string;
}

/** A UUID (version 8: of one's own making) from what identifies the document, so that equal input gives an equal document. */
export function documentUuid(parts: readonly string[]): string {
  const hash = createHash("sha256").update(parts.join("\n")).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString("hex", 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
