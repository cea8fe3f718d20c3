import type { Step } from "../plan/types.ts";

const why = "Manifests before sources: this layer is rebuilt only when they change.";

/**
 * The steps that copy manifests, each into the folder it comes from. `COPY --parents` would say it in one line, but
 * engines whose BuildKit predates it rebuild that line on any edit; it is used where the lines would be too many.
 */
export function manifestSteps(files: readonly string[], folders: readonly string[] = []): readonly Step[] {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const folder = folders.includes(file)
      ? file
      : file.includes("/")
        ? file.slice(0, file.lastIndexOf("/"))
        : ".";
    groups.set(folder, [...(groups.get(folder) ?? []), file]);
  }
  if (groups.size > 12) return [{ kind: "manifests", files, to: "./", parents: true, why }];
  return [...groups].map(([folder, members], index) => ({
    kind: "manifests",
    files: members,
    to: folder === "." ? "./" : `${folder}/`,
    why: index === 0 ? why : "",
  }));
}
