import { dig, text } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";

/** Names of the scripts that start a program in production, the usual ones first. */
export const startScripts: readonly string[] = [
  "start:prod",
  "start:production",
  "start",
  "prod",
  "production",
  "serve",
];

/** A script of package.json. */
export function script(project: Project, name: string): string | undefined {
  return text(dig(project.json("package.json"), "scripts", name));
}

/** What a start script does, taken apart. */
export interface StartLine {
  /** The script whose line it is. */
  readonly name: string;
  /** The last command: the one that stays. */
  readonly line: string;
  /** Commands in front of it that prepare files, as an image's build does once. */
  readonly before: readonly string[];
  /** A script that npm runs before it and that is no preparation of files (a migration). */
  readonly skipped?: string;
}

// Compilers, bundlers, installs and file commands, by themselves or as a script of such a name.
const preparation =
  /^(?:(?:npm|pnpm|bun)\s+run\s+(?:-s\s+|--silent\s+)?|yarn\s+(?:run\s+)?)(?:build|compile|clean|tsc|bundle|transpile|s?css|sass|less|styles)(?:[:-][\w:-]+)?$|^(?:npx\s+)?(?:tsc|tsup|tsdown|webpack|rollup|esbuild|swc|babel|nest build|next build|vite build|nuxt build|rimraf|copyfiles|cpx|shx)\b|^(?:rm|cp|mkdir|test|echo|\[)\s|^(?:npm (?:i|ci|install)|yarn(?: install)?|pnpm (?:i|install)|bun install)$/;

/**
 * The command of a start script: calls of other scripts are followed, what prepares files in front of it (a compiler
 * in the chain or in the pre-script) is set apart.
 */
export function startLine(project: Project, name: string): StartLine | undefined {
  let at = name;
  const before: string[] = [];
  let skipped: string | undefined;
  for (let steps = 0; steps < 5; steps++) {
    const body = script(project, at);
    if (body === undefined) return undefined;
    const pre = script(project, `pre${at}`);
    if (pre !== undefined) {
      const parts = chain(pre);
      if (parts.every((part) => preparation.test(part))) before.push(...parts);
      else skipped = `pre${at}`;
    }
    const parts = chain(body);
    const last = parts.at(-1) ?? "";
    const first = parts.slice(0, -1);
    const line = first.every((part) => preparation.test(part)) ? last : body.trim();
    if (line === last) before.push(...first);
    if (line === "run-script-os") {
      const here = ["linux", "nix", "default"].map((system) => `${at}:${system}`);
      const chosen = here.find((one) => script(project, one) !== undefined);
      if (chosen === undefined) return undefined;
      at = chosen;
      continue;
    }
    const next = /^(?:(?:npm|pnpm|bun)\s+(?:run\s+)?|yarn\s+(?:run\s+)?)([\w:.-]+)$/.exec(line)?.[1];
    if (next === undefined || script(project, next) === undefined || next === at)
      return { name: at, line, before, ...(skipped === undefined ? {} : { skipped }) };
    at = next;
  }
  return undefined;
}

function chain(body: string): readonly string[] {
  return body.split(/\s*&&\s*/).map((part) => part.trim());
}

/** True for a package made to be installed by others: its entry is for importers, its programs are for their shells. */
export function isPublished(manifest: unknown): boolean {
  const has = (...names: readonly string[]): boolean =>
    names.some((name) => dig(manifest, name) !== undefined);
  return (
    dig(manifest, "private") !== true && has("exports", "types", "typings", "publishConfig", "bin", "files")
  );
}
