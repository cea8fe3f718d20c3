import { parseDockerfile } from "../dockerfile/parse.ts";
import { evidence, likely } from "../project/facts.ts";
import type { Fact, Project } from "../project/types.ts";

/** Ports of SSH, TLS, names and mail, which stand beside the one of HTTP. */
const notHttp = new Set([22, 25, 53, 110, 143, 443, 465, 587, 993, 995, 1025, 1110]);

/** The port that the last stage of a project's own Dockerfile exposes: the first that may be HTTP. */
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
  const [first] = (ports ?? []).filter((port) => !notHttp.has(port));
  return first === undefined
    ? undefined
    : likely(first, `${file} exposes it`, evidence(project, file, /^\s*EXPOSE\b/i));
}
