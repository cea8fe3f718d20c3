import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { defaultLimits } from "../../src/security/limits.ts";
import { chooseSource, copyChanged, readContext } from "../../src/verify/source-change.ts";

const { signal } = new AbortController();
const outer = mkdtempSync(path.join(tmpdir(), "source-change-"));
afterAll(() => rmSync(outer, { recursive: true, force: true }));

it("a link in the context is neither chosen nor written through", async () => {
  const context = path.join(outer, "context");
  mkdirSync(context);
  const elsewhere = path.join(outer, "elsewhere.js");
  const dangling = path.join(outer, "made-by-nobody.js");
  writeFileSync(elsewhere, "mine\n");
  symlinkSync(elsewhere, path.join(context, "a.js"));
  symlinkSync(dangling, path.join(context, "b.js"));
  writeFileSync(path.join(context, "c.js"), "source\n");
  const view = await readContext(context, undefined, defaultLimits, signal);
  const file = parseDockerfile("FROM scratch\nCOPY . .\n");
  expect(chooseSource(file, undefined, view, context)).toBe("c.js");
  for (const name of ["a.js", "b.js"]) {
    const copy = path.join(outer, `copy-${name}`);
    await expect(copyChanged(context, view, name, copy, signal)).rejects.toMatchObject({ code: "ELOOP" });
  }
  expect(readFileSync(elsewhere, "utf8")).toBe("mine\n");
  expect(existsSync(dangling)).toBe(false);
});
