import { expect, test } from "vitest";
import { parseIgnore } from "../../src/dockerfile/ignore.ts";

/** Which of the paths the patterns keep out. */
const ignored = (patterns: string, ...paths: string[]): string[] =>
  paths.filter((path) => parseIgnore(patterns).ignoredBy(path));

test.each([
  ["node_modules", ["node_modules", "node_modules/a/b"], ["src/node_modules", "node_modules2"]],
  ["/dist/", ["dist", "dist/a"], ["a/dist"]],
  ["./a/../b", ["b", "b/c"], ["a"]],
  ["**/node_modules", ["node_modules/a", "x/y/node_modules/z"], ["xnode_modules"]],
  ["*.md", ["a.md"], ["docs/a.md", "a.mdx"]],
  ["**/*.md", ["a.md", "docs/x/a.md"], ["a.mdx"]],
  ["*/temp*", ["a/temporary.txt", "a/temp/x"], ["temp", "a/b/temp"]],
  ["temp?", ["tempa", "tempb/x"], ["temp", "temp/"]],
  ["a/**", ["a/b", "a/b/c"], ["a", "ab"]],
  ["a/**/z", ["a/z", "a/b/c/z"], ["a/bz"]],
  ["**", ["a", "a/b"], []],
  ["[a-c]*.txt", ["b1.txt"], ["d1.txt"]],
  ["[^a].txt", ["b.txt"], ["a.txt"]],
  ["\\*.txt", ["*.txt"], ["a.txt"]],
  ["# comment\n\n  padded  ", ["padded"], ["# comment", "comment"]],
  ["*\n!keep.txt", ["a", "a/keep.txt"], ["keep.txt"]],
  ["*.md\n!README*.md\nREADME-secret.md", ["a.md", "README-secret.md"], ["README.md", "README-x.md"]],
  ["a\n!a/b", ["a", "a/c"], ["a/b", "a/b/d"]],
  ["!x\nx", ["x"], []],
  ["\ufefffirst", ["first"], []],
  [".git\r\n*.log\r\n", [".git/config", "a.log"], [".gitignore"]],
])("%j", (patterns, out, sent) => {
  expect(ignored(patterns, ...out, ...sent)).toEqual(out);
});

test("names the line that decides", () => {
  const matcher = parseIgnore("# x\n*\n!src\n src/secret ");
  expect(matcher.ignoredBy("src/secret/a")).toEqual({ pattern: "src/secret", line: 4, negated: false });
  expect(matcher.ignoredBy("other")?.line).toBe(2);
  expect(matcher.ignoredBy("src/a")).toBeUndefined();
  expect(matcher.hasNegation).toBe(true);
  expect(parseIgnore("a\na/b\n").ignoredBy("a/b")?.line).toBe(1);
});

test("malformed lines are told and passed over", () => {
  const matcher = parseIgnore("[a\n!\nb");
  expect(matcher.problems.map((problem) => problem.line)).toEqual([1, 2]);
  expect(matcher.ignoredBy("b")).toBeDefined();
});

test("a pattern that invites backtracking is matched all the same", () => {
  const hostile = `${"**/*a".repeat(60)}b`;
  expect(ignored(hostile, "a/".repeat(120))).toEqual([]);
});
