import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import pkg from "../package.json" with { type: "json" };
import { packageRoot } from "../src/data/package-files.ts";
import { rules } from "../src/rules/index.ts";

const root = packageRoot();
const rows = [
  ...readFileSync(path.join(root, "docs/requirements.md"), "utf8").matchAll(
    /^\| (R\d{3}) \| (.+) \| (.+) \| (.+) \|$/gm,
  ),
].map(([, id = "", from = "", text = "", by = ""]) => ({ id, from, text, by }));

const scripts: Readonly<Record<string, string>> = pkg.scripts;
const verbs = ["generate", "validate", "analyze", "scan", "verify", "eval", "serve"];
const names = new Set(rules.map(({ meta }) => meta.name));

/** True when what a row names is there: a rule, a command, a file, a folder that is not empty. */
function stands(pointer: string): boolean {
  if (pointer.startsWith("rule:")) return names.has(pointer.slice(5));
  const script = /^npm run ([\w-]+)$/.exec(pointer)?.[1];
  if (script !== undefined) return scripts[script] !== undefined;
  const verb = /^npx dockwright (\w+)$/.exec(pointer)?.[1];
  if (verb !== undefined) return verbs.includes(verb);
  const file = path.join(root, pointer);
  if (!existsSync(file)) return false;
  return statSync(file).isFile() || readdirSync(file).length > 0;
}

describe("docs/requirements.md", () => {
  it("has a row for each requirement, in order", () => {
    expect(rows.map(({ id }) => id)).toEqual(
      Array.from({ length: 261 }, (_, index) => `R${String(index + 1).padStart(3, "0")}`),
    );
  });

  it.each(rows.map((row) => [row.id, row] as const))("%s points at what fulfils it", (_, { by }) => {
    const pointers = [...by.matchAll(/`([^`]+)`/g)].map(([, pointer = ""]) => pointer);
    if (!by.includes("not yet: ")) expect(pointers.length).toBeGreaterThan(0);
    expect(pointers.filter((pointer) => !stands(pointer))).toEqual([]);
  });
});
