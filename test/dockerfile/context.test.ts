import { expect, test } from "vitest";
import { contextView } from "../../src/dockerfile/context.ts";

const files = [
  "package.json",
  "src/a.ts",
  "src/b/c.ts",
  "src/b/d.js",
  "src2/x",
  "node_modules/m/package.json",
  ".env",
];
const view = contextView({
  files,
  read: (path) => `text of ${path}`,
  ignore: { name: ".dockerignore", text: "node_modules\n.env*\n" },
});

test.each([
  [".", ["package.json", "src/a.ts", "src/b/c.ts", "src/b/d.js", "src2/x"]],
  ["/", ["package.json", "src/a.ts", "src/b/c.ts", "src/b/d.js", "src2/x"]],
  ["./src", ["src/a.ts", "src/b/c.ts", "src/b/d.js"]],
  ["/src/b/", ["src/b/c.ts", "src/b/d.js"]],
  ["../src2", ["src2/x"]],
  ["package*.json", ["package.json"]],
  ["src/*", ["src/a.ts", "src/b/c.ts", "src/b/d.js"]],
  ["src/*.ts", ["src/a.ts"]],
  ["src/**/*.ts", ["src/b/c.ts"]],
  ["*/b", ["src/b/c.ts", "src/b/d.js"]],
  ["src?", ["src2/x"]],
  [".env", []],
  ["node_modules", []],
  ["missing", []],
  ["[", []],
])("COPY %s", (source, selected) => {
  expect(view.match(source)).toEqual(selected);
});

test("files, folders and what keeps them out", () => {
  expect([view.has("src"), view.has("src/a.ts"), view.has("sr"), view.has(".env")]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect(view.included(".env")).toBe(false);
  expect(view.included("src")).toBe(false);
  expect(view.ignoredBy("node_modules/m/package.json")).toMatchObject({ pattern: "node_modules", line: 1 });
  expect(view.ignoreFile).toBe(".dockerignore");
  expect(view.read("src/a.ts")).toBe("text of src/a.ts");
});

test("without an ignore file everything is sent", () => {
  const all = contextView({ files, read: () => undefined });
  expect(all.match(".")).toEqual([...files].sort());
  expect(all.ignoreFile).toBeUndefined();
});
