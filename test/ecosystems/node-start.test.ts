import { describe, expect, it } from "vitest";
import { generated, refused } from "../generate/from-files.ts";

const manifest = (fields: Record<string, unknown>): string => JSON.stringify({ name: "shop", ...fields });
const lock = { "package-lock.json": "{}" };
const start = (fields: Record<string, unknown>, more: Record<string, string> = {}): unknown =>
  generated({ ...lock, "package.json": manifest(fields), ...more }).facts.start?.value;

describe("a start command stated for a platform", () => {
  const serves = { "custom.js": "require('http').createServer().listen(process.env.PORT || 8080)\n" };

  it.each([
    ["app.yaml", "runtime: nodejs22\nentrypoint: node custom.js --verbose\n"],
    ["railway.json", '{"deploy":{"startCommand":"node custom.js --verbose"}}'],
    ["project.toml", '[[build.env]]\nname = "GOOGLE_ENTRYPOINT"\nvalue = "node custom.js --verbose"\n'],
    ["railpack.json", '{"deploy":{"startCommand":"node custom.js --verbose"}}'],
    ["nixpacks.toml", '[start]\ncmd = "node custom.js --verbose"\n'],
    ["Procfile", "web: node custom.js --verbose\n"],
  ])("in %s is the program's", (file, body) => {
    const fields = { scripts: { start: "node other.js" } };
    expect(start(fields, { ...serves, [file]: body })).toEqual(["node", "custom.js", "--verbose"]);
  });

  it("may call a script, which is what starts", () => {
    const scripts = { start: "node other.js", web: "node custom.js" };
    expect(start({ scripts }, { ...serves, Procfile: "web: npm run web\n" })).toEqual(["node", "custom.js"]);
  });
});

describe("the program of a start script", () => {
  it("is a shell script of the project by its own shell", () => {
    const scripts = { start: "./start.sh --now" };
    expect(start({ scripts }, { "start.sh": "#!/bin/bash\nexec node .\n" })).toEqual(["bash", "start.sh", "--now"]);
    expect(start({ scripts }, { "start.sh": "exec node .\n" })?.toString()).toMatch(/^sh,/);
  }); // biome-ignore format: one line each

  it("is what nodemon runs again, with the compiler it is told or that the project has", () => {
    const code = { "src/main.ts": "app.listen(8080)\n", "src/main.js": "app.listen(8080)\n" };
    const run = (line: string, devDependencies: Record<string, string>) =>
      generated({ ...lock, ...code, "package.json": manifest({ scripts: { start: line }, devDependencies }) });
    const told = run("nodemon --watch src --exec babel-node src/main.js", { nodemon: "3", "@babel/node": "7" });
    expect(told.facts.start?.value).toEqual(["node_modules/.bin/babel-node", "src/main.js"]);
    expect(told.facts.shipsDevelopment?.value).toBe(true);
    const words = run('nodemon --exec "ts-node -r dotenv/config" src/main.ts', { "ts-node": "10" });
    expect(words.facts.start?.value).toEqual(["node_modules/.bin/ts-node", "-r", "dotenv/config", "src/main.ts"]);
    expect(run("nodemon src/main.ts", { tsx: "4" }).facts.start?.value).toEqual(["node_modules/.bin/tsx", "src/main.ts"]);
    expect(run("nodemon src/main.ts", {}).facts.start?.value).toEqual(["node", "src/main.ts"]);
  }); // biome-ignore format: one line each

  it("is no builder that watches", () => {
    const scripts = { start: "rollup -c --watch", build: "rollup -c" };
    expect(refused({ ...lock, "package.json": manifest({ scripts }) }).reason).toContain("rollup -c --watch");
  });

  it("takes any port where it takes it from PORT", () => {
    const { facts } = generated({
      ...lock,
      "package.json": manifest({
        scripts: { start: "http-server -p $PORT" },
        dependencies: { "http-server": "14" },
      }),
    });
    expect(facts.start?.value).toEqual(["node_modules/.bin/http-server", "-p", "8080"]);
    expect(facts.port).toMatchObject({ value: 8080, evidence: [{ file: "package.json" }] });
  });

  it("is installed where the script would download it at each start", () => {
    const { dockerfile, facts, warnings } = generated({
      ...lock,
      "package.json": manifest({ scripts: { start: "npx serve -s site -l 4000" } }),
      "site/index.html": "",
    });
    expect(dockerfile.split("AS runtime")[1]).toContain("npm install --global serve@14");
    expect(facts.start?.value).toEqual(["serve", "-s", "site", "-l", "4000"]);
    expect(facts.port?.value).toBe(4000);
    expect(warnings.join()).toContain("add it to the dependencies");
  });

  it("is never a file of data that main names", () => {
    expect(refused({ ...lock, "package.json": manifest({ main: "package.json" }) }).reason).toContain("library");
  }); // biome-ignore format: one line each
});

describe("the package manager", () => {
  it("is none of those that engines lists side by side", () => {
    const engines = { node: ">=20", npm: ">=10", pnpm: ">=8", yarn: ">=3" };
    const { facts } = generated({
      "package.json": manifest({ engines, scripts: { start: "node server.js" } }),
      "server.js": "",
    });
    expect(facts.packageManager).toMatchObject({ value: "npm", confidence: "assumed" });
  });
});

describe("what the install reads", () => {
  const server = { "server.js": "app.listen(8080)\n" };
  const local = (from: string, more: Record<string, string> = {}) => ({
    ...lock,
    ...server,
    "package.json": manifest({ scripts: { start: "node server.js" }, dependencies: { own: from } }),
    ...more,
  });

  it("are dependencies beside the program too, which stay where they link to", () => {
    const own = { "lib/own/package.json": "{}", "lib/own/index.js": "" };
    const { dockerfile } = generated(local("file:./lib/own", own));
    expect(dockerfile).toMatch(/COPY lib\/own\/package.json lib\/own\/\n(?:.*\n)*?RUN .*\\\n\s+npm ci/);
    const built = { ...own, "lib/own/package.json": '{"scripts":{"prepare":"tsc"}}' };
    expect(generated(local("file:./lib/own", built)).dockerfile).toContain("COPY lib/own lib/own/");
    expect(dockerfile).toMatch(/COPY --from=builder .* \/app \/app/);
    expect(generated(local("link:./lib/own", own)).dockerfile).toContain("COPY lib/own/package.json lib/own/");
    const archive = generated(local("file:vendor/own-1.0.0.tgz", { "vendor/own-1.0.0.tgz": "" }));
    expect(archive.dockerfile).toContain("COPY vendor/own-1.0.0.tgz vendor/");
  });

  it("reach no folder outside of the directory", () => {
    expect(refused(local("file:../own")).reason).toContain("own (file:../own)");
  });

  it("is not all here where a workspace around it knows the versions", () => {
    for (const from of ["workspace:*", "catalog:"])
      expect(refused(local(from)).reason).toContain(`own (${from})`);
    const root = { "pnpm-workspace.yaml": "packages: []\ncatalog:\n  own: 1.0.0\n", "pnpm-lock.yaml": "lockfileVersion: '9.0'\n" };
    expect(generated({ ...server, ...root, "package.json": local("catalog:")["package.json"] }).facts.start).toBeDefined();
  });

  it("is Yarn's offline mirror", () => {
    const { dockerfile } = generated({
      ...server,
      "package.json": manifest({ scripts: { start: "node server.js" }, dependencies: { a: "1" } }),
      "yarn.lock": "# yarn lockfile v1\n",
      ".yarnrc": 'yarn-offline-mirror "./mirror"\n',
      "mirror/a-1.0.0.tgz": "",
    });
    expect(dockerfile).toContain("COPY mirror mirror/");
  });

  it("is node_modules where pnpm would make a loader", () => {
    const { dockerfile } = generated({
      ...server,
      "package.json": manifest({ scripts: { start: "node server.js" }, dependencies: { express: "5" } }),
      "pnpm-lock.yaml": "lockfileVersion: '6.0'\n",
      ".npmrc": "node-linker=pnp\nsymlink=false\n",
    });
    expect(dockerfile).toContain("npm_config_node_linker=isolated");
  });
}); // biome-ignore format: one line each

describe("a build script that migrates a database", () => {
  const build = (body: string, more: Record<string, string> = {}) =>
    generated({
      ...lock,
      "package.json": manifest({ scripts: { build: body, start: "node server.js", ...more }, dependencies: { pg: "8" } }),
      "server.js": "app.listen(8080)\n",
    });

  it("builds without it, and says so", () => {
    const { facts, warnings } = build("prisma migrate deploy && tsc -p .");
    expect(facts.build?.value).toBe("npx tsc -p .");
    expect(warnings.join()).toContain("prisma migrate deploy is left out");
    expect(build("npm run migrate && tsc", { migrate: "knex migrate:latest" }).facts.build?.value).toBe("npx tsc");
  });

  it("is left alone where nothing else is built, or a shell decides", () => {
    for (const body of ["tsc && prisma migrate deploy || true", "prisma migrate deploy"])
      expect(build(body).facts.build?.value).toBe("npm run build");
  });
}); // biome-ignore format: one line each

describe("without a start script", () => {
  const server = "import http from 'node:http';\nhttp.createServer().listen(8080);\n";

  it("what the compiler makes of a usual entry point starts, beside its source where no folder is named", () => {
    const files = { "server.ts": server, "tsconfig.json": '{"compilerOptions":{"module":"commonjs"}}' };
    for (const scripts of [{ build: "tsc -p ." }, { "gcp-build": "tsc" }, { postinstall: "tsc -p ." }])
      expect(start({ scripts }, files)).toEqual(["node", "server.js"]);
    const named = { "src/index.ts": server, "tsconfig.json": '{\n  "compilerOptions": {\n    "outDir": "out"\n  }\n}' };
    expect(start({ scripts: { build: "tsc" } }, named)).toEqual(["node", "out/index.js"]);
  }); // biome-ignore format: one line each

  it("nothing starts where tsconfig may say another place, or the file only exports", () => {
    const fields = { scripts: { build: "tsc" } };
    const inherits = { "server.ts": server, "tsconfig.json": '{"extends":"./base.json"}' };
    const exports = { "index.ts": "export const handler = () => {};\n", "tsconfig.json": "{}" };
    for (const files of [inherits, exports])
      expect(refused({ ...lock, "package.json": manifest(fields), ...files }).reason).toContain("no start script");
  }); // biome-ignore format: one line each

  it("a usual name that only exports gives way to one that listens", () => {
    const files = { "index.js": "exports.handler = () => {};\n" };
    expect(refused({ ...lock, "package.json": manifest({}), ...files }).reason).toContain("no start script");
    expect(start({}, { ...files, "src/server.js": server })).toEqual(["node", "src/server.js"]);
  });

  it("Bun serves what a file exports by default, Node.js does not", () => {
    const fields = { main: "src/index.js", dependencies: { hono: "4" } };
    const code = { "src/index.js": "export default app\n" };
    expect(refused({ ...lock, "package.json": manifest(fields), ...code }).reason).toContain(
      "nothing listens",
    );
    const bun = generated({
      "package.json": manifest({ devDependencies: { "@types/bun": "latest" }, dependencies: { hono: "4" } }),
      "src/index.ts": "export default app\n",
    });
    expect(bun.facts.packageManager).toMatchObject({ value: "bun", confidence: "likely" });
    expect(bun.facts.start?.value).toEqual(["bun", "src/index.ts"]);
  });
});
