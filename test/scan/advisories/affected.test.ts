import { expect, it } from "vitest";
import { judge } from "../../../src/scan/advisories/affected.ts";
import { readAdvisory } from "../../../src/scan/advisories/read.ts";
import { affected, osvRecord } from "./records.ts";

function verdict(
  entries: readonly object[],
  ecosystem: string,
  name: string,
  version: string,
  more = {},
): string {
  const advisory = readAdvisory(osvRecord({ id: "X-1", affected: entries, ...more }));
  if (advisory === undefined) throw new Error("not read");
  const result = judge(advisory, { ecosystem, name, version });
  if (result === undefined) return "no";
  return result === "undecided" ? result : `yes, ${result.fixedVersion ?? "no fix"}`;
}

const lodash = [
  affected("npm", "lodash", [
    { introduced: "0" },
    { fixed: "3.9.0" },
    { introduced: "4.0.0" },
    { fixed: "4.17.21" },
  ]),
];

it.each([
  ["0.1.0", "yes, 3.9.0"],
  ["3.8.9", "yes, 3.9.0"],
  ["3.9.0", "no"],
  ["3.10.0", "no"],
  ["4.0.0-rc.1", "no"],
  ["4.0.0", "yes, 4.17.21"],
  ["4.17.20", "yes, 4.17.21"],
  ["4.17.21-beta", "yes, 4.17.21"],
  ["4.17.21", "no"],
])("ranges of Semantic Versions: lodash %s: %s", (version, answer) => {
  expect(verdict(lodash, "npm", "lodash", version)).toBe(answer);
});

it("events may come in any order", () => {
  const mixed = [
    affected("npm", "a", [
      { fixed: "2.5.0" },
      { introduced: "2.0.0" },
      { fixed: "1.4.0" },
      { introduced: "1.0.0" },
    ]),
  ];
  expect(["0.9.0", "1.0.0", "1.4.0", "2.4.9", "2.5.0"].map((one) => verdict(mixed, "npm", "a", one))).toEqual(
    ["no", "yes, 1.4.0", "no", "yes, 2.5.0", "no"],
  );
});

it("the last affected version is affected, the next is not", () => {
  const range = [affected("PyPI", "a", [{ introduced: "0" }, { last_affected: "1.2" }])];
  expect(verdict(range, "PyPI", "a", "1.2.0")).toBe("yes, no fix");
  expect(verdict(range, "PyPI", "a", "1.2.post1")).toBe("no");
});

it("a limit ends what is counted", () => {
  const range = [affected("npm", "a", [{ introduced: "1.0.0" }, { limit: "2.0.0" }])];
  expect(verdict(range, "npm", "a", "1.9.9")).toBe("yes, no fix");
  expect(verdict(range, "npm", "a", "2.0.0")).toBe("no");
});

it("listed versions count without ranges, by the ecosystem's idea of equal versions", () => {
  const listed = [{ package: { ecosystem: "PyPI", name: "Foo.Bar" }, versions: ["1.0", "1.1"] }];
  expect(verdict(listed, "PyPI", "foo_bar", "1.0.0")).toBe("yes, no fix");
  expect(verdict(listed, "PyPI", "foo-bar", "1.2")).toBe("no");
});

it("distributions: the release decides, versions by dpkg's order", () => {
  const entries = [
    affected("Debian:12", "openssl", [{ introduced: "0" }, { fixed: "3.0.15-1~deb12u1" }]),
    affected("Debian:13", "openssl", [{ introduced: "0" }, { fixed: "3.3.2-1" }]),
  ];
  expect(verdict(entries, "Debian:12", "openssl", "3.0.14-1~deb12u2")).toBe("yes, 3.0.15-1~deb12u1");
  expect(verdict(entries, "Debian:12", "openssl", "3.0.15-1~deb12u1")).toBe("no");
  expect(verdict(entries, "Debian:13", "openssl", "3.3.1-2")).toBe("yes, 3.3.2-1");
  expect(verdict(entries, "Debian:11", "openssl", "1.1.1")).toBe("no");
});

it("Red Hat names products of a release", () => {
  const entries = [
    affected("Red Hat:enterprise_linux:9::baseos", "curl", [
      { introduced: "0" },
      { fixed: "0:7.76.1-29.el9_4" },
    ]),
  ];
  expect(verdict(entries, "Red Hat:9", "curl", "7.76.1-26.el9")).toBe("yes, 0:7.76.1-29.el9_4");
  expect(verdict(entries, "Red Hat:8", "curl", "7.61.1-1.el8")).toBe("no");
});

it("Go's standard library is compared as its advisories write versions", () => {
  const entries = [affected("Go", "stdlib", [{ introduced: "0" }, { fixed: "1.22.0-rc.2" }])];
  expect(verdict(entries, "Go", "stdlib", "1.22rc1")).toBe("yes, 1.22.0-rc.2");
  expect(verdict(entries, "Go", "stdlib", "1.22rc2")).toBe("no");
  expect(verdict(entries, "Go", "stdlib", "1.21.13")).toBe("yes, 1.22.0-rc.2");
});

it("commits say nothing about packages, and withdrawn records nothing at all", () => {
  const commits = [
    { package: { ecosystem: "PyPI", name: "a" }, ranges: [{ type: "GIT", events: [{ introduced: "0" }] }] },
  ];
  expect(verdict(commits, "PyPI", "a", "1.0")).toBe("no");
  expect(verdict(lodash, "npm", "lodash", "1.0.0", { withdrawn: "2026-01-01T00:00:00Z" })).toBe("no");
});

it("what cannot be compared is not called unaffected", () => {
  const range = [affected("PyPI", "a", [{ introduced: "0" }, { fixed: "1.2" }])];
  expect(verdict(range, "PyPI", "a", "trunk-build")).toBe("undecided");
});

it("where no order is known, the list of a record decides, and without one nothing is decided", () => {
  const range = [{ introduced: "0" }, { fixed: "3.9.1" }];
  const listed = [affected("Packagist", "a/b", range, { versions: ["3.8.0", "3.9.0"] })];
  expect(verdict(listed, "Packagist", "a/b", "3.9.0")).toBe("yes, no fix");
  expect(verdict(listed, "Packagist", "a/b", "3.9.1")).toBe("no");
  expect(verdict([affected("Packagist", "a/b", range)], "Packagist", "a/b", "3.9.1")).toBe("undecided");
});
