import { certain, evidence } from "../../project/facts.ts";
import { dig, isRecord } from "../../project/project.ts";
import type { Fact, Project } from "../../project/types.ts";

const groups = ["dependencies", "devDependencies", "optionalDependencies"] as const;
const overSsh = /^(?:git\+ssh:|ssh:|git@)/;
// A URL of git, a host's short name, or `owner/repository` alone, which is GitHub's.
const fromGit =
  /^(?:git(?:\+\w+)?:|https?:\/\/\S+\.git(?:#|$)|(?:github|gitlab|bitbucket|gist):|[\w.-]+\/[\w.-]+(?:#|$))/;

/** Dependencies that come straight from git, and over what: SSH needs the builder's agent. Undefined when there are none. */
export function gitDependencies(projects: readonly Project[]): Fact<"ssh" | "https"> | undefined {
  const found = projects.flatMap((project) =>
    groups.flatMap((group) => {
      const declared = dig(project.json("package.json"), group);
      return isRecord(declared)
        ? Object.entries(declared).flatMap(([name, from]) =>
            typeof from === "string" && (overSsh.test(from) || fromGit.test(from))
              ? [{ project, name, from }]
              : [],
          )
        : [];
    }),
  );
  const first = found.find(({ from }) => overSsh.test(from)) ?? found[0];
  if (first === undefined) return undefined;
  return certain(
    overSsh.test(first.from) ? "ssh" : "https",
    evidence(first.project, "package.json", `"${first.name}"`),
  );
}
