import { certain, evidence } from "../../project/facts.ts";
import { dig, text } from "../../project/project.ts";
import type { Fact, Project } from "../../project/types.ts";
import { shellWord } from "../shell-word.ts";
import type { NodeManager } from "./facts.ts";
import type { Member } from "./workspace.ts";

const runners = { npm: "npx", pnpm: "pnpm exec", yarn: "yarn", "yarn-berry": "yarn", bun: "bunx" } as const;

/**
 * The command that generates Prisma's client, run after the install and before the build. Undefined without a schema,
 * and when a script of the project that runs anyway (build, postinstall, prepare) does it.
 */
export function readPrisma(
  project: Project,
  part: Project,
  manager: NodeManager,
  member: Member | undefined,
): Fact<string> | undefined {
  if (version(part, "prisma") === undefined && version(part, "@prisma/client") === undefined)
    return undefined;
  const manifest = part.json("package.json");
  const named = text(dig(manifest, "prisma", "schema"))?.replace(/^\.\//, "");
  const schema = [named, "prisma.config.ts", "prisma/schema.prisma", "schema.prisma", "prisma/schema"].find(
    (file) => file !== undefined && (part.has(file) || part.files.some((one) => one.startsWith(`${file}/`))),
  );
  if (schema === undefined) return undefined;
  const scripts = [project, part].flatMap((one) =>
    ["prebuild", "build", "postinstall", "prepare"].map(
      (name) => text(dig(one.json("package.json"), "scripts", name)) ?? "",
    ),
  );
  if (scripts.some((script) => /prisma generate|db:generate|turbo/.test(script))) return undefined;
  const command = `${runners[manager]} prisma generate`;
  const file = schema === named ? "package.json" : schema;
  return certain(
    member === undefined ? command : `(cd ${shellWord(member.folder)} && ${command})`,
    evidence(part, file, schema === named ? '"schema"' : "generator"),
  );
}

/** True for Prisma from version 7 on: its client has no engine that would need OpenSSL. */
export function engineless(part: Project, name: string): boolean {
  return (
    /^(@prisma\/client|prisma)$/.test(name) && Number(/\d+/.exec(version(part, name) ?? "")?.[0] ?? 0) >= 7
  );
}

function version(part: Project, name: string): string | undefined {
  const manifest = part.json("package.json");
  return text(dig(manifest, "dependencies", name)) ?? text(dig(manifest, "devDependencies", name));
}
