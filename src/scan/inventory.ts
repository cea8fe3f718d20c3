import { readModel } from "../image/model/read.ts";
import type { ImageHandle } from "../image/types.ts";
import { makeInventoryCollector } from "./packages/collect.ts";
import type { Inventory } from "./packages/types.ts";
import { toCycloneDx } from "./sbom/cyclonedx.ts";
import { toSpdx } from "./sbom/spdx.ts";

/** The forms of a bill of materials. */
export type SbomFormat = "cyclonedx" | "spdx";

/** Who writes it and when. */
export interface SbomFacts {
  /** ISO 8601, UTC. */
  readonly created: string;
  /** Of dockwright. */
  readonly toolVersion: string;
}

/** An image's bill of materials, and the list it was made from. */
export interface Sbom {
  readonly document: Readonly<Record<string, unknown>>;
  readonly inventory: Inventory;
}

/** Reads an image for its packages alone: CycloneDX 1.6 or SPDX 2.3. Throws as `ImageHandle.entries`. */
export async function makeSbom(handle: ImageHandle, format: SbomFormat, facts: SbomFacts): Promise<Sbom> {
  const collector = makeInventoryCollector(handle);
  const inventory = await collector.finish(
    await readModel(handle, { contents: false, observe: collector.observe }),
  );
  const digest = handle.digest ?? handle.imageId;
  const subject = {
    name: handle.reference,
    platform: handle.platform,
    ...facts,
    ...(digest === undefined ? {} : { digest }),
    ...(inventory.distribution === undefined ? {} : { distribution: inventory.distribution }),
  };
  const document =
    format === "cyclonedx" ? toCycloneDx(inventory.packages, subject) : toSpdx(inventory.packages, subject);
  return { document: { ...document }, inventory };
}
