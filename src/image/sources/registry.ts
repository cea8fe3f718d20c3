import { NotFoundError } from "../../security/errors.ts";
import type { ImageHandle, OpenOptions } from "../types.ts";

/** Opens an image of a registry. */
export async function openRegistryImage(reference: string, _options: OpenOptions): Promise<ImageHandle> {
  throw new NotFoundError(`no engine has ${reference}`, "pull it first");
}
