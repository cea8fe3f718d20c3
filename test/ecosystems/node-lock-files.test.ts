import { describe, expect, it } from "vitest";
import { generated, refused } from "../generate/from-files.ts";

const manifest = (dependencies: Readonly<Record<string, string>>): Record<string, string> => ({
  "package.json": JSON.stringify({ name: "api", scripts: { start: "node server.js" }, dependencies }),
  "server.js": "require('express')().listen(3000)\n",
});
const npm3 = (dependencies: Readonly<Record<string, string>>): string =>
  JSON.stringify({ lockfileVersion: 3, packages: { "": { name: "api", dependencies } } });
const npm1 = (version: string): string =>
  JSON.stringify({ lockfileVersion: 1, dependencies: { express: { version } } });
const yarn = (range: string): string => `# yarn lockfile v1\n\n\nexpress@${range}:\n  version "4.21.2"\n`;
const pnpm = (range: string): string =>
  `lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      express:\n        specifier: ${range}\n        version: 5.1.0\n`;
const bun = (range: string): string =>
  `{\n  "lockfileVersion": 1,\n  "workspaces": { "": { "dependencies": { "express": "${range}", }, }, },\n}\n`;

describe("several lock files", () => {
  const files = manifest({ express: "^5.1.0" });
  it.each([
    ["npm", { "package-lock.json": npm3({ express: "^5.1.0" }), "yarn.lock": yarn("^4.18.0") }],
    ["npm", { "package-lock.json": npm1("5.1.0"), "pnpm-lock.yaml": pnpm("^4.18.0") }],
    ["yarn", { "package-lock.json": npm1("4.21.2"), "yarn.lock": yarn("^5.1.0") }],
    ["pnpm", { "package-lock.json": npm3({ express: "^4.18.0" }), "pnpm-lock.yaml": pnpm("^5.1.0") }],
    ["bun", { "package-lock.json": npm3({}), "bun.lock": bun("^5.1.0") }],
  ])("%s, whose one alone fits package.json", (manager, locks) => {
    const { facts } = generated({ ...files, ...locks });
    expect(facts.packageManager).toMatchObject({ value: manager, confidence: "likely" });
    expect(facts.packageManager?.note).toMatch(/lacks express@\^5\.1\.0/);
  });

  it("which all fit, or none of them, are a question", () => {
    const both = { "package-lock.json": npm3({ express: "^5.1.0" }), "yarn.lock": yarn("^5.1.0") };
    expect(refused({ ...files, ...both }).decide).toMatch(/packageManager \(npm or yarn\)/);
    const none = { "package-lock.json": npm1("4.0.0"), "yarn.lock": yarn("^4.18.0") };
    expect(refused({ ...files, ...none }).decide).toMatch(/packageManager/);
  });
});

describe("a lock file older than package.json", () => {
  const warning = /^package-lock\.json is older than package\.json: it lacks express@\^5\.1\.0/;
  it("is said", () => {
    const { warnings } = generated({
      ...manifest({ express: "^5.1.0" }),
      "package-lock.json": npm1("4.21.2"),
    });
    expect(warnings).toContainEqual(expect.stringMatching(warning));
  });

  it("which satisfies another range than it was made for is not", () => {
    const lock = JSON.stringify({
      lockfileVersion: 3,
      packages: { "": { dependencies: { express: "^5.0.0" } }, "node_modules/express": { version: "5.1.2" } },
    });
    const { warnings } = generated({ ...manifest({ express: "^5.1.0" }), "package-lock.json": lock });
    expect(warnings).not.toContainEqual(expect.stringMatching(warning));
  });
});

describe("a registry that only the lock file knows", () => {
  const lock = (host: string): string =>
    `# yarn lockfile v1\n\n\nexpress@^5.1.0:\n  version "5.1.0"\n  resolved "https://${host}/express/-/express-5.1.0.tgz#abc"\n`;
  const files = manifest({ express: "^5.1.0" });
  it("is named", () => {
    const { warnings } = generated({ ...files, "yarn.lock": lock("npm.corp.example") });
    expect(warnings).toContainEqual(
      expect.stringMatching(/fetches from npm\.corp\.example, which no \.npmrc/),
    );
  });

  it("is fine where the settings name it, or anybody may fetch from it", () => {
    const npmrc = "registry=https://npm.corp.example/\n";
    for (const more of [
      { "yarn.lock": lock("registry.yarnpkg.com") },
      { "yarn.lock": lock("npm.corp.example"), ".npmrc": npmrc },
    ])
      expect(generated({ ...files, ...more }).warnings.join()).not.toContain("fetches from");
  });
});
