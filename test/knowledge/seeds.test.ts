import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../src/data/package-files.ts";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { validate } from "../../src/validate/run.ts";

/*
 * The Dockerfiles of the three guides this project grew from, as they were written (the name is guide and line).
 * What is wrong in them today must be found: rules that have to fire, by file.
 */
const folder = path.join(packageRoot(), "test/fixtures/seeds");
const read = (file: string): string => readFileSync(path.join(folder, `${file}.Dockerfile`), "utf8");

const expected: Readonly<Record<string, readonly string[]>> = {
  "000-0026": ["explicit-uid", "user-non-numeric"],
  "000-0082": ["eol-base-image", "user-non-numeric"],
  "001-0340": ["eol-base-image", "image-tag-missing", "missing-healthcheck"],
  "001-0376": ["missing-healthcheck", "user-non-numeric"],
  "001-0429": ["eol-base-image", "missing-healthcheck"],
  "001-0485": ["eol-base-image", "missing-healthcheck"],
  "001-0532": ["user-non-numeric"],
  "001-0545": ["user-non-numeric"],
  "001-0558": ["eol-base-image", "image-tag-missing"],
  "001-0578": ["secret-in-layer", "image-tag-missing", "missing-user"],
  "001-0608": ["eol-base-image", "image-tag-missing", "copy-from-unknown-stage"],
  "001-0619": ["multiple-healthcheck"],
  "001-0645": ["explicit-uid", "user-non-numeric"],
  "001-0697": ["eol-base-image", "user-non-numeric"],
  "001-0738": ["eol-base-image", "image-tag-missing"],
  "001-0773": ["eol-base-image"],
  "002-0029": ["eol-base-image", "image-tag-missing", "user-non-numeric"],
  "002-0048": ["user-non-numeric"],
  "002-0068": ["eol-base-image"],
  "002-0086": ["eol-base-image", "copy-manifests-first"],
  "002-0102": ["copy-manifests-first", "user-non-numeric"],
};

describe("the Dockerfiles the guides gave", () => {
  const files = readdirSync(folder).map((file) => file.replace(/\.Dockerfile$/, ""));

  it.each(files)("%s is read without a syntax problem", (file) => {
    expect(parseDockerfile(read(file)).problems).toEqual([]);
  });

  it.each(Object.entries(expected))("%s: what is wrong today is found", (file, rules) => {
    const found = new Set(validate(read(file), { today: "2026-11-21" }).findings.map(({ rule }) => rule));
    for (const rule of rules) expect(found).toContain(rule);
  });

  it("the documented secret example is understood as a secret mount", () => {
    const file = parseDockerfile(read("001-0578"));
    const mounts = file.instructions.flatMap((one) => (one.keyword === "RUN" ? one.mounts : []));
    expect(mounts.map(({ type }) => type)).toEqual(["secret"]);
    // Its syntax line stands below a comment, so that it is none.
    expect(file.directives).toEqual([]);
  });
});
