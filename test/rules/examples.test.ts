import { describe, expect, test } from "vitest";
import { contextView } from "../../src/dockerfile/context.ts";
import { rules } from "../../src/rules/index.ts";
import type { Example, Rule } from "../../src/rules/types.ts";
import { mergeConfigs } from "../../src/validate/config/merge.ts";
import { fixText } from "../../src/validate/fix.ts";
import { type LintResult, type ValidateOptions, validate } from "../../src/validate/run.ts";

const today = "2026-11-21";

function optionsFor(rule: Rule, example: Example, only: boolean): ValidateOptions {
  const config = mergeConfigs({
    ...(only ? { profiles: [] } : {}),
    rules: { [rule.meta.name]: { options: example.options ?? {} } },
  });
  const files = example.context;
  if (!files) return { config, today };
  const ignore = files[".dockerignore"];
  return {
    config,
    today,
    context: contextView({
      files: Object.keys(files).sort(),
      read: (path) => files[path],
      ...(ignore === undefined ? {} : { ignore: { name: ".dockerignore", text: ignore } }),
    }),
  };
}

function judge(rule: Rule, example: Example): LintResult {
  return validate(example.dockerfile, optionsFor(rule, example, true));
}

describe.each(rules.map((rule) => ({ name: rule.meta.name, rule })))("$name", ({ rule }) => {
  const { meta } = rule;

  test("its bad example fires inside the file", () => {
    const { findings, file } = judge(rule, meta.bad);
    const own = findings.filter((finding) => finding.rule === meta.name);
    expect(own).not.toEqual([]);
    for (const { location, message } of own) {
      expect(location?.startLine).toBeGreaterThanOrEqual(1);
      expect(location?.endLine).toBeLessThanOrEqual(file.lineAt(file.text.length));
      expect(message.length).toBeLessThanOrEqual(240);
    }
  });

  test("its good example is silent and parses", () => {
    const { findings } = judge(rule, meta.good);
    expect(findings).toEqual([]);
  });

  test("it says where it comes from", () => {
    expect(meta.summary).toMatch(/\.$/);
    expect(meta.source).not.toBe("");
    expect(Object.values(meta.aliases).every((ids) => ids.length > 0)).toBe(true);
  });
});

const repairable = rules
  .filter((rule) => rule.meta.fixable !== "no")
  .map((rule) => ({ name: rule.meta.name, rule }));
test.each(repairable)(
  "$name: its repair silences it, raises nothing new and is a fixed point",
  ({ rule }) => {
    const { meta } = rule;
    const options = optionsFor(rule, meta.bad, false);
    const level = meta.fixable === "unsafe" ? "unsafe" : "safe";
    const before = validate(meta.bad.dockerfile, options);
    const fixed = fixText(meta.bad.dockerfile, level, options);
    expect(fixed.text).not.toBe(meta.bad.dockerfile);
    expect(fixed.after.findings.filter((finding) => finding.rule === meta.name)).toEqual([]);
    expect(fixed.after.file.problems).toEqual([]);
    expect(fixText(fixed.text, level, options).text).toBe(fixed.text);
    const known = new Set(before.findings.map((finding) => finding.rule));
    expect(fixed.after.findings.filter((finding) => !known.has(finding.rule))).toEqual([]);
  },
);
