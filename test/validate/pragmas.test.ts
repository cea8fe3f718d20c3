import { describe, expect, test } from "vitest";
import { mergeConfigs } from "../../src/validate/config/merge.ts";
import type { Config } from "../../src/validate/config/types.ts";
import { validate } from "../../src/validate/run.ts";

const today = "2026-11-21";

/** The rules that report something, in file order. */
function rulesOf(dockerfile: string, more: Partial<Config> = {}): string[] {
  const config = mergeConfigs({
    profiles: ["recommended", "hadolint", "trivy", "checkov", "semgrep", "buildkit"],
    ...more,
  });
  return validate(dockerfile, { today, config }).findings.map(({ rule }) => rule);
}

const untagged = "FROM debian\nUSER 1000\n";

describe("a pragma silences the rule it names, by any tool's id", () => {
  test.each([
    ["hadolint", "# hadolint ignore=DL3006\n"],
    ["hadolint with a reason", "# hadolint ignore=DL3006 # built nightly\n"],
    ["hadolint for the file", "# hadolint global ignore=DL3008,DL3006\n"],
    ["Trivy", "#trivy:ignore:AVD-DS-0001\n"],
    ["Trivy's new ids", "# trivy:ignore:DS-0001\n"],
    ["Checkov", "#checkov:skip=CKV_DOCKER_7: reason\n"],
    ["Semgrep", "# nosemgrep: dockerfile.best-practice.missing-image-version.missing-image-version\n"],
    ["ours", "# dockwright ignore=image-tag-missing # reason\n"],
    ["ours with another tool's id", "# dockwright ignore=DL3006\n"],
    ["ours for the file", "# dockwright file ignore=*\n"],
  ])("%s", (_, pragma) => {
    expect(rulesOf(untagged)).toContain("image-tag-missing");
    expect(rulesOf(pragma + untagged)).not.toContain("image-tag-missing");
  });

  test("at the top of the file BuildKit's check directive works for the whole file", () => {
    const shellForm = "FROM debian:13-slim\nUSER 1000\nCMD run me\n";
    expect(rulesOf(shellForm)).toContain("cmd-json-form");
    expect(rulesOf(`# check=skip=JSONArgsRecommended,StageNameCasing\n${shellForm}`)).not.toContain(
      "cmd-json-form",
    );
    expect(rulesOf(`# check=skip=all;error=true\n${shellForm}`)).not.toContain("cmd-json-form");
  });
});

describe("a pragma reaches no further than its tool lets it", () => {
  test("hadolint's holds for the next line only", () => {
    expect(rulesOf("FROM debian:13\n# hadolint ignore=DL3002\n\nUSER root\n")).toContain("last-user-root");
    expect(rulesOf("FROM debian:13\n# hadolint ignore=DL3002\nUSER root\n")).not.toContain("last-user-root");
  });

  test("hadolint's may stand at the instruction that overrides another", () => {
    const text = 'FROM debian:13\nUSER 1000\nCMD ["a"]\n# hadolint ignore=DL4003\nCMD ["b"]\n';
    expect(rulesOf(text)).not.toContain("multiple-cmd");
    expect(rulesOf(text.replace("DL4003", "DL3025"))).toContain("multiple-cmd");
  });

  test.each(["DL3002 because", "DL3002;DL4006", "DL3002 // because", "DL3002, DL4006."])(
    "hadolint's counts only when nothing but a comment follows: %s",
    (list) => {
      expect(rulesOf(`FROM debian:13\n# hadolint ignore=${list}\nUSER root\n`)).toContain("last-user-root");
    },
  );

  test("an id hadolint does not know voids its list", () => {
    expect(rulesOf("FROM debian:13\n# hadolint ignore=crazy,DL3002\nUSER root\n")).toContain(
      "last-user-root",
    );
  });

  test("hadolint's stage pragma ends with its stage", () => {
    const stages =
      "FROM debian AS a\n# hadolint stage ignore=DL3002\nUSER root\nFROM debian AS b\nUSER root\n";
    const lines = validate(stages, { today, config: mergeConfigs({ profiles: ["hadolint"] }) })
      .findings.filter(({ rule }) => rule === "last-user-root")
      .map(({ location }) => location?.startLine);
    expect(lines).toEqual([5]);
  });

  test("BuildKit's comment holds for one instruction, with its reason", () => {
    const text =
      "FROM debian:13\n# check=skip=SecretsUsedInArgOrEnv // test only\nENV password=a\nENV password=b\n";
    expect(rulesOf(text).filter((rule) => rule === "secrets-in-arg-env")).toHaveLength(1);
  });

  test("an ordinary comment silences nothing", () => {
    expect(rulesOf(`# please ignore DL3006\n${untagged}`)).toContain("image-tag-missing");
  });
});

test("configuration can forbid pragmas", () => {
  expect(rulesOf(`# hadolint ignore=DL3006\n${untagged}`, { pragmas: false })).toContain("image-tag-missing");
});

test("what pragmas silence is counted", () => {
  expect(validate(`# hadolint ignore=DL3006\n${untagged}`, { today }).ignored).toBe(1);
});

test("a shell pragma keeps sh rules away from PowerShell", () => {
  const text = "FROM debian:13\nRUN apt-get update; apt-get install -y curl\n";
  expect(rulesOf(text)).toContain("apt-no-recommends");
  expect(rulesOf(`# hadolint shell=powershell\n${text}`)).not.toContain("apt-no-recommends");
});
