import { clean } from "../../security/untrusted.ts";
import { type PathNode, pathOf } from "../model/tree.ts";
import type { PathBytes } from "./types.ts";

/** A path for people: absolute and cleaned. */
export function shownPath(node: PathNode): string {
  return clean(`/${pathOf(node)}`, 300);
}

/** A file version or directory as it is reported. */
export function pathBytes(item: { readonly node: PathNode; readonly size: number }): PathBytes {
  return { path: shownPath(item.node), bytes: item.size };
}
