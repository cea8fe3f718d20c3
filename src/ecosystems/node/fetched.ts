import { dig } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";

/** Programs that start scripts have `npx` download, with the release line that is installed in its place. */
const lines: Readonly<Record<string, string>> = { serve: "14", "http-server": "14", srvx: "1", tsx: "4" };

/**
 * What has to be installed for a start command whose program no manifest names: `npx serve dist` downloads it at each
 * start, which an image without a network or a writable home cannot. As npm installs it ("serve@14").
 */
export function fetchedProgram(
  projects: readonly Project[],
  start: readonly string[],
): { readonly program: string; readonly install: string } | undefined {
  const program = /^node_modules\/\.bin\/([\w-]+)$/.exec(start[0] ?? "")?.[1];
  const line = program === undefined ? undefined : lines[program];
  if (program === undefined || line === undefined) return undefined;
  const named = projects.some((project) =>
    ["dependencies", "devDependencies", "optionalDependencies"].some(
      (group) => dig(project.json("package.json"), group, program) !== undefined,
    ),
  );
  return named ? undefined : { program, install: `${program}@${line}` };
}
