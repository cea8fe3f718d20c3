import { writeFile } from "node:fs/promises";
import path from "node:path";
import { scanImage } from "../../src/scan/own.ts";
import type { ScanResult } from "../../src/scan/types.ts";
import { dockerArchive, type ImagePlan } from "../image/make.ts";
import { makeFolder, open } from "../image/open.ts";

const folder = await makeFolder();
let number = 0;

/** Makes an image as an archive and scans it with our own scan. */
export async function scan(plan: ImagePlan): Promise<ScanResult> {
  const name = `image-${number++}.tar`;
  await writeFile(path.join(folder, name), dockerArchive(plan));
  const handle = await open(folder, `./${name}`);
  try {
    return await scanImage(handle, "2026-11-21");
  } finally {
    await handle.dispose();
  }
}
