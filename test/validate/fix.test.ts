import { describe, expect, test } from "vitest";
import { mergeConfigs } from "../../src/validate/config/merge.ts";
import { unifiedDiff } from "../../src/validate/diff.ts";
import { fixText } from "../../src/validate/fix.ts";

const options = { today: "2026-11-21", config: mergeConfigs({ profiles: ["recommended"] }) };

const messy = `# keep me
FROM debian:13-slim   AS run
RUN apt-get update \\
    # why
    && apt-get install curl
ADD  app.conf /etc/
CMD serve --port 80
`;

describe("safe repairs", () => {
  const { text, applied, after } = fixText(messy, "safe", options);

  test("are made and named with their lines", () => {
    expect(text).toContain("apt-get install -y curl");
    expect(text).toContain("COPY  app.conf /etc/");
    expect(text).toContain('CMD ["serve", "--port", "80"]');
    expect(applied.map(({ rule }) => rule)).toContain("apt-assume-yes");
    expect(applied.every(({ line }) => line >= 1)).toBe(true);
  });

  test("leave everything else as it was", () => {
    expect(text).toContain("# keep me\nFROM debian:13-slim   AS run\nRUN apt-get update \\\n    # why\n");
    expect(text).not.toContain("--no-install-recommends");
  });

  test("are a fixed point and raise nothing", () => {
    expect(fixText(text, "safe", options).text).toBe(text);
    const rules = new Set(fixText(messy, "safe", { ...options }).after.findings.map(({ rule }) => rule));
    expect(after.file.problems).toEqual([]);
    expect(rules.has("cmd-json-form")).toBe(false);
  });
});

test("unsafe repairs come only when asked for", () => {
  expect(fixText(messy, "unsafe", options).text).toContain("--no-install-recommends");
});

test("carriage returns stay", () => {
  const { text } = fixText("FROM debian:13\r\nUSER 1\r\nCMD run me\r\n", "safe", options);
  expect(text).toBe('FROM debian:13\r\nUSER 1\r\nCMD ["run", "me"]\r\n');
});

test("what pragmas silence is not repaired", () => {
  const text = "FROM debian:13\n# hadolint ignore=DL3025\nCMD run me\n";
  expect(fixText(text, "unsafe", options).text).toBe(text);
});

test("a text without findings is left alone", () => {
  const text = "FROM scratch\n";
  expect(fixText(text, "unsafe", options)).toMatchObject({ text, applied: [] });
});

test("the diff is a unified one, and empty when nothing changed", () => {
  const diff = unifiedDiff("Dockerfile", "FROM a\nCMD x\n", 'FROM a\nCMD ["x"]\n');
  expect(diff).toBe('--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n FROM a\n-CMD x\n+CMD ["x"]\n');
  expect(unifiedDiff("Dockerfile", "a", "a")).toBe("");
});

test("thousands of repairs that do not do together keep none of the others from being made", () => {
  const lines = Array.from({ length: 1500 }, (_, index) => `ENV A${index} b\nMAINTAINER somebody\n`);
  const { text } = fixText(`FROM debian:13\n${lines.join("")}`, "safe", options);
  expect(text).not.toMatch(/^ENV \w+ b$/m);
  expect(text.match(/^LABEL /gm)).toHaveLength(1);
}, 60_000);
