import { describe, expect, it } from "vitest";
import { generated, refused } from "../generate/from-files.ts";

const manifest = (fields: Record<string, unknown>): string => JSON.stringify({ name: "shop", ...fields });
const express = manifest({ scripts: { start: "node server.js" }, dependencies: { express: "5" } });
const server = "require('express')().listen(process.env.PORT || 4000)\n";

describe("who installs the dependencies", () => {
  it.each([
    ["npm", { "package-lock.json": "{}" }, "npm ci --omit=dev"],
    ["pnpm", { "pnpm-lock.yaml": "lockfileVersion: '9.0'\n" }, "pnpm install --frozen-lockfile --prod"],
    ["yarn", { "yarn.lock": "# yarn lockfile v1\n" }, "yarn install --frozen-lockfile --production"],
    [
      "yarn-berry",
      { "yarn.lock": "__metadata:\n  version: 8\n", ".yarnrc.yml": "nodeLinker: node-modules\n" },
      "yarn workspaces focus --all --production",
    ],
    ["bun", { "bun.lock": "{}" }, "bun install --frozen-lockfile --production"],
  ])("%s by its lock file", (manager, files, command) => {
    const result = generated({ "package.json": express, "server.js": server, ...files });
    expect(result.facts.packageManager?.value).toBe(manager);
    expect(result.dockerfile).toContain(command);
    expect(result.findings).toEqual([]);
  });

  it.each([
    ["CommonJS", {}, ["node", "-r", "./.pnp.cjs", "server.js"]],
    [
      "ES modules",
      { type: "module" },
      ["node", "-r", "./.pnp.cjs", "--experimental-loader", "./.pnp.loader.mjs", "server.js"],
    ],
  ])("Yarn's Plug'n'Play loads itself first: %s", (_, fields, start) => {
    const result = generated({
      "package.json": manifest({
        ...fields,
        scripts: { start: "node server.js" },
        dependencies: { express: "5" },
        packageManager: "yarn@4.5.3",
      }),
      "server.js": server,
      "yarn.lock": "__metadata:\n  version: 8\n",
    });
    expect(result.facts.start?.value).toEqual(start);
  });

  it.each([
    [
      "the program it carries",
      { ".yarn/releases/yarn-2.4.3.cjs": "", "yarn.lock": "__metadata:\n  version: 4\n" },
    ],
    ["the lock file's format", { "yarn.lock": "__metadata:\n  version: 4\n" }],
  ])("an old Yarn by %s, which has no `workspaces focus`", (_, files) => {
    const result = generated({ "package.json": express, "server.js": server, ...files });
    expect(result.dockerfile).not.toContain("workspaces focus");
    expect(result.dockerfile).not.toContain("cli-dist@4");
    expect(result.facts.start?.value).toEqual(["node", "-r", "./.pnp.js", "server.js"]);
  });

  it("keeps the pnpm that wrote the lock file, and says so to the rule that finds it old", () => {
    const result = generated({
      "package.json": express,
      "server.js": server,
      "pnpm-lock.yaml": "lockfileVersion: '6.0'\n",
    });
    expect(result.dockerfile).toContain("pnpm@8");
    expect(result.findings).toEqual([]);
  });

  it("builds nothing where the build script only checks", () => {
    const fields = { scripts: { start: "node server.js", build: "tsc --noEmit && eslint ." } };
    const result = generated({
      "package.json": manifest(fields),
      "server.js": server,
      "package-lock.json": "{}",
    });
    expect(result.dockerfile).not.toContain("run build");
    expect(result.findings).toEqual([]);
    const bundled = {
      scripts: { start: "node dist/server.js", build: "tsc --noEmit && esbuild server.ts --outdir=dist" },
    };
    expect(
      generated({ "package.json": manifest(bundled), "server.ts": server, "package-lock.json": "{}" })
        .dockerfile,
    ).toContain("/app/dist");
  });

  it("fills node_modules instead of Plug'n'Play for a program that is started from there", () => {
    const result = generated({
      "package.json": manifest({
        scripts: { build: "next build", start: "next start" },
        dependencies: { next: "16", react: "19" },
        packageManager: "yarn@4.5.3",
      }),
      "app/page.js": "export default () => null\n",
      "yarn.lock": "__metadata:\n  version: 8\n",
    });
    expect(result.dockerfile).toContain("YARN_NODE_LINKER=node-modules");
    expect(result.facts.start?.value).toContain("node_modules/.bin/next");
  });

  it("refuses two lock files unless package.json names the manager", () => {
    const files = {
      "server.js": server,
      "package-lock.json": "{}",
      "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
    };
    expect(refused({ "package.json": express, ...files }).reason).toContain("npm and pnpm");
    const named = manifest({
      scripts: { start: "node server.js" },
      dependencies: { express: "5" },
      packageManager: "pnpm@10.4.1",
    });
    expect(generated({ "package.json": named, ...files }).dockerfile).toContain("pnpm@10.4.1");
  });

  it("takes a registry token as a secret for one command, and says how to pass it", () => {
    const result = generated({
      "package.json": express,
      "server.js": server,
      "package-lock.json": "{}",
      ".npmrc": "//npm.example.com/:_authToken=${NPM_TOKEN}\n",
    });
    expect(result.dockerfile).toContain("--mount=type=secret,id=NPM_TOKEN,required=true");
    expect(result.dockerfile).not.toMatch(/ARG NPM_TOKEN|ENV NPM_TOKEN/);
    expect(result.commands.build).toContain("--secret id=NPM_TOKEN,env=NPM_TOKEN");
  });
});

describe("how it starts", () => {
  it("runs node itself, with the port of the code, as the image's user by number", () => {
    const { dockerfile, facts } = generated({
      "package.json": express,
      "server.js": server,
      "package-lock.json": "{}",
    });
    expect(facts.port).toMatchObject({ value: 4000, evidence: [{ file: "server.js", line: 1 }] });
    expect(dockerfile).toMatch(/USER 1000:1000[\s\S]*EXPOSE 4000[\s\S]*CMD \["node", "server.js"\]/);
  });

  it("follows a script that calls another, and ships what the build leaves among the sources", () => {
    const { dockerfile, facts, findings } = generated({
      "package.json": manifest({
        scripts: {
          start: "npm run serve:prod",
          "serve:prod": "NODE_ENV=production node server/main.js",
          build: "vite build",
        },
        dependencies: { express: "5" },
        devDependencies: { vite: "7" },
      }),
      "package-lock.json": "{}",
      // A tool's port comes first by name; the program's is the one that counts.
      "config/playwright.config.js": "const port = 30001;\n",
      "server/main.js": "app.listen(port);\n",
      "server/config.js": "const port = process.env.PORT || 3001;\n",
    });
    expect(findings).toEqual([]);
    expect(facts.port?.value).toBe(3001);
    expect(dockerfile).toContain('CMD ["node", "server/main.js"]');
    expect(dockerfile).toMatch(/COPY --from=builder --chown=1000:1000 --exclude=node_modules \/app \.\/$/m);
    expect(dockerfile).toContain("COPY --from=deps --chown=1000:1000 /app/node_modules ./node_modules");
  });

  it.each([
    [
      "Next.js, standalone",
      { next: "16" },
      { "next.config.mjs": 'export default { output: "standalone" }' },
      /COPY --from=builder .*\/app\/\.next\/standalone \.\/[\s\S]*CMD \["node", "server.js"\]/,
    ],
    [
      "Next.js, not standalone",
      { next: "16" },
      {},
      /CMD \["node_modules\/\.bin\/next", "start", "--hostname", "0\.0\.0\.0", "--port", "3000"\]/,
    ],
    [
      "Next.js, exported",
      { next: "16" },
      { "next.config.js": "module.exports = { output: 'export' }" },
      /nginx-unprivileged[\s\S]*\/app\/out \/usr\/share\/nginx\/html/,
    ],
    ["Nuxt", { nuxt: "4" }, {}, /CMD \["node", "\.output\/server\/index\.mjs"\]/],
    ["SvelteKit", { "@sveltejs/kit": "2", "@sveltejs/adapter-node": "5" }, {}, /CMD \["node", "build"\]/],
    [
      "SvelteKit, its template",
      { "@sveltejs/kit": "2", "@sveltejs/adapter-auto": "^7.0.0" },
      { "svelte.config.js": "import adapter from '@sveltejs/adapter-auto';" },
      /ENV GCP_BUILDPACKS=1\n[\s\S]*CMD \["node", "build"\]/,
    ],
    ["Astro, static", { astro: "5" }, {}, /\/app\/dist \/usr\/share\/nginx\/html/],
    [
      "Vite",
      { vite: "7" },
      { "index.html": "", "vite.config.ts": "export default { build: { outDir: 'public_html' } }" },
      /\/app\/public_html \/usr\/share\/nginx\/html/,
    ],
    ["NestJS", { "@nestjs/core": "11" }, {}, /CMD \["node", "dist\/main(\.js)?"\]/],
  ])("%s", (_what, dependencies, files, expected) => {
    const scripts = {
      build: "x build",
      ...("@nestjs/core" in dependencies ? { start: "nest start", "start:prod": "node dist/main" } : {}),
    };
    const result = generated({
      "package.json": manifest({ scripts, dependencies }),
      "package-lock.json": "{}",
      ...files,
    });
    expect(result.dockerfile).toMatch(expected);
    expect(result.findings).toEqual([]);
  });

  it("says which setting would make a Next.js image smaller", () => {
    const result = generated({
      "package.json": manifest({ scripts: { build: "next build" }, dependencies: { next: "16" } }),
      "package-lock.json": "{}",
    });
    expect(result.plan.projectSettings[0]).toMatchObject({
      file: "next.config.mjs",
      setting: expect.stringContaining("standalone"),
    });
  });

  it.each([
    ["a mobile application", { dependencies: { expo: "54", "react-native": "0.81" } }, "mobile"],
    [
      "a SvelteKit application without a server adapter",
      { devDependencies: { "@sveltejs/kit": "2", "@sveltejs/adapter-auto": "3" } },
      "adapter",
    ],
    ["a library", { main: "dist/index.js", exports: {} }, "library"],
  ])("refuses %s", (_what, fields, reason) => {
    expect(refused({ "package.json": manifest(fields) }).reason).toContain(reason);
  });
});

describe("signals", () => {
  const files = { "package.json": express, "package-lock.json": "{}" };

  it("puts an init in front of a program without a handler, and only then", () => {
    expect(generated({ ...files, "server.js": server }).dockerfile).toMatch(
      /ENTRYPOINT \["\/usr\/bin\/tini", "--"\]\nCMD \["node", "server.js"\]/,
    );
    expect(
      generated({ ...files, "server.js": `${server}process.on("SIGTERM", () => process.exit(0))\n` })
        .dockerfile,
    ).not.toContain("tini");
  });
});

describe("workspaces", () => {
  const files = {
    "package.json": manifest({ private: true, workspaces: ["apps/*", "packages/*"] }),
    "package-lock.json": "{}",
    "apps/api/package.json": JSON.stringify({
      name: "@shop/api",
      scripts: { start: "node index.js" },
      dependencies: { express: "5" },
    }),
    "apps/api/index.js": server,
    "apps/web/package.json": JSON.stringify({
      name: "@shop/web",
      scripts: { build: "vite build" },
      devDependencies: { vite: "7" },
    }),
    "packages/ui/package.json": JSON.stringify({ name: "@shop/ui", main: "index.js" }),
  };

  it("asks which application, and lists them", () => {
    const answer = refused(files);
    expect(answer.kind).toBe("choice");
    expect(answer.apps.map((app) => app.path)).toEqual(["apps/api", "apps/web"]);
  });

  it("builds the one that is named from the whole workspace", () => {
    const { dockerfile } = generated(files, { app: "apps/api" });
    expect(dockerfile).toMatch(
      /COPY package\.json package-lock\.json \.\/\nCOPY apps\/api\/package\.json apps\/api\//,
    );
    expect(dockerfile).toContain("WORKDIR /app/apps/api");
    expect(generated(files, { app: "@shop/web" }).dockerfile).toContain(
      "/app/apps/web/dist /usr/share/nginx/html",
    );
  });
});

describe("Prisma", () => {
  const files = {
    "package.json": manifest({
      scripts: { build: "tsc", start: "node dist/index.js" },
      dependencies: { "@prisma/client": "^6.1.0" },
      devDependencies: { prisma: "^6.1.0", typescript: "5" },
    }),
    "package-lock.json": "{}",
    "prisma/schema.prisma": 'generator client { provider = "prisma-client-js" }\n',
    "src/index.ts": "",
  };

  it("generates the client between the sources and the build", () => {
    const { dockerfile } = generated(files);
    expect(dockerfile).toMatch(/COPY \. \.\/[\s\S]*RUN npx prisma generate\nRUN npm run build/);
    expect(dockerfile).toMatch(/AS runtime[\s\S]*install .*openssl/);
  });

  it("leaves it to the project's own script, and OpenSSL out from version 7 on", () => {
    const own = { scripts: { build: "prisma generate && tsc", start: "node dist/index.js" } };
    const { dockerfile } = generated({
      ...files,
      "package.json": manifest({ ...own, dependencies: { "@prisma/client": "7.0.0", prisma: "7.0.0" } }),
    });
    expect(dockerfile).not.toContain("npx prisma generate");
    expect(dockerfile).not.toContain("openssl");
  });
});

describe("settings of the package manager", () => {
  const files = { "package.json": express, "package-lock.json": "{}", "server.js": server };

  it("are copied when they hold no credential, and are no finding then", () => {
    const plain = generated({ ...files, ".npmrc": "legacy-peer-deps=true\n" });
    expect(plain.dockerfile).toContain(".npmrc");
    expect(plain.findings).toEqual([]);
    const literal = generated({ ...files, ".npmrc": "//registry.example.com/:_authToken=abcdef\n" });
    expect(literal.findings.map((finding) => finding.rule)).toContain("secret-file-copied");
  });
});

describe("a package.json beside another language", () => {
  it("is not taken for the application", () => {
    const answer = refused({
      "package.json": manifest({ scripts: { build: "vite build" }, devDependencies: { vite: "7" } }),
      "composer.json": "{}",
    });
    expect(answer.reason).toContain("PHP");
  });
});
