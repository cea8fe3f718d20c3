import { parseDockerfile } from "../dockerfile/parse.ts";
import { evidence, likely } from "../project/facts.ts";
import type { Fact, Project } from "../project/types.ts";

/** The port that the last stage of a project's own Dockerfile exposes: the first, but for those of SSH and TLS. */
export function exposedPort(project: Project, folder = ""): Fact<number> | undefined {
  const prefix = folder === "" ? "" : `${folder}/`;
  const file = [`${prefix}Dockerfile`, `${prefix}Containerfile`, "Dockerfile", "Containerfile"].find((name) =>
    project.has(name),
  );
  const text = project.read(file ?? "");
  if (file === undefined || text === undefined) return undefined;
  const ports = parseDockerfile(text)
    .stages.at(-1)
    ?.instructions.flatMap((instruction) => (instruction.keyword === "EXPOSE" ? instruction.values : []))
    .flatMap(({ text: value }) => /^(\d{2,5})(?:\/tcp)?$/.exec(value)?.[1] ?? [])
    .map(Number);
  const [first] = (ports ?? []).filter((port) => port !== 22 && port !== 443);
  return first === undefined
    ? undefined
    : likely(first, `${file} exposes it`, evidence(project, file, /^\s*EXPOSE\b/i));
}
