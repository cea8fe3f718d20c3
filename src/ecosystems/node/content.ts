import { posix } from "node:path";
import { dig, isRecord } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import { sources } from "../sources.ts";
import { endings } from "./endings.ts";

const readers =
  /markdown|^(?:remark|rehype|mdsvex|mdx|marked|showdown|gray-matter|front-matter|contentlayer|velite|nextra|vitepress|vuepress|hexo|astro|gatsby|@11ty\/eleventy|@docusaurus\/core|@nuxt\/content|@next\/mdx|@mdx-js)\b|content-collections|fumadocs|@astrojs\//;

/**
 * What the build reads although an ignore file usually names it, as patterns from the root of the context: Markdown
 * that becomes pages, sources in folders called logs, coverage or test.
 * `folder` is the package that ships, "" for the root.
 */
export function contentOf(part: Project, folder: string): readonly string[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  const found = new Set<string>();
  if (readsMarkdown(part)) {
    for (const file of part.files) {
      const [top, ...rest] = file.split("/");
      if (
        top === undefined ||
        rest.length === 0 ||
        !file.endsWith(".md") ||
        /^(?:\.|tests?$|e2e$|node_modules$)/.test(top)
      )
        continue;
      if (top === "docs" && folder === "") found.add("docs");
      found.add(`${prefix}${top}/**/*.md`);
    }
  }
  for (const file of part.files) {
    const match = /^((?:.*\/)?(?:logs|coverage))\/(?:[^/]+\/)*[^/]+\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/.exec(
      file,
    );
    const source = match?.[1];
    if (source !== undefined && /^(?:src|app|pages|server|lib|routes|components)\//.test(file))
      found.add(prefix + source);
    // A route called test.
    const route =
      /^((?:src\/)?(?:app|pages|routes)\/(?:.*\/)?tests?)\/(?:[^/]+\/)*(?:\+?page|\+?layout|route|index)\.[jt]sx?$/.exec(
        file,
      )?.[1];
    if (route !== undefined) found.add(prefix + route);
  }
  for (const folder of importedTests(part)) found.add(prefix + folder);
  return [...found].sort();
}

/** Folders of tests that a source outside of them imports: a compiler that finds them missing ends the build. */
function importedTests(part: Project): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of sources(part, endings)) {
    const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : ".";
    for (const match of (part.read(file) ?? "").matchAll(
      /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*["'](\.{1,2}\/[^"']*\btests?\/[^"']+)["']/g,
    )) {
      const target = posix.join(folder, match[1] ?? "");
      const tests = /^(?:.*\/)?tests?(?=\/)/.exec(target)?.[0];
      if (tests !== undefined && part.files.some((one) => one.startsWith(`${tests}/`))) found.add(tests);
    }
  }
  return found;
}

function readsMarkdown(part: Project): boolean {
  const manifest = part.json("package.json");
  return [dig(manifest, "dependencies"), dig(manifest, "devDependencies")].some(
    (names) => isRecord(names) && Object.keys(names).some((name) => readers.test(name)),
  );
}

/**
 * Variables that a bundler writes into what it serves, in environment files that stay out of the context as any such
 * file does: a build without them makes other pages. One warning, or none.
 */
export function leftOutSettings(projects: readonly Project[]): readonly string[] {
  for (const [project, file] of projects.flatMap((one) => [
    [one, ".env.production"] as const,
    [one, ".env"] as const,
  ])) {
    const names = [
      ...(project.read(file) ?? "").matchAll(
        /^\s*(?:export\s+)?((?:VITE_|NEXT_PUBLIC_|REACT_APP_|PUBLIC_|NUXT_PUBLIC_|GATSBY_|VUE_APP_|EXPO_PUBLIC_)\w+)\s*=\s*\S/gm,
      ),
    ].map((match) => match[1] ?? "");
    if (names.length > 0)
      return [
        `${file} is left out of the build as every such file is, and the pages would take ${names
          .slice(0, 3)
          .map((name) => clean(name, 60))
          .join(
            ", ",
          )}${names.length > 3 ? " ..." : ""} from it: give them as ARG and ENV of the builder, or, if it holds no secret, add !${file} to the ignore file`,
      ];
  }
  return [];
}
