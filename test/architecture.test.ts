import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { expect, test } from "vitest";

/** The folders of src/, lowest first: one may import from itself and from those before it. */
const layers = [
  ..."security dockerfile data knowledge rules project plan ecosystems validate generate image scan".split(
    " ",
  ),
  ..."engine verify tools evals mcp cli index.ts".split(" "),
];
/** Packages that one folder alone may import. */
const owners: readonly (readonly [RegExp, string])[] = [
  [/^dockerfile-ast/, "dockerfile"],
  [/^unbash/, "dockerfile"],
  [/^@modelcontextprotocol\/(?!client)/, "mcp"],
  // An MCP server under evaluation is reached as any client reaches it.
  [/^@modelcontextprotocol\/client/, "evals"],
];

const src = resolve(import.meta.dirname, "../src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
const layerOf = (file: string): string => file.split(sep)[0] ?? "";
const sources = files.map((file) => {
  const text = readFileSync(join(src, file), "utf8");
  const specifiers = [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"([^"]+)"/g)].map(
    (match) => match[1] ?? "",
  );
  return { file, text, specifiers };
});

/** The text without its strings and comments. */
function code(text: string): string {
  return text.replace(
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/.*/g,
    "",
  );
}

test("every folder has its place in the order", () => {
  expect(files.map(layerOf).filter((layer) => !layers.includes(layer))).toEqual([]);
});

test("imports only go to the same folder or to an earlier one, so there are no cycles between folders", () => {
  const wrong = sources.flatMap(({ file, specifiers }) =>
    specifiers
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => relative(src, resolve(src, dirname(file), specifier)))
      .filter(
        (target) =>
          !target.startsWith("..") && layers.indexOf(layerOf(target)) > layers.indexOf(layerOf(file)),
      )
      .map((target) => `${file} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

/** Circles that are still there: types that name each other. */
const knownCircles = [["dockerfile/mapped-text.ts", "dockerfile/types.ts"]];

test("files do not import each other in a circle", () => {
  const targets = new Map(
    sources.map(({ file, specifiers }) => [
      file,
      specifiers
        .filter((specifier) => specifier.startsWith("."))
        .map((specifier) => relative(src, resolve(src, dirname(file), specifier))),
    ]),
  );
  const reach = (file: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const open = [...(targets.get(file) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(targets.get(next) ?? []));
    }
    return seen;
  };
  const reached = new Map(files.map((file) => [file, reach(file)]));
  const circles = files
    .filter((file) => reached.get(file)?.has(file))
    .map((file) => files.filter((other) => reached.get(file)?.has(other) && reached.get(other)?.has(file)))
    .map((circle) => circle.map((file) => file.replaceAll(sep, "/")).sort());
  expect(
    circles.filter((circle, index) => circles.findIndex(([first]) => first === circle[0]) === index),
  ).toEqual(knownCircles);
});

test("a parser or a protocol library has one folder that knows it", () => {
  const wrong = sources.flatMap(({ file, specifiers }) =>
    specifiers
      .filter((specifier) => owners.some(([name, owner]) => name.test(specifier) && layerOf(file) !== owner))
      .map((specifier) => `${file} -> ${specifier}`),
  );
  expect(wrong).toEqual([]);
});

test("only the command line and the server print or end the process", () => {
  const loud = sources.filter(
    ({ file, text }) =>
      !["cli", "mcp"].includes(layerOf(file)) &&
      /\bconsole\.\w+\(|\bprocess\.(?:exit|stdout|stderr)\b/.test(code(text)),
  );
  expect(loud.map(({ file }) => file)).toEqual([]);
});
