import { readFileSync } from "node:fs";
import type { ImagePlaces } from "../../../src/scan/scanners/places.ts";
import type { ScannerName } from "../../../src/scan/scanners/types.ts";

/** What a scanner printed about an image, from test/fixtures/scanners. */
export function recorded(name: string): string {
  return readFileSync(new URL(`../../fixtures/scanners/${name}.json`, import.meta.url), "utf8");
}

/** One output of each scanner. */
export const outputs: Readonly<Record<ScannerName, string>> = {
  trivy: recorded("trivy-secrets"),
  grype: recorded("grype"),
  "osv-scanner": recorded("osv-scanner"),
  dockle: recorded("dockle"),
  "docker-scout": recorded("docker-scout"),
};

const digests: readonly string[] = JSON.parse(recorded("trivy-secrets")).Metadata.DiffIDs;
const python: readonly string[] = JSON.parse(recorded("trivy-vulnerabilities")).Metadata.DiffIDs;

/** The places of both recorded images; files of layers 1 and 2, and /tmp/tok, were removed later. */
export const places: ImagePlaces = {
  layer(digest) {
    const index = Math.max(digests.indexOf(digest), python.indexOf(digest));
    return index < 0 ? undefined : { index, digest, instruction: `RUN step ${index}` };
  },
  at: (path) => ({ layer: { index: 3, instruction: "RUN step 3" }, inFinalImage: !path.includes("tmp") }),
  has: () => false,
  visible: (path, layer) => layer !== 1 && layer !== 2 && path !== "/tmp/tok",
};
