import { z } from "zod";
import type { FoundPackage } from "./types.ts";

const one = z.object({
  name: z.string(),
  version: z.string(),
  license: z.array(z.string()).optional().catch(undefined),
  require: z.record(z.string(), z.unknown()).optional().catch(undefined),
});
const installed = z.union([z.object({ packages: z.array(one) }), z.array(one)]);

/** PHP packages of Composer's `installed.json`; its first version is a bare list. */
export function* readComposer(text: string): Generator<FoundPackage> {
  const list = parse(text);
  for (const { name, version, license = [], require = {} } of list) {
    // `php` and `ext-json` are no packages.
    const dependencies = Object.keys(require).filter((needed) => needed.includes("/"));
    yield {
      kind: "composer",
      name,
      version: version.replace(/^v(?=\d)/, ""),
      ...(license.length > 0 ? { licences: [license.join(" OR ")] } : {}),
      ...(dependencies.length > 0 ? { dependencies } : {}),
    };
  }
}

function parse(text: string): readonly z.infer<typeof one>[] {
  try {
    const read = installed.parse(JSON.parse(text));
    return "packages" in read ? read.packages : read;
  } catch {
    return [];
  }
}
