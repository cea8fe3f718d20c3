import { assumed, evidence, likely } from "../../project/facts.ts";
import type { Fact, Project } from "../../project/types.ts";
import { runtimeVersions } from "../versions.ts";
import { buildText } from "./build-files.ts";

/** Node.js that a Java build calls by itself: its image tag's version, and the package managers it wants beside npm. */
export interface NodeTools {
  readonly version: Fact<string>;
  readonly managers: readonly ("yarn" | "pnpm")[];
}

const maven = /<executable>\s*(npm|npx|yarn|pnpm)\s*</g;
const gradle = /\b(?:commandLine|executable)\b[^\n]*["'](npm|npx|yarn|pnpm)["']/g;

/** A build file that calls one of Node.js's package managers: the front end is a part of the build. */
export const callsNode = new RegExp(`${maven.source}|${gradle.source}`);

/**
 * Reads the calls of npm, Yarn and pnpm from build files. Plugins that download Node.js themselves
 * (frontend-maven-plugin, node-gradle with `download`) need none in the image.
 */
export function nodeTools(project: Project, today: string): NodeTools | undefined {
  const files = project.files.filter(
    (file) => /(?:^|\/)(?:pom\.xml|build\.gradle(?:\.kts)?)$/.test(file) && file.split("/").length <= 3,
  );
  const called = files.flatMap((file) =>
    [...buildText(project, file).matchAll(file.endsWith("pom.xml") ? maven : gradle)].map(
      ([, name = ""]) => name,
    ),
  );
  const plugin = files.some((file) => {
    const text = buildText(project, file);
    return (
      /com\.github\.node-gradle|com\.moowork\.node/.test(text) &&
      !/\bdownload\s*(?:=|\.set\()\s*true/.test(text)
    );
  });
  if (called.length === 0 && !plugin) return undefined;
  const { standard } = runtimeVersions("node", today);
  const stated = project.files
    .filter((file) => /(?:^|\/)\.(?:nvmrc|node-version)$/.test(file))
    .flatMap((file) => {
      const found = /^v?(\d+)/.exec(project.read(file)?.trim() ?? "")?.[1];
      return found === undefined ? [] : [likely(found, `${file} names it`, evidence(project, file, found))];
    });
  return {
    version:
      stated[0] ?? assumed(standard, "the build calls Node.js and names no version; the newest LTS is taken"),
    managers: (["yarn", "pnpm"] as const).filter(
      (name) => called.includes(name) || (plugin && project.files.some((file) => file.endsWith(locks[name]))),
    ),
  };
}

const locks = { yarn: "yarn.lock", pnpm: "pnpm-lock.yaml" } as const;
