import { InputError } from "../../security/errors.ts";
import { type Region, readWhole } from "../blob/region.ts";

/** Parses a JSON document of an image. Throws InputError when it is none. */
export function parseJson(bytes: Buffer, what: string): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new InputError(`${what} is not JSON`, "the image is damaged; save or pull it again", {
      cause: error,
    });
  }
}

/** Reads a JSON document of at most `max` bytes from a region. */
export function readJson(region: Region, max: number, what: string): unknown {
  return parseJson(readWhole(region, max, what), what);
}
