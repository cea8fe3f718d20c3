import fc from "fast-check";
import type { Entry, ImagePlan } from "./make.ts";

const names = ["a", "b", "c", "+d", ".e", "wh.f"];
const contents = ["", "x", "yy", "zz", "x".repeat(700), "y".repeat(700)];

const path = fc
  .array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("/"));

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("file" as const), path, content: fc.constantFrom(...contents) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("directory" as const), path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("opaque" as const), path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("link" as const), path, target: path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("symlink" as const), path }) },
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/**
 * Images of a few layers as engines write them: parents before children, no path twice in a layer, nothing below a
 * file. What lower layers hold is not looked at, so removals of missing paths and replaced directories occur.
 */
export const randomImage: fc.Arbitrary<ImagePlan> = fc
  .array(fc.array(step, { maxLength: 12 }), { minLength: 1, maxLength: 5 })
  .map((layers) => ({ layers: layers.map((steps) => ({ entries: toEntries(steps) })) }));

function toEntries(steps: readonly Step[]): Entry[] {
  const entries: Entry[] = [];
  const kinds = new Map<string, "directory" | "leaf">();
  for (const one of steps) {
    const parents = one.path.split("/").slice(0, -1);
    const folders = parents.map((_, index) => parents.slice(0, index + 1).join("/"));
    if (folders.some((folder) => kinds.get(folder) === "leaf") || kinds.has(one.path)) continue;
    const whiteout = [...parents, `.wh.${one.path.split("/").at(-1) ?? ""}`].join("/");
    if (kinds.has(whiteout)) continue;
    for (const folder of folders) {
      if (kinds.has(folder)) continue;
      // A folder that is removed and made again is opaque, never both in one layer.
      if (entries.some((entry) => entry.path === whiteoutOf(folder))) return entries;
      kinds.set(folder, "directory");
      entries.push({ path: `${folder}/`, mode: 0o755 });
    }
    switch (one.kind) {
      case "file":
        kinds.set(one.path, "leaf");
        entries.push({ path: one.path, data: one.content });
        break;
      case "directory":
        kinds.set(one.path, "directory");
        entries.push({ path: `${one.path}/` });
        break;
      case "remove":
        kinds.set(whiteout, "leaf");
        kinds.set(one.path, "leaf");
        entries.push({ path: whiteout });
        break;
      case "opaque":
        kinds.set(one.path, "directory");
        entries.push({ path: `${one.path}/` }, { path: `${one.path}/.wh..wh..opq` });
        break;
      case "link":
        if (kinds.get(one.target) !== "leaf" || !entries.some((entry) => entry.path === one.target)) break;
        kinds.set(one.path, "leaf");
        entries.push({ path: one.path, type: "1", link: one.target });
        break;
      case "symlink":
        kinds.set(one.path, "leaf");
        entries.push({ path: one.path, type: "2", link: "elsewhere" });
    }
  }
  return entries;
}

function whiteoutOf(folder: string): string {
  const slash = folder.lastIndexOf("/");
  return `${folder.slice(0, slash + 1)}.wh.${folder.slice(slash + 1)}`;
}
