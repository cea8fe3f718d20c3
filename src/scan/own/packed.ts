import { type Packing, packingOf, type Unzstd, unpackEach, unreadable } from "../../image/blob/packed.ts";
import type { ContentResult, ContentSearch, ContentSecret, ContentSubject } from "./content.ts";
import { mostPerFile } from "./content.ts";
import { subjectOf } from "./subject.ts";

/** Opens archives and compressed files of an image, and searches what is in them. */
export interface PackedSearch {
  open(subject: ContentSubject, data: Buffer): ContentResult;
  /** Why files were not opened, and how many. */
  readonly skipped: ReadonlyMap<string, number>;
  /** Bytes of text that came out. */
  readonly bytes: number;
}

const depth = 4;
/** Bytes one file may unpack to, and all of an image. */
const mostOfFile = 256 * 1024 * 1024;
const mostOfImage = 4 * 1024 ** 3;
/** Programs, pictures and fonts: nothing in them is read. */
const useless = /\.(?:class|png|jpe?g|gif|ico|webp|woff2?|ttf|otf|eot|mp[34]|so|dll|exe|pyd|node|wasm)$/i;

/** Makes the search for one image. Without a decoder, zstd files stay closed. */
export function makePackedSearch(content: ContentSearch, unzstd: Unzstd | undefined): PackedSearch {
  const skipped = new Map<string, number>();
  let bytes = 0;
  let total = 0;
  const skip = (why: string): void => void skipped.set(why, (skipped.get(why) ?? 0) + 1);

  function visit(
    data: Buffer,
    packing: Packing,
    path: string,
    inside: string,
    level: number,
    found: ContentSecret[],
  ): void {
    if (unreadable.has(packing) || (packing === "zstd" && unzstd === undefined)) {
      skip(`packed as ${packing}`);
      return;
    }
    const max = Math.min(mostOfFile, mostOfImage - total);
    if (max <= 0) {
      skip("more than 4 GB unpacked");
      return;
    }
    try {
      for (const member of unpackEach(data, packing, max, unzstd ?? nothing, (name) => !useless.test(name))) {
        total += member.data.length;
        if (found.length > mostPerFile) return;
        if (useless.test(member.name)) continue;
        const place = `${inside}!${member.name}`;
        const next = packingOf(member.data.subarray(0, 512));
        // What is only compressed keeps the name it has without the ending.
        const name =
          member.name === "" ? path.replace(/\.(?:gz|zst|z|bz2|xz)$/i, "") : `${path}!${member.name}`;
        if (next !== undefined && next !== "zlib") {
          if (level >= depth) skip(`packed more than ${depth} times`);
          else visit(member.data, next, name, place, level + 1, found);
          continue;
        }
        const subject = subjectOf(member.name === "" ? name : member.name, path);
        const result = content.whole(subject, packing === "zlib" ? gitContent(member.data) : member.data);
        if (result.kind === "text") bytes += member.data.length;
        found.push(...result.secrets.map((secret) => ({ ...secret, inside: place })));
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      skip("unpacking to more than 256 MB");
    }
  }

  return {
    open({ path }, data) {
      const found: ContentSecret[] = [];
      const packing = packingOf(data.subarray(0, 512));
      if (packing !== undefined) visit(data, packing, path, "", 1, found);
      return {
        secrets: found.slice(0, mostPerFile),
        kind: "packed",
        searched: true,
        truncated: found.length > mostPerFile,
      };
    },
    skipped,
    get bytes() {
      return bytes;
    },
  };
}

/** Git's loose objects have a header before the content: `blob 12` and a NUL. */
function gitContent(data: Buffer): Buffer {
  const [header] = /^(?:blob|commit|tag) \d+\0/.exec(data.toString("latin1", 0, 32)) ?? [];
  return header === undefined ? data : data.subarray(header.length);
}

function nothing(): Buffer {
  return Buffer.alloc(0);
}
