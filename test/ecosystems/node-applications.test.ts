import { describe, expect, it } from "vitest";
import { generated, refused } from "../generate/from-files.ts";

const manifest = (fields: Record<string, unknown>): string => JSON.stringify({ name: "shop", ...fields });
const lock = { "package-lock.json": "{}" };

describe("the port", () => {
  const files = {
    ...lock,
    "package.json": manifest({ scripts: { start: "node server.js" }, dependencies: { express: "5" } }),
  };

  it.each([
    ["const port = parseInt(process.env.PORT) || 8080;", 8080],
    ["const port = Number(process.env.PORT) || 5055;", 5055],
    ["const port = parseInt(process.env.PORT, 10) || 4100;", 4100],
    ["const port = process.env.PORT ? Number(process.env.PORT) : 4200;", 4200],
    ["const env = z.object({ PORT: z.coerce.number().default(4300) });", 4300],
    ["const port = config.get('PORT', 4400);", 4400],
    ["const port = args.port || Number(process.env.SHOP_PORT) || 5001;", 5001],
    ["export const DEFAULT_PORT = 3333;", 3333],
    ["const schema = { listen: { format: 'port', default: 1443, arg: 'port', env: 'PORT' } };", 1443],
  ])("%s", (code, port) => {
    expect(generated({ ...files, "server.js": `${code}\napp.listen(port);\n` }).facts.port?.value).toBe(port);
  });

  it("is no radix, and no port of a service: the example's, which the program follows", () => {
    const { facts } = generated({
      ...files,
      "server.js": "const db = process.env.DB_PORT || 3307;\napp.listen(parseInt(process.env.PORT, 10));\n",
      ".env.example": "PORT=4500\n",
    });
    expect(facts.port).toMatchObject({ value: 4500, evidence: [{ file: ".env.example" }] });
  });

  it("needs no privilege where the program follows PORT", () => {
    const { facts, dockerfile } = generated({
      ...files,
      "server.js": "app.listen(process.env.PORT || 80);\n",
    });
    expect(facts.port?.value).toBe(8080);
    expect(dockerfile).toContain("PORT=8080");
  });
});

describe("the start script", () => {
  const base = (scripts: Record<string, string>, more: Record<string, string> = {}, fields = {}) =>
    generated({
      ...lock,
      "package.json": manifest({ scripts, dependencies: { express: "5" }, ...fields }),
      "tsconfig.json": '{\n  "compilerOptions": {\n    "outDir": "./dist"\n  }\n}\n',
      "src/server.ts": "app.listen(process.env.PORT || 3000)\n",
      ...more,
    });

  it("compiles in the image's build, not at each start", () => {
    const { facts, dockerfile } = base({ build: "tsc", start: "npm run build && node dist/server.js" });
    expect(facts.start?.value).toEqual(["node", "dist/server.js"]);
    expect(dockerfile).toMatch(/RUN npm run build$/m);
    expect(base({ start: "tsc && node dist/server.js" }).dockerfile).toMatch(/RUN npx tsc$/m);
  });

  it("keeps the shell for what is no preparation of files", () => {
    const { facts } = base({ build: "tsc", start: "prisma migrate deploy && node dist/server.js" });
    expect(facts.start?.value).toEqual(["npm", "run", "start"]);
  });

  it("does what npm does before it: files in the build; of a migration it is said that nobody runs it", () => {
    const copied = base(
      {
        prestart: "test -f src/config.js || cp src/config.template.js src/config.js",
        start: "node src/server.js",
      },
      { "src/server.js": "", "src/config.template.js": "" },
    );
    expect(copied.dockerfile).toContain(
      "RUN test -f src/config.js || cp src/config.template.js src/config.js",
    );
    expect(copied.dockerfile).toMatch(/COPY --from=builder .* \/app \.\/$/m);
    const migrated = base({ build: "tsc", prestart: "knex migrate:latest", start: "node dist/server.js" });
    expect(migrated.warnings.join()).toContain("prestart is not run in the image");
  });

  it.each([
    ["ts-node src/server.ts", ["node", "dist/server.js"]],
    ["tsx watch src/server.ts", ["node", "dist/server.js"]],
    ["node --env-file=.env dist/server.js", ["node", "dist/server.js"]],
    ["dotenv -- node dist/server.js", ["node", "dist/server.js"]],
    ["NODE_ENV=production PORT=3100 node dist/server.js", ["node", "dist/server.js"]],
    ["cross-env PORT=${SHOP_PORT:-3100} node dist/server.js", ["node", "dist/server.js"]],
    ["pm2 start dist/server.js", ["node", "dist/server.js"]],
    ["nodemon --ignore test/", ["node", "src/server.js"]],
    ["env-cmd local.env node dist/server.js", ["node", "dist/server.js"]],
    [
      "pm2 start ecosystem.config.json --no-daemon",
      ["node_modules/.bin/pm2-runtime", "ecosystem.config.json"],
    ],
    ["echo starting && node dist/server.js", ["node", "dist/server.js"]],
    ["./node_modules/.bin/forever -m 5 dist/server.js", ["node", "dist/server.js"]],
  ])("%s", (start, words) => {
    const { facts } = base(
      { build: "tsc", start },
      { "src/server.js": "" },
      { main: "src/server.js", devDependencies: { tsx: "4" } },
    );
    expect(facts.start?.value).toEqual(words);
  });

  it("goes through run-script-os, and through npm where it needs a shell, whoever installs", () => {
    const { facts } = base({
      start: "run-script-os",
      "start:default": "cd dist && ./run",
      "start:windows": "cd dist && run",
    });
    expect(facts.start?.value).toEqual(["npm", "run", "start"]);
    const pnpm = generated({
      "package.json": manifest({ scripts: { start: "node migrate.js && node server.js" } }),
      "server.js": "",
      "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
    });
    expect(pnpm.facts.start?.value).toEqual(["npm", "run", "start"]);
  });

  it("is no development server: another one is looked for", () => {
    const { facts } = base(
      {
        build: "webpack",
        start: "npm run clean && webpack serve --mode=development",
        clean: "rimraf dist",
        prod: "node server.js",
      },
      { "server.js": "" },
    );
    expect(facts.start?.value).toEqual(["node", "server.js"]);
  });

  it("may be missing, where the build makes the main file", () => {
    const { facts } = base({ build: "tsc" }, {}, { private: true, main: "dist/server.js" });
    expect(facts.start?.value).toEqual(["node", "dist/server.js"]);
  });

  it("prefers one that needs no shell", () => {
    const { facts } = base({
      build: "tsc",
      "start:production": "npm run migrate && npm run seed && node main",
      start: "node dist/server.js",
    });
    expect(facts.start?.value).toEqual(["node", "dist/server.js"]);
  });

  it("ships development dependencies where it is one of them, and says so", () => {
    const result = base({ start: "tsx src/server.ts" }, {}, { devDependencies: { tsx: "4" } });
    expect(result.dockerfile).not.toContain("--omit=dev");
    expect(result.warnings.join()).toContain("development dependency");
    expect(result.findings).toEqual([]);
  });
});

describe("what ships", () => {
  it("is the started file too, where the compiler writes elsewhere", () => {
    const { dockerfile } = generated({
      ...lock,
      "package.json": manifest({
        scripts: { build: "tsc", start: "node index.js" },
        dependencies: { ws: "8" },
      }),
      "tsconfig.json": '{\n  "compilerOptions": {\n    "outDir": "dist"\n  }\n}\n',
      "index.js": "require('./dist/controller')\n",
      "lib/controller.ts": "",
    });
    expect(dockerfile).toMatch(/COPY --from=builder .* \/app \.\/$/m);
  });

  it("is built by the scripts there are", () => {
    const build = (scripts: Record<string, string>): unknown =>
      generated({
        ...lock,
        "package.json": manifest({
          scripts: { start: "node server.js", ...scripts },
          dependencies: { express: "5" },
        }),
        "server.js": "app.listen(3000)\n",
      }).facts.build?.value;
    expect(build({ "build:production": "nx run api:build" })).toBe("npm run build:production");
    expect(build({ "build:frontend": "vite build", "build:docker": "docker build ." })).toBe(
      "npm run build:frontend",
    );
    expect(build({})).toBeUndefined();
  });

  it("takes along folders that the code reads below the working directory", () => {
    const { dockerfile, dockerignore } = generated({
      ...lock,
      "package.json": manifest({
        scripts: { build: "next build" },
        dependencies: { next: "16", "gray-matter": "4" },
      }),
      "pages/index.js": "",
      "lib/posts.js": "const folder = path.join(process.cwd(), 'posts')\n",
      "posts/first.md": "# First\n",
      "README.md": "",
    });
    expect(dockerfile).toMatch(/\/app\/posts \.\/posts/);
    expect(dockerignore).toContain("!posts/**/*.md");
  });

  it("leaves Markdown that becomes pages in the context, and other Markdown out", () => {
    const site = generated({
      ...lock,
      "package.json": manifest({
        scripts: { build: "docusaurus build" },
        dependencies: { "@docusaurus/core": "3" },
      }),
      "docs/intro.md": "",
      "blog/first.md": "",
    });
    expect(site.dockerignore).toMatch(/^!docs$/m);
    expect(site.dockerignore).toContain("!blog/**/*.md");
    expect(site.findings).toEqual([]);
    const plain = generated({
      ...lock,
      "package.json": manifest({ scripts: { start: "node server.js" }, dependencies: { express: "5" } }),
      "server.js": "",
      "docs/intro.md": "",
    });
    expect(plain.dockerignore).not.toContain("!");
  });
});

describe("dependencies from git", () => {
  const from = (source: string) =>
    generated({
      ...lock,
      "package.json": manifest({
        scripts: { start: "node server.js" },
        dependencies: { express: "5", theirs: source },
      }),
      "server.js": "app.listen(3000)\n",
    });

  it.each(["git+ssh://git@example.com/team/lib.git#v1", "git@example.com:team/lib.git"])(
    "%s: the agent's key, for one command",
    (source) => {
      const { dockerfile, commands, findings } = from(source);
      expect(dockerfile).toMatch(/install -y --no-install-recommends ca-certificates git openssh-client/);
      expect(dockerfile).toContain("--mount=type=ssh");
      expect(commands.build).toContain("--ssh default");
      expect(findings).toEqual([]);
    },
  );

  it.each(["github:owner/lib", "owner/lib#main", "git+https://example.com/team/lib.git"])(
    "%s: git alone",
    (source) => {
      const { dockerfile, findings } = from(source);
      expect(dockerfile).toMatch(/ca-certificates git \\?$/m);
      expect(dockerfile).not.toContain("type=ssh");
      expect(findings).toEqual([]);
    },
  );

  it.each(["^1.0.0", "npm:other@1", "file:./lib", "https://example.com/lib.tgz"])("%s: none", (source) => {
    expect(from(source).dockerfile).not.toContain("git");
  });
});

describe("an environment file that pages are built with", () => {
  it("stays out, and that is said with the names", () => {
    const site = (env: string): readonly string[] =>
      generated({
        ...lock,
        "package.json": manifest({ scripts: { build: "vite build" }, devDependencies: { vite: "7" } }),
        ".env.production": env,
      }).warnings;
    expect(site("VITE_API_URL=https://api.example.com\nMODE=production\n").join()).toMatch(
      /\.env\.production.*VITE_API_URL/,
    );
    expect(site("DATABASE_URL=postgres://db\n")).toEqual([]);
  });
});

describe("what a compiled program reads", () => {
  const files = {
    ...lock,
    "package.json": manifest({
      private: true,
      scripts: { build: "tsc", start: "node dist/bot.js" },
      dependencies: { "discord.js": "14", express: "5" },
    }),
    "tsconfig.json": '{\n  "compilerOptions": {\n    "outDir": "dist"\n  }\n}\n',
    "src/bot.ts": "const lang = path.resolve(here, '../../lang');\nimport { menu } from '../helpers/menu';\n",
    "lang/en.json": "{}",
    "helpers/menu.ts": "",
    "pictures/logo.png": "",
  };

  it("ships by what its code names, and a bot answers on no port", () => {
    const { dockerfile, facts } = generated(files);
    expect(dockerfile).toContain("/app/lang ./lang");
    expect(dockerfile).not.toMatch(/\.\/helpers|\.\/pictures/);
    expect(facts.appType?.value).toBe("worker");
    expect(dockerfile).not.toContain("HEALTHCHECK");
  });

  it("is everything, where a tool or a build in another folder is involved", () => {
    const scripts = { build: "npm run build --prefix client && tsc", start: "node dist/bot.js" };
    const { dockerfile } = generated({
      ...files,
      "package.json": manifest({ scripts, dependencies: { express: "5" } }),
      "client/package.json": "{}",
    });
    expect(dockerfile).toMatch(/--exclude=node_modules --exclude=client\/node_modules \/app \.\/$/m);
    const tool = { build: "strapi build", start: "strapi start" };
    expect(
      generated({
        ...files,
        "package.json": manifest({ scripts: tool, dependencies: { "@strapi/strapi": "5" } }),
      }).dockerfile,
    ).toMatch(/--exclude=node_modules \/app \.\/$/m);
  });
});

describe("a server of the project's own in front of a framework", () => {
  it.each([
    [
      "Next.js",
      { next: "16", express: "5" },
      "node dist/index.js",
      { "server/index.ts": "app.listen(Number(process.env.PORT) || 5055)\n", "pages/index.tsx": "" },
      5055,
    ],
    [
      "React Router",
      { "react-router": "7" },
      "cross-env NODE_ENV=production node index.ts",
      { "index.ts": "const port = process.env.PORT || 3100\n" },
      3100,
    ],
    [
      "Express",
      { "react-scripts": "5", express: "5" },
      "node server.js",
      { "server.js": "app.listen(process.env.PORT || 3200)\n" },
      3200,
    ],
  ] as const)("%s", (framework, dependencies, start, files, port) => {
    const { facts, dockerfile } = generated({
      ...lock,
      "package.json": manifest({
        scripts: { build: "x build", start },
        dependencies,
        ...(framework === "React Router" ? { devDependencies: { "@react-router/dev": "7" } } : {}),
      }),
      ...files,
    });
    expect(facts.framework?.value).toBe(framework);
    expect(facts.port?.value).toBe(port);
    expect(facts.start?.value).toEqual(["node", start.split(" ").at(-1)]);
    expect(dockerfile).toMatch(/COPY --from=builder .* \/app \.\/$/m);
  });

  it("is not the one the framework makes", () => {
    const { facts } = generated({
      ...lock,
      "package.json": manifest({
        scripts: { build: "next build", start: "node --require ./instrumentation.js server.js" },
        dependencies: { next: "16" },
      }),
      "next.config.mjs": 'export default { output: "standalone" }',
    });
    expect(facts.serving?.value).toBe("bundle");
  });
});

describe("Next.js, exported into a folder of another name", () => {
  it("is served from there, whatever the start script does", () => {
    const { dockerfile } = generated({
      ...lock,
      "package.json": manifest({
        scripts: { build: "next build", start: "node banner.js; serve -s _static" },
        dependencies: { next: "16" },
      }),
      "next.config.js": 'module.exports = { output: "export", distDir: "_static" }',
    });
    expect(dockerfile).toContain("/app/_static /usr/share/nginx/html");
  });
});

describe("Next.js, standalone", () => {
  it.each([
    [
      'const nextConfig = { output: process.env.STANDALONE === "yes" ? "standalone" : undefined }',
      "next build",
      /STANDALONE=yes/,
    ],
    ['export default { ...(process.env.DOCKER && { output: "standalone" }) }', "next build", /DOCKER=true/],
    [
      'const mode = process.env.MODE ?? "standalone"; export default { output: mode, }',
      "MODE=standalone next build",
      undefined,
    ],
  ])("%s", (config, build, variable) => {
    const { facts, dockerfile } = generated({
      ...lock,
      "package.json": manifest({ scripts: { build }, dependencies: { next: "16" } }),
      "next.config.mjs": config,
    });
    expect(facts.serving?.value).toBe("bundle");
    if (variable) expect(dockerfile).toMatch(variable);
  });
});

describe("SvelteKit's adapters", () => {
  it("may write into a folder of another name", () => {
    const { dockerfile } = generated({
      ...lock,
      "package.json": manifest({
        scripts: { build: "vite build" },
        devDependencies: { "@sveltejs/kit": "2", "@sveltejs/adapter-static": "3" },
      }),
      "svelte.config.js":
        'import adapter from "@sveltejs/adapter-static";\nexport default { kit: { adapter: adapter({ pages: "site" }) } };\n',
    });
    expect(dockerfile).toContain("/app/site /usr/share/nginx/html");
  });

  it("runs the server, when the configuration knows it", () => {
    const { facts } = generated({
      ...lock,
      "package.json": manifest({
        scripts: { build: "vite build" },
        devDependencies: {
          "@sveltejs/kit": "2",
          "@sveltejs/adapter-node": "5",
          "@sveltejs/adapter-static": "3",
        },
      }),
      "svelte.config.js":
        'import node from "@sveltejs/adapter-node";\nimport fixed from "@sveltejs/adapter-static";\n',
    });
    expect(facts.start?.value).toEqual(["node", "build"]);
  });
});

describe("what runs in no container of its own", () => {
  it.each([
    [
      "a GitHub Action",
      { main: "dist/index.js" },
      { "action.yml": "runs:\n  using: node24\n  main: dist/index.js\n", "index.js": "" },
    ],
    [
      "Electron",
      { main: "main.js", scripts: { start: "electron ." }, devDependencies: { electron: "38" } },
      { "main.js": "" },
    ],
    [
      "Visual Studio Code",
      { main: "./out/extension.js", engines: { vscode: "^1.90.0" } },
      { "index.js": "" },
    ],
    [
      "browser extension",
      { scripts: { start: "webpack --watch" } },
      { "manifest.json": '{"manifest_version":3}' },
    ],
    ["Cloudflare", { scripts: { start: "wrangler dev" } }, {}],
    [
      "several programs",
      { scripts: { start: 'concurrently "npm:server" "npm:client"' } },
      { "server/package.json": "{}" },
    ],
    ["Meteor", { scripts: { start: "meteor run" } }, { ".meteor/release": "METEOR@3" }],
    ["library", { main: "index.js", bin: { pm: "bin/pm" }, types: "types/index.d.ts" }, { "index.js": "" }],
    [
      "Nx workspace",
      { scripts: { start: "nx serve" } },
      { "nx.json": "{}", "apps/cart/project.json": '{"projectType":"application"}' },
    ],
  ])("%s", (reason, fields, files) => {
    expect(refused({ "package.json": manifest(fields), ...lock, ...files }).reason).toContain(reason);
  });
});

describe("Next.js in a workspace", () => {
  const files = (config: string): Record<string, string> => ({
    ...lock,
    "package.json": manifest({ private: true, workspaces: ["apps/*"] }),
    "apps/web/package.json": JSON.stringify({
      name: "web",
      scripts: { build: "next build", start: "next start" },
      dependencies: { next: "16" },
    }),
    "apps/web/app/page.js": "",
    "apps/web/public/logo.svg": "",
    "apps/web/next.config.mjs": config,
  });

  it("finds its program wherever the package manager linked it", () => {
    const { dockerfile } = generated(files("export default {}"));
    expect(dockerfile).toContain('PATH="/app/apps/web/node_modules/.bin:/app/node_modules/.bin:$PATH"');
    expect(dockerfile).toContain('CMD ["next", "start"');
  });

  it("has its standalone server below the package's folder", () => {
    const { dockerfile, findings } = generated(files('export default { output: "standalone" }'));
    expect(dockerfile).toMatch(/\/app\/apps\/web\/\.next\/standalone \.\/$/m);
    expect(dockerfile).toMatch(/\/app\/apps\/web\/\.next\/static \.\/apps\/web\/\.next\/static$/m);
    expect(dockerfile).toMatch(/\/app\/apps\/web\/public \.\/apps\/web\/public$/m);
    expect(dockerfile).toContain('CMD ["node", "apps/web/server.js"]');
    expect(findings).toEqual([]);
  });
});

describe("workspaces of other people", () => {
  const root = (scripts: Record<string, string>): string =>
    manifest({
      private: true,
      workspaces: ["apps/*", "packages/**"],
      scripts,
      devDependencies: { vite: "7" },
    });
  const files = {
    "yarn.lock": "# yarn lockfile v1\n",
    "apps/web/package.json": JSON.stringify({ name: "web", scripts: { build: "vite build", start: "vite" } }),
    "apps/web/index.html": "",
    "apps/web/vite.config.mts": 'export default { build: { outDir: "build" } }',
    "apps/api/package.json": JSON.stringify({
      name: "api",
      scripts: { prod: "node server.js" },
      dependencies: { express: "5" },
    }),
    "apps/api/server.js": "app.listen(3000)\n",
    "packages/kit/package.json": JSON.stringify({
      name: "kit",
      exports: {},
      devDependencies: { astro: "5" },
    }),
    "packages/kit/__tests__/fixtures/site/package.json": JSON.stringify({
      name: "site",
      dependencies: { astro: "5" },
    }),
    "apps/addon/package.json": JSON.stringify({
      name: "addon",
      scripts: { build: "vite build" },
      devDependencies: { vite: "7" },
    }),
    "apps/addon/public/manifest.json": '{"manifest_version":3}',
    "packages/router/package.json": JSON.stringify({ name: "router", dependencies: { next: "16" } }),
  };

  it("go where the root's start script goes, with a bundler of the root", () => {
    const { dockerfile } = generated({
      ...files,
      "package.json": root({ start: "yarn --cwd ./apps/web start" }),
    });
    expect(dockerfile).toContain("/app/apps/web/build /usr/share/nginx/html");
  });

  it.each(["npm run web", "turbo run start --filter=web", "cd apps/web/public && npm start"])(
    "go where %s goes",
    (start) => {
      const { dockerfile } = generated({
        ...files,
        "package.json": root({ start, web: "yarn workspace web start" }),
      });
      expect(dockerfile).toContain("/app/apps/web/build /usr/share/nginx/html");
    },
  );

  it("list applications only: no library, no test data", () => {
    const { apps } = refused({ ...files, "package.json": root({}) });
    expect(apps.map((app) => app.path)).toEqual(["apps/api", "apps/web"]);
  });
});

describe("frameworks that bring their own commands", () => {
  const read = (fields: Record<string, unknown>, files: Record<string, string> = {}) =>
    generated({ ...lock, "package.json": manifest(fields), ...files });

  it("are not taken for what a bundler of theirs would make", () => {
    const { facts } = read({
      scripts: { build: "medusa build", start: "medusa start" },
      dependencies: { "@medusajs/medusa": "2" },
      devDependencies: { vite: "7" },
    });
    expect(facts).toMatchObject({
      framework: { value: "Medusa" },
      port: { value: 9000 },
      serving: { value: "modules" },
    });
  });

  it("VitePress writes below the folder of its documents", () => {
    const scripts = { build: "vitepress build docs" };
    const { dockerfile, dockerignore } = read(
      { scripts, devDependencies: { vitepress: "1" } },
      { "docs/index.md": "" },
    );
    expect(dockerfile).toContain("/app/docs/.vitepress/dist /usr/share/nginx/html");
    expect(dockerignore).toContain("!docs/**/*.md");
    const server = read({
      scripts: {
        "build:prod": "nest build",
        "docs:build": "vitepress build docs",
        "start:prod": "node dist/main.js",
      },
      dependencies: { "@nestjs/core": "11" },
      devDependencies: { vitepress: "1" },
    });
    expect(server.facts).toMatchObject({
      framework: { value: "NestJS" },
      build: { value: "npm run build:prod" },
    });
  });

  it("Nest is compiled, also without a build script", () => {
    const { facts } = read({
      scripts: { start: "nest start", "start:prod": "node dist/main" },
      dependencies: { "@nestjs/core": "11" },
      devDependencies: { "@nestjs/cli": "11" },
    });
    expect(facts.build?.value).toBe("npx nest build");
  });
});

describe("the version", () => {
  const webpack = (fields: Record<string, unknown>, files: Record<string, string> = {}) =>
    generated({
      ...lock,
      "package.json": manifest({ scripts: { build: "react-scripts build" }, ...fields }),
      ...files,
    });

  it("may be a code name", () => {
    const { facts } = generated({
      ...lock,
      "package.json": manifest({ scripts: { start: "node server.js" } }),
      "server.js": "",
      ".nvmrc": "lts/Hydrogen\n",
    });
    expect(facts.version?.value).toBe("18");
  });

  it("of webpack decides whether OpenSSL's legacy algorithms are needed, which is said", () => {
    const old = webpack({ dependencies: { "react-scripts": "4.0.3" } });
    expect(old.dockerfile).toContain("NODE_OPTIONS=--openssl-legacy-provider");
    expect(old.warnings.join()).toContain("react-scripts 4");
    expect(old.findings).toEqual([]);
    expect(webpack({ dependencies: { "react-scripts": "^5.0.1" } }).dockerfile).not.toContain("legacy");
    expect(
      webpack({ dependencies: { "react-scripts": "4.0.3" } }, { ".nvmrc": "16" }).dockerfile,
    ).not.toContain("legacy");
    const locked = JSON.stringify({ packages: { "node_modules/react-scripts": { version: "5.0.1" } } });
    expect(
      webpack({ dependencies: { "react-scripts": ">=3" } }, { "package-lock.json": locked }).dockerfile,
    ).not.toContain("legacy");
  });

  it.each([
    ["^4.9.0", { "yarn.lock": '# yarn lockfile v1\n\nnode-sass@^4.9.0:\n  version "4.12.0"\n' }, "12"],
    ["^7.0.1", lock, "17"],
  ])("is one that node-sass %s has a binary for", (range, files, node) => {
    const { facts } = generated({
      "package.json": manifest({
        scripts: { build: "vue-cli-service build" },
        devDependencies: { "@vue/cli-service": "5", "node-sass": range },
      }),
      ...files,
    });
    expect(facts.version).toMatchObject({ value: node, note: expect.stringContaining("node-sass") });
  });

  it("leaves out the init where nothing can be installed any more", () => {
    const { dockerfile } = generated({
      ...lock,
      "package.json": manifest({ scripts: { start: "node server.js" }, engines: { node: "12.x" } }),
      "server.js": "",
    });
    expect(dockerfile).not.toContain("apt-get");
  });

  it("of which no image is left is said to be asked for", () => {
    const { facts } = generated({
      ...lock,
      "package.json": manifest({ engines: { node: "4.0.0" }, scripts: { start: "node server.js" } }),
      "server.js": "",
    });
    expect(facts.version).toMatchObject({ confidence: "assumed", note: expect.stringContaining("4.0.0") });
  });
});

describe("Yarn 1", () => {
  it("is copied where the project carries it", () => {
    const { dockerfile } = generated({
      "package.json": manifest({ scripts: { start: "node server.js" }, dependencies: { express: "5" } }),
      "server.js": "",
      "yarn.lock": "# yarn lockfile v1\n",
      ".yarnrc": 'yarn-path ".yarn/releases/yarn-1.22.22.cjs"\n',
      ".yarn/releases/yarn-1.22.22.cjs": "",
    });
    expect(dockerfile).toMatch(/COPY \.yarn\/releases[\s\S]*yarn install/);
  });

  it("stays Yarn 1 beside settings of a newer one", () => {
    const { facts, findings } = generated({
      "package.json": manifest({
        scripts: { start: "node server.js" },
        dependencies: { express: "5" },
        packageManager: "yarn@1.22.22",
      }),
      "server.js": "",
      "yarn.lock": "# yarn lockfile v1\n",
      ".yarnrc.yml": "nodeLinker: node-modules\n",
    });
    expect(facts.packageManager?.value).toBe("yarn");
    expect(findings).toEqual([]);
  });
});

describe("the health route", () => {
  it("is found on an application that a function is handed, and in route files behind an own server", () => {
    const scripts = { build: "tsc", start: "node build/server.js" };
    const handed = generated({
      ...lock,
      "package.json": manifest({ scripts, dependencies: { express: "5" } }),
      "src/loader.ts":
        "export default ({ app }: { app: express.Application }) => {\n  app.get('/status', ok);\n};\n",
      "src/users.ts": "route.use('/users', users);\napp.listen(3000);\n",
    });
    expect(handed.facts.healthPath?.value).toBe("/status");
    const remix = generated({
      ...lock,
      "package.json": manifest({ scripts, dependencies: { express: "5", "@remix-run/react": "2" } }),
      "app/routes/healthcheck.tsx": "",
      "server.ts": "app.listen(process.env.PORT || 3000)\n",
    });
    expect(remix.facts.healthPath?.value).toBe("/healthcheck");
  });
});
