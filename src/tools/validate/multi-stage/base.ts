import { parseImageName } from "../../../dockerfile/image-name.ts";
import type { Dockerfile, FromInstruction, ImageName } from "../../../dockerfile/types.ts";
import type { AuthorBase } from "./author.ts";

const languages = { node: "node", python: "python", golang: "go" } as const;

/** Reads the FROM of a single stage; a string says why it cannot be taken over. */
export function readBase(
  file: Dockerfile,
  from: FromInstruction,
): { readonly base: AuthorBase; readonly image: ImageName } | string {
  const found = file.stages[0]?.base;
  if (found?.kind !== "image" || !from.image || !found.resolved)
    return "the base image is not known before the build";
  if (from.platform !== undefined) return "the platform is fixed";
  const { image } = found;
  if (image.digest !== undefined) return "the base image is pinned by its digest";
  const name = /^(?:library\/)?(node|python|golang)$/.exec(image.repository)?.[1];
  if (name !== "node" && name !== "python" && name !== "golang")
    return `${image.repository} is not the official image of a language whose plan is known`;
  const tokens = (image.tag ?? "latest").split("-");
  const version = /^\d+(?:\.\d+){0,2}$/.test(tokens[0] ?? "") ? tokens.shift() : undefined;
  const rest = tokens.filter((token) => !["latest", "lts", "current", "slim"].includes(token));
  const alpine = rest.find((token) => /^alpine[\d.]*$/.test(token));
  const codename = rest.find((token) => /^(?:trixie|bookworm|bullseye|buster)$/.test(token));
  if (rest.length > (alpine || codename ? 1 : 0)) return `the tag ${image.tag ?? ""} is a variant of its own`;
  const variable = variableOf(file, from.image.raw, image);
  if (typeof variable === "string") return variable;
  return {
    image,
    base: {
      language: languages[name],
      repository: image.registry === undefined ? image.repository : `${image.registry}/${image.repository}`,
      full: alpine === undefined && !tokens.includes("slim"),
      ...(version === undefined ? {} : { version }),
      ...(alpine === undefined ? {} : { alpine }),
      ...(codename === undefined ? {} : { codename }),
      ...(variable ? { variable } : {}),
    },
  };
}

/** `python:${VERSION}-slim`: the variable at the start of the tag; a string for any other use of variables. */
function variableOf(
  file: Dockerfile,
  raw: string,
  image: ImageName,
): { readonly name: string; readonly value: string } | string | undefined {
  if (!raw.includes("$")) return undefined;
  const name = /^[^$]*:\$(?:\{(\w+)\}|(\w+))[^$]*$/.exec(raw)?.slice(1).find(Boolean);
  const value = file.globalArgs
    .flatMap(({ assignments }) => assignments)
    .find((one) => one.name === name)?.value;
  if (name === undefined || value === undefined || value === "" || !image.tag?.startsWith(value))
    return "the base image is put together from variables";
  return { name, value };
}

/**
 * An image of the plan as the author would name it: his version, system and mirror. Images of other programs
 * stay as they are. Build stages keep a full image, since it may hold what a dependency is compiled with.
 */
export function rebase(planned: string, base: AuthorBase, role: "build" | "runtime"): string {
  const { repository, tag } = parseImageName(planned);
  const official = base.repository.replace(/^.*\//, "");
  if (repository !== official || tag === undefined) return planned;
  const version = base.version ?? tag.replace(/-slim$/, "");
  const slim = official !== "golang" && (role === "runtime" || !base.full) ? ["slim"] : [];
  const system = base.codename === undefined ? [] : [base.codename];
  const parts =
    base.alpine === undefined
      ? [version, ...(official === "node" ? [...system, ...slim] : [...slim, ...system])]
      : [version, base.alpine];
  const wanted = parts.join("-");
  const { variable } = base;
  return `${base.repository}:${
    variable && wanted.startsWith(variable.value)
      ? `\${${variable.name}}${wanted.slice(variable.value.length)}`
      : wanted
  }`;
}
