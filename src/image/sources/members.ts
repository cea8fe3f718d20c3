import { InputError } from "../../security/errors.ts";
import { feedRegion, type Region } from "../blob/region.ts";
import { createTarParser } from "../tar/parser.ts";
import { normalizePath } from "../tar/path.ts";

/** The files of an archive by their path, without reading them. */
export interface Members {
  /** The region of a file, symbolic and hard links followed. Undefined when it is not there. */
  find(path: string): Region | undefined;
}

// An image of 1,000 layers has about 4,000 members.
const maxMembers = 200_000;
const maxLinks = 8;

/** Reads the table of an image archive: one header per member, content skipped. Throws InputError when malformed. */
export async function readMembers(archive: Region, signal: AbortSignal): Promise<Members> {
  const regions = new Map<string, Region>();
  const links = new Map<string, string>();
  // The last member of a name counts, as for engines, which unpack them one over the other.
  const link = (path: string, target: string): void => {
    if (path === target) return;
    links.set(path, target);
    regions.delete(path);
  };
  const parser = createTarParser({
    where: "image archive",
    maxEntries: maxMembers,
    visit(entry) {
      const path = normalizePath(entry.name);
      if (entry.type === "file") {
        if (entry.offset + entry.stored > archive.length) {
          throw new InputError("the image archive is truncated", "save or copy it again");
        }
        regions.set(path, { fd: archive.fd, offset: archive.offset + entry.offset, length: entry.stored });
        links.delete(path);
      } else if (entry.type === "symlink") {
        const folder = path.includes("/") ? `${path.slice(0, path.lastIndexOf("/"))}/` : "";
        link(path, normalizePath(`./${folder}${entry.linkName}`));
      } else if (entry.type === "hardlink") link(path, normalizePath(entry.linkName));
      return undefined;
    },
  });
  await feedRegion(archive, parser, signal);
  parser.finish();
  return {
    find(path) {
      let current = normalizePath(path);
      for (let hops = 0; hops <= maxLinks; hops++) {
        const region = regions.get(current);
        if (region !== undefined) return region;
        const target = links.get(current);
        if (target === undefined) return undefined;
        current = target;
      }
      throw new InputError("links in the image archive run in a circle", "save the image again");
    },
  };
}
