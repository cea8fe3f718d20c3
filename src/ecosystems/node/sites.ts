import { dig, text } from "../../project/project.ts";
import { configOf, type FrameworkRead, type Sight, site } from "./framework-read.ts";

type Reader = readonly [dependency: string, read: (sight: Sight) => FrameworkRead | undefined];

/** Generators of files that a web server serves, by the folder they write (their own documentation's default). */
const plain: readonly (readonly [dependency: string, name: string, folder: string, build: string])[] = [
  ["react-scripts", "Create React App", "build", "react-scripts build"], ["@vue/cli-service", "Vue CLI", "dist", "vue-cli-service build"],
  ["gatsby", "Gatsby", "public", "gatsby build"], ["@docusaurus/core", "Docusaurus", "build", "docusaurus build"],
  ["@11ty/eleventy", "Eleventy", "_site", "eleventy"], ["hexo", "Hexo", "public", "hexo generate"],
  ["ember-cli", "Ember", "dist", "ember build --environment=production"], ["preact-cli", "Preact CLI", "build", "preact build"],
  ["gridsome", "Gridsome", "dist", "gridsome build"], ["umi", "Umi", "dist", "umi build"], ["@umijs/max", "Umi", "dist", "max build"],
  ["brunch", "Brunch", "public", "brunch build --production"],
]; // biome-ignore format: a table

/** Site generators, asked before the servers: a package that has one of them is built with it. */
export const siteReaders: readonly Reader[] = [
  ...plain.map(
    ([dependency, name, folder, build]): Reader => [
      dependency,
      (sight) => (isAddon(sight) ? undefined : { ...site(name, sight, dependency, folder), build }),
    ],
  ),
  ["vitepress", (sight) => documents("VitePress", sight, "vitepress", ".vitepress/dist")],
  ["vuepress", (sight) => documents("VuePress", sight, "vuepress", ".vuepress/dist")],
  ["docusaurus", readDocusaurus1],
  ["@stencil/core", readStencil],
  ["polymer-cli", readPolymer],
  ["sapper", readSapper],
  ["sanity", readSanity],
  ["@sanity/core", readSanity],
  ["@rsbuild/core", (sight) => (sight.project.files.some((file) => /^rsbuild\.config\.[cm]?[jt]s$/.test(file)) ? site("Rsbuild", sight, "@rsbuild/core", "dist") : undefined)],
]; // biome-ignore format: a table

/** Bundlers, asked after the servers, whose front end they may build. */
export const bundlerReaders: readonly Reader[] = [
  ["parcel", readParcel],
  ["parcel-bundler", readParcel],
  ["webpack", readWebpack],
];

/** An add-on has its framework's tool too, to be tried with. */
function isAddon(sight: Sight): boolean {
  const keywords = dig(sight.project.json("package.json"), "keywords");
  return Array.isArray(keywords) && keywords.some((word) => word === "ember-addon");
}

/** A site generator that writes below the folder of the documents, which its build command names. */
function documents(
  name: string,
  sight: Sight,
  dependency: string,
  folder: string,
): FrameworkRead | undefined {
  const build = sight.script("build") ?? "";
  if (!build.includes(`${dependency} build`)) return undefined;
  const root = new RegExp(`${dependency} build\\s+(?:\\./)?([\\w./-]+)`).exec(build)?.[1]?.replace(/\/$/, "");
  return site(name, sight, dependency, root === undefined || root === "." ? folder : `${root}/${folder}`);
}

/** Version 1 writes below the project's name in its siteConfig.js. */
function readDocusaurus1(sight: Sight): FrameworkRead | undefined {
  const name = /\bprojectName\s*:\s*["'`]([\w.-]+)["'`]/.exec(sight.project.read("siteConfig.js") ?? "")?.[1];
  return name === undefined ? undefined : site("Docusaurus", sight, "docusaurus", `build/${name}`);
}

/** An application writes www; components for others write dist, which no server shows. */
function readStencil(sight: Sight): FrameworkRead | undefined {
  const config = configOf(sight.project, "stencil");
  const shows = /\btype\s*:\s*["'`]www["'`]/.test(config) || !/\boutputTargets\b/.test(config);
  if (!shows || text(dig(sight.project.json("package.json"), "main")) !== undefined) return undefined;
  const folder = /\btype\s*:\s*["'`]www["'`][^}]*\bdir\s*:\s*["'`](?:\.\/)?([\w./-]+)["'`]/.exec(config)?.[1];
  return { ...site("Stencil", sight, "@stencil/core", folder ?? "www"), build: "stencil build" };
}

/** A build writes below its name in polymer.json, `default` when no build is named there. */
function readPolymer(sight: Sight): FrameworkRead | undefined {
  const builds = dig(sight.project.json("polymer.json"), "builds");
  const first: unknown = Array.isArray(builds) ? builds[0] : undefined;
  const name = text(dig(first, "name")) ?? text(dig(first, "preset")) ?? "default";
  return { ...site("Polymer", sight, "polymer-cli", `build/${name}`), build: "polymer build" };
}

function readSapper(sight: Sight): FrameworkRead | undefined {
  if (/\bsapper export\b/.test(sight.script("build") ?? sight.script("export") ?? ""))
    return { ...site("Sapper", sight, "sapper", "__sapper__/export"), build: "sapper export" };
  return {
    name: "Sapper",
    appType: "frontend",
    serving: "modules",
    evidence: sight.found("sapper"),
    output: ["__sapper__", "static"].map((folder) => ({ from: folder, to: folder })),
    start: () => ["node", "__sapper__/build"],
    port: 3000,
    build: "sapper build --legacy",
  };
}

/** The Studio where it is a site of its own and not a page of another framework. */
function readSanity(sight: Sight): FrameworkRead | undefined {
  if (!/\bsanity build\b/.test(sight.script("build") ?? "")) return undefined;
  return site("Sanity Studio", sight, sight.has("sanity") ? "sanity" : "@sanity/core", "dist");
}

/** What `parcel build` makes of HTML; of scripts it makes a library. */
function readParcel(sight: Sight): FrameworkRead | undefined {
  const build = sight.script("build") ?? "";
  const source = text(dig(sight.project.json("package.json"), "source")) ?? build;
  if (!/\bparcel build\b/.test(build) || !/\.html\b/.test(`${source} ${build}`)) return undefined;
  const folder = /(?:--dist-dir|--out-dir|-d)[ =](?:\.\/)?([\w./-]+)/.exec(build)?.[1] ?? "dist";
  return site("Parcel", sight, sight.has("parcel") ? "parcel" : "parcel-bundler", folder.replace(/\/$/, ""));
}

/** webpack makes a site when a plugin writes its page. */
function readWebpack(sight: Sight): FrameworkRead | undefined {
  if (!sight.has("html-webpack-plugin") || !/\bwebpack\b/.test(sight.script("build") ?? "")) return undefined;
  const config = sight.project.files
    .filter((file) => /^(?:[\w-]+\/)?webpack[\w.-]*\.[cm]?[jt]s$/.test(file))
    .map((file) => sight.project.read(file) ?? "")
    .join("\n");
  const folder =
    /\bpath\s*:\s*(?:path\.)?(?:resolve|join)\(\s*__dirname\s*,\s*["'`](?:\.{0,2}\/)*([\w/-]+)\/?["'`]/.exec(
      config,
    )?.[1];
  return site("webpack", sight, "webpack", folder ?? "dist");
}
