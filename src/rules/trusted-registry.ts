import type { Range } from "../dockerfile/types.ts";
import type { Rule, RuleContext } from "./types.ts";

/** An image of a registry that is not on the list. */
export const rule: Rule = {
  meta: {
    name: "trusted-registry",
    summary: "An image comes from a registry that is not allowed.",
    why: "With `trustedRegistries` configured, base images, COPY --from and mounts may only name images of those registries. Nothing is reported without the list.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { hadolint: ["DL3026"] },
    source: "https://github.com/hadolint/hadolint#configure",
    bad: { dockerfile: "FROM example.org/tools/base:1\n", options: { trustedRegistries: ["docker.io"] } },
    good: { dockerfile: "FROM debian:13-slim\n", options: { trustedRegistries: ["docker.io"] } },
  },
  *check(context) {
    const { trustedRegistries } = context.options;
    const allowed = Array.isArray(trustedRegistries)
      ? trustedRegistries.filter((entry) => typeof entry === "string")
      : [];
    if (allowed.length === 0) return;
    for (const { image, range } of imagesOf(context)) {
      const registry = registryOf(image);
      if (allowed.some((pattern) => matches(pattern, registry))) continue;
      yield {
        range,
        message: `${image.slice(0, 100)} comes from ${registry}; allowed: ${allowed.slice(0, 5).join(", ")}`,
      };
    }
  },
};

function* imagesOf({ file, instructions, runs }: RuleContext): Iterable<{ image: string; range: Range }> {
  const names = new Set(
    file.stages.flatMap(({ name, index }) => [String(index), ...(name === undefined ? [] : [name])]),
  );
  for (const { from, base } of file.stages) {
    if (from?.image && base?.kind === "image")
      yield { image: base.resolved ? base.reference : from.image.text, range: from.image.range };
  }
  for (const { instruction } of instructions("COPY")) {
    const { from } = instruction;
    if (from !== undefined && !names.has(from.toLowerCase()) && /[./:@]/.test(from)) {
      yield {
        image: from,
        range: instruction.flags.find(({ name }) => name === "from")?.range ?? instruction.range,
      };
    }
  }
  for (const { run } of runs) {
    for (const { from, flag } of run.mounts) {
      if (from !== undefined && !names.has(from.toLowerCase()) && /[./:@]/.test(from))
        yield { image: from, range: flag.range };
    }
  }
}

/** `docker.io` for Docker Hub's short names. */
function registryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  return rest.length > 0 && (/[.:]/.test(first) || first === "localhost") ? first : "docker.io";
}

function matches(pattern: string, registry: string): boolean {
  if (pattern === "*" || pattern === registry) return true;
  if (pattern === "hub.docker.com" && registry === "docker.io") return true;
  const star = pattern.indexOf("*");
  if (star < 0) return false;
  return (
    registry.startsWith(pattern.slice(0, star)) &&
    registry.endsWith(pattern.slice(star + 1)) &&
    registry.length >= pattern.length - 1
  );
}
