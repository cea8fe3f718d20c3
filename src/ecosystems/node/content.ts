import { dig, isRecord } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";

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
  return [...found].sort();
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
