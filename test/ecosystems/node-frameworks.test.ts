import { describe, expect, it } from "vitest";
import { generated, refused } from "../generate/from-files.ts";

type Fields = Record<string, unknown>;
const manifest = (fields: Fields): string => JSON.stringify({ name: "shop", ...fields });
const made = (fields: Fields, more: Record<string, string> = {}) =>
  generated({ "package-lock.json": "{}", "package.json": manifest(fields), ...more });
const not = (fields: Fields, more: Record<string, string> = {}) =>
  refused({ "package-lock.json": "{}", "package.json": manifest(fields), ...more });

describe("frameworks whose server Nitro makes", () => {
  const bundle = ["node", ".output/server/index.mjs"];

  it.each([
    ["SolidStart", { scripts: { build: "vinxi build", start: "vinxi start" }, dependencies: { "@solidjs/start": "1", vinxi: "0.5" } }, {}],
    ["SolidStart", { scripts: { build: "vite build", start: "node .output/server/index.mjs" }, dependencies: { "@solidjs/start": "2", nitro: "3" } }, {}],
    ["Nitro", { scripts: { build: "nitro build" }, devDependencies: { nitropack: "2" } }, { "nitro.config.ts": "export default {}" }],
    ["Nitro", { scripts: { build: "vite build" }, devDependencies: { nitro: "3", vite: "7" } }, { "index.html": "", "vite.config.ts": "export default { plugins: [nitro()] }" }],
  ])("%s starts its bundle on a port", (name, fields, more) => {
    const { facts, findings } = made(fields, more);
    expect(facts.framework?.value).toBe(name);
    expect(facts.start?.value).toEqual(bundle);
    expect(facts.serving?.value).toBe("bundle");
    expect(facts.port?.value).toBe(3000);
    expect(findings).toEqual([]);
  }); // biome-ignore format: a table

  it("is refused where the configuration builds for another platform", () => {
    const nuxt = { scripts: { build: "nuxt build" }, dependencies: { nuxt: "4" } };
    const config = 'export default { nitro: { preset: "cloudflare_pages" } }';
    expect(not(nuxt, { "nuxt.config.ts": config }).reason).toContain("cloudflare_pages");
    expect(made(nuxt, { "nuxt.config.ts": `// ${config}` }).facts.start?.value).toEqual(bundle);
  });

  it("Nuxt 2 has a server of its own, and a generated site none", () => {
    const second = made({ scripts: { build: "nuxt build", start: "nuxt start" }, dependencies: { nuxt: "^2.15.8" } });
    expect(second.facts.start?.value).toEqual(["node_modules/.bin/nuxt", "start"]);
    expect(second.dockerfile).toContain("NODE_OPTIONS=--openssl-legacy-provider");
    const pages = made({ scripts: { build: "nuxt generate" }, dependencies: { nuxt: "4" } });
    expect(pages.dockerfile).toMatch(/COPY --from=builder .*\/app\/\.output\/public /);
  }); // biome-ignore format: one line each

  it("TanStack Start is served by the program its start script downloads", () => {
    const script = "pnpx srvx --prod -s ../client dist/server/server.js";
    const scripts = { build: "vite build", start: script };
    const { dockerfile, warnings, findings } = made({ scripts, dependencies: { "@tanstack/react-start": "1" } });
    expect(dockerfile).toContain('CMD ["srvx", "--prod", "-s", "../client", "dist/server/server.js"]');
    expect(dockerfile.split("AS runtime")[1]).toContain("npm install --global srvx@1");
    expect(warnings.join()).toContain("downloads srvx each time");
    expect(findings).toEqual([]);
    const locked = made({ scripts, dependencies: { "@tanstack/react-start": "1", srvx: "1" } });
    expect(locked.facts.start?.value).toEqual(["node_modules/.bin/srvx", ...script.split(" ").slice(2)]);
    expect(locked.dockerfile).not.toContain("--global srvx");
  }); // biome-ignore format: one line each
});

describe("Qwik", () => {
  const fields = { dependencies: { express: "4" }, devDependencies: { "@builder.io/qwik-city": "1", vite: "7" } };
  const scripts = { build: "qwik build", start: "vite --open --mode ssr" };

  it("starts what its adapter builds, or serves its pages", () => {
    const served = made({ ...fields, scripts: { ...scripts, serve: "node server/entry.express" } });
    expect(served.facts.start?.value).toEqual(["node", "server/entry.express"]);
    expect(served.dockerfile).toMatch(/\/app\/dist \.\/dist\n.*\/app\/server \.\/server/);
    expect(made({ ...fields, scripts }, { "adapters/static/vite.config.ts": "" }).facts.serving?.value).toBe("static");
  });

  it("is refused without one: a development server is no start", () => {
    expect(not({ ...fields, scripts }).reason).toContain("no adapter");
  });
}); // biome-ignore format: one line each

describe("an integrated Nx workspace", () => {
  const target = (executor: string, options: Fields) =>
    JSON.stringify({ projectType: "application", targets: { build: { executor, options, configurations: { production: {} } } } });
  const api = { "apps/api/project.json": target("@nx/webpack:webpack", { target: "node", outputPath: "dist/apps/api", main: "apps/api/src/main.ts" }), "apps/api/src/main.ts": "app.listen(process.env.PORT || 3333)\n" };
  const web = { "apps/web/project.json": target("@nx/vite:build", { outputPath: "dist/apps/web" }) };
  const shop = { "apps/shop/project.json": target("@nx/next:build", { outputPath: "dist/apps/shop" }) };
  const fields = { scripts: { start: "nx serve" }, dependencies: { express: "5" }, devDependencies: { nx: "21", astro: "5" } };
  const all = { ...api, ...web, ...shop };

  it("builds its only or its default application, and starts what the executor leaves", () => {
    const only = made(fields, { "nx.json": "{}", ...api });
    expect(only.facts.start?.value).toEqual(["node", "dist/apps/api/main.js"]);
    expect(only.facts.build?.value).toBe("npx nx run api:build:production");
    expect(only.facts.port).toMatchObject({ value: 3333, confidence: "certain" });
    expect(only.facts.framework?.value).toBe("Express");
    const usual = made(fields, { "nx.json": '{"defaultProject":"web"}', ...all });
    expect(usual.dockerfile).toContain("/app/dist/apps/web /usr/share/nginx/html");
  });

  it("asks which of several, and takes the one that is named", () => {
    const files = { "nx.json": "{}", ...all };
    expect(not(fields, files).apps.map(({ path }) => path)).toEqual(["apps/api", "apps/shop", "apps/web"]);
    const named = generated({ "package-lock.json": "{}", "package.json": manifest(fields), ...files }, { app: "shop" });
    expect(named.dockerfile).toContain('CMD ["node_modules/.bin/next", "start", "dist/apps/shop"');
  });

  it("is refused where the executor does not say what it leaves", () => {
    const own = { "apps/api/project.json": target("nx:run-commands", {}) };
    expect(not(fields, { "nx.json": "{}", ...own }).reason).toContain("nx:run-commands");
  });
}); // biome-ignore format: a table

describe("AdonisJS", () => {
  it("starts from the folder its build makes, whose imports hold there only", () => {
    const { dockerfile, facts } = made(
      {
        scripts: { build: "node ace build", start: "node bin/server.js" },
        dependencies: { "@adonisjs/core": "6" },
      },
      { "adonisrc.ts": "", "bin/server.ts": "" },
    );
    expect(facts.start?.value).toEqual(["node", "build/bin/server.js"]);
    expect(dockerfile).toMatch(/COPY --from=builder .*\/app\/build \.\/build/);
    expect(dockerfile).toContain("HOST=0.0.0.0");
  });
});

describe("the ignore file", () => {
  it("keeps the tests that a source imports, and no others", () => {
    const files = {
      "bin/test.ts": 'import("../tests/bootstrap.js")\n',
      "bin/server.ts": "",
      "tests/bootstrap.ts": "",
      "app/test/one.ts": "",
    };
    const { dockerignore } = made({ scripts: { build: "tsc", start: "node bin/server.js" } }, files);
    expect(dockerignore).toContain("!tests\n");
    expect(dockerignore).not.toContain("!app/test");
  });
});

describe("Angular", () => {
  const app = { projectType: "application", architect: { build: { builder: "@angular/build:application" } } };
  const library = { projectType: "library", architect: { build: {} } };
  const fields = {
    scripts: { start: "ng serve", build: "ng build" },
    dependencies: { "@angular/core": "20" },
  };
  const workspace = (settings: Fields) => ({ "angular.json": JSON.stringify(settings) });

  it("serves its application, no library; of several the default one", () => {
    const one = made(fields, workspace({ projects: { kit: library, shop: app } }));
    expect(one.dockerfile).toContain("/app/dist/shop/browser ");
    const usual = made(fields, workspace({ defaultProject: "shop", projects: { admin: app, shop: app } }));
    expect(usual.dockerfile).toContain("/app/dist/shop/browser ");
    expect(not(fields, workspace({ projects: { admin: app, shop: app } })).reason).toContain("admin, shop");
  });
});

describe("what a platform builds", () => {
  it.each([
    ["Astro", { scripts: { build: "astro build" }, dependencies: { astro: "5", "@astrojs/vercel": "8" } }, { "astro.config.mjs": 'import vercel from "@astrojs/vercel";\nexport default { adapter: vercel() }' }, "@astrojs/vercel"],
    ["SvelteKit", { scripts: { build: "vite build" }, devDependencies: { "@sveltejs/kit": "2", "@sveltejs/adapter-cloudflare": "7" } }, {}, "@sveltejs/adapter-cloudflare"],
    ["React Router", { scripts: { build: "react-router build" }, devDependencies: { "@react-router/dev": "7", "@cloudflare/vite-plugin": "1" } }, {}, "Cloudflare"],
    ["Remix", { scripts: { build: "remix vite:build" }, devDependencies: { "@remix-run/dev": "2", vite: "6" } }, { "vite.config.ts": "" }, "@remix-run/serve"],
    ["a worker", { scripts: { dev: "wrangler dev" }, dependencies: { hono: "4" } }, { "wrangler.jsonc": "{}", "src/index.ts": "" }, "Cloudflare"],
    ["the pages of a worker", { scripts: { build: "vite build" }, devDependencies: { vite: "7" } }, { "index.html": "", "wrangler.toml": 'name = "w"\nmain = "api/index.js"\n' }, "Cloudflare"],
    ["a function", { dependencies: { express: "5" } }, { "function.js": "exports.hello = f;\n" }, "Functions Framework"],
    ["a handler", { dependencies: { hono: "4" } }, { "src/index.ts": 'import { handle } from "hono/aws-lambda";\n' }, "serverless"],
    ["an application without a server", { dependencies: { hono: "4" } }, { "src/index.ts": "export default app\n", "a.config.ts": "export default {}\n" }, "(src/index.ts), and nothing listens"],
    ["functions", { dependencies: { fastify: "5" } }, { "api/index.ts": "" }, "folder api"],
    ["Deno beside npm", { dependencies: { hono: "4" } }, { "deno.json": "{}" }, "Deno"],
  ])("%s: is refused by the name of what it needs", (_, fields, more, reason) => {
    expect(not(fields, more).reason).toContain(reason);
  }); // biome-ignore format: a table

  it("a project of Deno alone is refused as that", () => {
    expect(refused({ "deno.json": "{}", "main.ts": "" }).reason).toContain("Deno");
  });

  it("a package of components for Astro is no site", () => {
    const fields = { exports: { ".": "./index.ts" }, devDependencies: { astro: "5" } };
    expect(not(fields, { "index.ts": "" }).reason).toContain("library");
  });
});

describe("sites whose start script is a development server", () => {
  it.each([
    ["ember serve", "ember build", { "ember-cli": "5" }, {}, "dist"],
    ["brunch watch --server", "brunch build", { brunch: "4" }, {}, "public"],
    ["polymer serve", "polymer build", { "polymer-cli": "1" }, { "polymer.json": '{"builds":[{"preset":"es6-bundled"}]}' }, "build/es6-bundled"],
    ["sapper dev", "sapper export", { sapper: "0.29" }, {}, "__sapper__/export"],
    ["parcel src/index.html", "parcel build src/index.html", { parcel: "2" }, {}, "dist"],
    ["webpack serve", "webpack --mode production", { webpack: "5", "html-webpack-plugin": "5" }, { "webpack.config.js": 'output: { path: path.resolve(__dirname, "public_html") }' }, "public_html"],
  ])("%s: what the build leaves is served", (start, build, devDependencies, more, folder) => {
    const { facts, dockerfile } = made({ scripts: { start, build }, devDependencies }, more);
    expect(facts.serving?.value).toBe("static");
    expect(dockerfile).toContain(`/app/${folder} /usr/share/nginx/html`);
  }); // biome-ignore format: a table

  it("of Solid 2: its plugin makes the page", () => {
    const config = "// solid({ start: true, ssr: true })\nexport default { plugins: [\n  solid({ start: true }), // add `ssr: true`\n] }";
    const fields = { scripts: { start: "vite", build: "vite build" }, devDependencies: { vite: "8" } };
    expect(made(fields, { "vite.config.ts": config }).dockerfile).toContain("/app/dist/client /usr/share");
  }); // biome-ignore format: one line each

  it("are refused where nothing says what the build leaves", () => {
    const answer = not({
      scripts: { start: "gulp serve", build: "gulp build" },
      devDependencies: { gulp: "5" },
    });
    expect(answer.reason).toContain("development server (gulp serve)");
  });
});

describe("Google's Functions Framework", () => {
  const dependencies = { "@google-cloud/functions-framework": "4" };
  const start = ["node_modules/.bin/functions-framework", "--target=hello"];

  it("serves the function that the code registers, or the only one it exports", () => {
    const registered = made({ main: "index.js", dependencies }, { "index.js": 'functions.http("hello", () => {})' });
    expect(registered.facts.start?.value).toEqual(start);
    expect(registered.facts.port?.value).toBe(8080);
    expect(made({ dependencies }, { "function.js": "exports.hello = () => {}\n" }).facts.start?.value).toEqual(start);
  }); // biome-ignore format: one line each

  it("is refused where there are several", () => {
    const files = { "index.js": 'functions.http("a", f);\nfunctions.cloudEvent("b", g);\n' };
    expect(not({ dependencies }, files).reason).toContain("a, b");
  });
});
