const needsWork = /(?:^|\/)\.{0,2}(?:\/|$)/;

/**
 * The path of an entry below the image's root: no leading slash, no empty, `.` or `..` parts (`..` stops at the
 * root, as an unpacking engine confines it). Empty for the root itself.
 */
export function normalizePath(name: string): string {
  if (!needsWork.test(name)) return name;
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

const whiteoutPrefix = ".wh.";
const opaqueName = ".wh..wh..opq";

/**
 * What an entry removes, by its name (OCI image specification, "Whiteouts"): `dir/.wh.name` removes `dir/name`,
 * `dir/.wh..wh..opq` everything the layers below put into `dir`. Other `.wh..wh.` names are notes of the AUFS
 * driver: `ignored`.
 */
export function readWhiteout(
  path: string,
): { readonly kind: "path" | "opaque" | "ignored"; readonly target: string } | undefined {
  const slash = path.lastIndexOf("/");
  if (!path.startsWith(whiteoutPrefix, slash + 1)) return undefined;
  const folder = slash < 0 ? "" : path.slice(0, slash);
  const base = path.slice(slash + 1);
  if (base === opaqueName) return { kind: "opaque", target: folder };
  if (base.startsWith(".wh..wh.")) return { kind: "ignored", target: folder };
  return { kind: "path", target: path.slice(0, slash + 1) + base.slice(whiteoutPrefix.length) };
}
