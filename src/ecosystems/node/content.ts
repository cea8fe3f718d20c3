import { dig, isRecord } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";

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
