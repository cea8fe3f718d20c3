import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { mergeConfigs } from "../../src/validate/config/merge.ts";
import { type FormatName, formatNames, formatReports } from "../../src/validate/formats/index.ts";
import { judge } from "../../src/validate/judge.ts";
import { type FileReport, failsAt, summarize } from "../../src/validate/report.ts";

const hostile = 'FROM debian\nENV "A&<\u001B[31mB>_TOKEN"=1\nUSER root\nCMD run "x" && \u202Eevil\n';

function report(name: string, text: string): FileReport {
  return judge(name, text, { config: mergeConfigs(), today: "2026-11-21" }).report;
}

const dirty = report("api/a b,c.Dockerfile", hostile);
const clean = report(
  "Dockerfile",
  'FROM debian:13-slim@sha256:4be65b406f7402b5c4fd5df7173d2fd7ea3fdaa74d9c43b6ebd896197a45c448\nUSER 1000\nCMD ["x"]\n',
);
const print = (format: FormatName, ...reports: readonly FileReport[]): string =>
  formatReports(reports, format, { version: "1.2.3" });

test("the example has what the formats must cope with, and a clean file", () => {
  expect(dirty.findings.length).toBeGreaterThan(2);
  expect(clean.findings).toEqual([]);
});

test.each(formatNames)("%s lets no control character and no invisible one through", (format) => {
  const output = print(format, dirty, clean);
  expect(output).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u202E]/);
});

describe("text", () => {
  test("shows the line and a caret under the place", () => {
    const lines = print("text", report("Dockerfile", "FROM debian\nUSER 1000\n")).split("\n");
    const source = lines.findIndex((line) => line.endsWith("| FROM debian"));
    expect(source).toBeGreaterThan(0);
    const caret = lines[source + 1] ?? "";
    const column = (lines[source] ?? "").indexOf("debian");
    expect(caret.slice(column)).toBe("^^^^^^");
    expect(caret.slice(0, column)).toMatch(/^[ |]*$/);
  });

  test("cuts a very long line around the place", () => {
    const long = report(
      "Dockerfile",
      `FROM debian:13-slim\nRUN true ${"x".repeat(5000)} && apt-get install curl\n`,
    );
    expect(
      Math.max(
        ...print("text", long)
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThan(300);
  });

  test("ends with the count", () => {
    expect(print("text", clean)).toBe("1 file: no findings\n");
  });
});

test("sarif follows the official schema, with repairs in it", () => {
  const schema: Record<string, unknown> = JSON.parse(
    readFileSync(new URL("../fixtures/schemas/sarif-2.1.0.json", import.meta.url), "utf8"),
  );
  // Draft 4's two keywords that newer validators spell otherwise; nothing else in the schema differs.
  delete schema.$schema;
  delete schema.id;
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  const check = ajv.compile(schema);
  const fixable = report("web/Dockerfile", "FROM debian:13-slim\nUSER 1000\nCMD run me\n");
  expect(fixable.findings.some(({ fix }) => fix)).toBe(true);
  check(JSON.parse(print("sarif", dirty, clean, fixable)));
  expect(check.errors ?? []).toEqual([]);
});

test("json holds every finding and the summary", () => {
  const parsed: { summary: unknown; files: { file: string; findings: unknown[] }[] } = JSON.parse(
    print("json", dirty, clean),
  );
  expect(parsed.summary).toEqual(summarize([dirty, clean]));
  expect(parsed.files.map(({ findings }) => findings.length)).toEqual([dirty.findings.length, 0]);
});

test("github writes one command a finding, its property values escaped", () => {
  const lines = print("github", dirty).trimEnd().split("\n");
  expect(lines).toHaveLength(dirty.findings.length);
  for (const line of lines)
    expect(line).toMatch(/^::(?:error|warning|notice) file=api\/a b%2Cc\.Dockerfile,line=\d+,/);
});

test("github's log is not steered by a file's name", () => {
  const output = print("github", report("a\u001B[31m\n::error::b/Dockerfile", hostile));
  expect(output).not.toMatch(/\u001B|^::error::/m);
  expect(output).toContain("file=a[31m%0A%3A%3Aerror%3A%3Ab/Dockerfile,line=1,");
});

test("gitlab's fingerprints are unique and survive moved lines", () => {
  const fingerprints = (text: string): string[] => {
    const issues: { fingerprint: string }[] = JSON.parse(print("gitlab", report("Dockerfile", text)));
    return issues.map(({ fingerprint }) => fingerprint);
  };
  const text = "FROM debian\nENV A_TOKEN=1\nENV A_TOKEN=1\nUSER 1000\n";
  const before = fingerprints(text);
  expect(new Set(before).size).toBe(before.length);
  expect(fingerprints(`# moved\n\n${text}`)).toEqual(before);
});

test.each(["checkstyle", "junit"] as const)("%s is well-formed XML", (format) => {
  const xml = print(format, dirty, clean);
  const open: string[] = [];
  for (const [, closing, name, , selfClosing] of xml.matchAll(
    /<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g,
  )) {
    if (closing) expect(open.pop()).toBe(name);
    else if (!selfClosing) open.push(name ?? "");
  }
  expect(open).toEqual([]);
  expect(xml.replace(/<\?xml[^>]*\?>|<\/?[a-z]+(?: [a-z]+="[^"<]*")*\/?>/g, "")).not.toMatch(/[<>]/);
  expect(xml).not.toMatch(/&(?!(?:amp|lt|gt|quot|#\d+);)/);
});

test("the threshold decides what fails", () => {
  const info = report("Dockerfile", "FROM debian:13-slim\nRUN useradd app\nUSER app\n");
  expect(info.findings.map(({ severity }) => severity)).toContain("info");
  expect(failsAt([info], "info")).toBe(true);
  expect(failsAt([info], "error")).toBe(false);
  expect(failsAt([info], "none")).toBe(false);
  const strict = report("Dockerfile", "# check=error=true\nFROM debian:13-slim\nUSER 1000\nCMD run me\n");
  expect(failsAt([strict], "none")).toBe(true);
});
