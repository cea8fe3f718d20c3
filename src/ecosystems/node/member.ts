import type { Project } from "../../project/types.ts";
import type { Detection, Parameters } from "../types.ts";
import type { NodeFacts } from "./facts.ts";
import { script, startLine, startScripts } from "./scripts.ts";
import type { Member } from "./workspace.ts";

/**
 * The package of a workspace that is meant: the one that `target` names, the one the root's start script goes into, the
 * only one that can ship. Otherwise the root itself, or a choice.
 */
export function chooseMember(
  project: Project,
  members: readonly Member[],
  parameters: Parameters,
):
  | { kind: "root" }
  | { kind: "member"; member: Member }
  | { kind: "none"; answer: Exclude<Detection<NodeFacts>, { kind: "app" }> } {
  const wanted = parameters.app?.replace(/^\.\//, "").replace(/\/$/, "");
  if (wanted !== undefined) {
    if (wanted === "." || wanted === "") return { kind: "root" };
    const found = members.find(
      (member) =>
        member.folder === wanted || member.name === wanted || member.folder.split("/").at(-1) === wanted,
    );
    if (found) return { kind: "member", member: found };
  }
  const rootName = startScripts.find((name) => script(project, name) !== undefined);
  const rootStart =
    rootName === undefined ? undefined : (startLine(project, rootName)?.line ?? script(project, rootName));
  const entered = enteredMember(rootStart ?? "", members);
  if (wanted === undefined && parameters.start === undefined && entered)
    return { kind: "member", member: entered };
  const ownProgram =
    rootStart !== undefined &&
    !/(?:^|\s)(?:turbo|nx|lerna|--filter|-F\s|--workspace|-w\s|--cwd|--prefix|workspaces?\s+\S+|concurrently|run-p)\b/.test(
      rootStart,
    );
  if (wanted === undefined && (ownProgram || parameters.start !== undefined)) return { kind: "root" };
  const deployable = members.filter((member) => member.deployable !== undefined);
  const [only] = deployable;
  if (wanted === undefined && only && deployable.length === 1) return { kind: "member", member: only };
  if (deployable.length === 0 && wanted === undefined) return { kind: "root" };
  return {
    kind: "none",
    answer: {
      kind: "choice",
      apps: deployable.flatMap((member) => (member.deployable ? [member.deployable] : [])),
      why:
        wanted === undefined
          ? "the workspace holds several applications"
          : `no package of the workspace is called ${wanted}`,
    },
  };
}

/** The one package that the root's start script goes into: `cd apps/api && npm start`, `pnpm --filter api start`. */
function enteredMember(line: string, members: readonly Member[]): Member | undefined {
  const named = [
    ...line.matchAll(
      /(?:^cd\s+|(?:--filter|-F|--workspace|-w|--cwd|--prefix|--dir|-C)[ =]|\bworkspace\s+)["']?(?:\.\/)?([@\w./-]+?)\/?["']?(?=\s|$)/g,
    ),
  ].map((match) => match[1]);
  const found = members.filter((member) =>
    named.some((one) => one === member.name || one === member.folder || one?.startsWith(`${member.folder}/`)),
  );
  return named.length === 1 && found.length === 1 ? found[0] : undefined;
}
