import type { Locator } from "../locate.ts";
import type { ImagePackage } from "../packages/types.ts";
import type { ScanFinding } from "../types.ts";
import { packageKey } from "./same.ts";

/**
 * Adds what scanners leave open and the image's own list of packages knows: layer, path, source package; and the line
 * of the Dockerfile, where that is known.
 */
export function locateFindings(
  findings: readonly ScanFinding[],
  packages: readonly ImagePackage[],
  locate: Locator,
): ScanFinding[] {
  const known = new Map<string, ImagePackage>();
  for (const one of packages) {
    if (one.inFinalImage) known.set(packageKey(one), one);
  }
  return findings.map((finding) => {
    const { package: subject } = finding;
    const found = subject === undefined ? undefined : known.get(packageKey(subject));
    const layer = finding.layer ?? found?.layer;
    const place = finding.place ?? (layer === undefined ? undefined : locate({ layer: layer.index }));
    return {
      ...finding,
      ...(layer === undefined ? {} : { layer }),
      ...(place === undefined ? {} : { place }),
      ...(subject === undefined || found === undefined
        ? {}
        : {
            package: {
              path: found.path,
              purl: found.purl,
              ...(found.sourceName === undefined || found.sourceName === found.name
                ? {}
                : { source: found.sourceName }),
              ...subject,
            },
          }),
    };
  });
}
