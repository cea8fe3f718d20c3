import { evidence, likely } from "../../project/facts.ts";
import { dig, text } from "../../project/project.ts";
import type { Fact, Project } from "../../project/types.ts";

/** The first release line of each tool whose bundler is webpack 5, which hashes with something newer than MD4. */
const since: readonly (readonly [dependency: string, major: number])[] = [
  ["webpack", 5],
  ["react-scripts", 5],
  ["@vue/cli-service", 5],
  ["nuxt", 3],
  ["gatsby", 3],
  ["@angular-devkit/build-angular", 12],
  ["laravel-mix", 6],
  ["next", 11],
];

/**
 * webpack 4 and older hash with MD4, which the OpenSSL 3 of Node.js 17 and newer refuses: the tool that brings it.
 * Undefined when there is none, or when the Node.js is older.
 */
export function legacyHash(project: Project, node: string): Fact<string> | undefined {
  if (Number(node) < 17) return undefined;
  const manifest = project.json("package.json");
  const lock = project.json("package-lock.json");
  for (const [dependency, major] of since) {
    const declared =
      text(dig(manifest, "dependencies", dependency)) ?? text(dig(manifest, "devDependencies", dependency));
    if (declared === undefined) continue;
    const installed = text(dig(lock, "packages", `node_modules/${dependency}`, "version"));
    const found = Number(/\d+/.exec(installed ?? declared)?.[0]);
    if (found < major && /^[\^~>=v\s]*\d/.test(installed ?? declared))
      return likely(
        `${dependency} ${found}`,
        "its webpack hashes with MD4, which OpenSSL 3 has only among the legacy algorithms",
        evidence(project, "package.json", `"${dependency}"`),
      );
  }
  return undefined;
}
