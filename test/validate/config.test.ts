import { describe, expect, test } from "vitest";
import { parseDockwrightConfig, toBytes } from "../../src/validate/config/dockwright.ts";
import { hadolintEnvironment, parseHadolintConfig } from "../../src/validate/config/hadolint.ts";
import { mergeConfigs } from "../../src/validate/config/merge.ts";
import type { Config } from "../../src/validate/config/types.ts";
import { validate } from "../../src/validate/run.ts";

const today = "2026-11-21";
const text = "FROM debian\nRUN apt-get update && apt-get install curl\nUSER root\n";

function judge(...parts: Partial<Config>[]): Map<string, string> {
  const { findings } = validate(text, { today, config: mergeConfigs(...parts) });
  return new Map(findings.map(({ rule, severity }) => [rule, severity]));
}

describe(".hadolint.yaml", () => {
  test("ignored ids, severities and the threshold carry over", () => {
    const config = parseHadolintConfig(
      "failure-threshold: info\nignored:\n  - DL3014\noverride:\n  error: [DL3006]\n  style: [DL3009]\n",
    );
    const found = judge(config);
    expect(found.has("apt-assume-yes")).toBe(false);
    expect(found.get("image-tag-missing")).toBe("error");
    expect(found.get("apt-clean-lists")).toBe("style");
    expect(mergeConfigs(config).failOn).toBe("info");
  });

  test("no-fail, labels, registries and forbidden pragmas carry over", () => {
    const config = mergeConfigs(
      parseHadolintConfig(
        'no-fail: true\nstrict-labels: true\nlabel-schema:\n  version: semver\ntrustedRegistries: ["docker.io", "*.gcr.io"]\ndisable-ignore-pragma: true\nno-color: true\n',
      ),
    );
    expect(config.failOn).toBe("none");
    expect(config.pragmas).toBe(false);
    expect(config.shared).toEqual({
      labelSchema: { version: "semver" },
      strictLabels: true,
      trustedRegistries: ["docker.io", "*.gcr.io"],
    });
  });

  test("an empty file changes nothing but the profile", () => {
    expect(parseHadolintConfig("").ignore).toEqual([]);
  });

  test.each([
    ["label-schema: { a: colour }", /label-schema/],
    ["ignored: 3", /ignored/],
    ["ignored: [", /:1:\d+:/],
  ])("refuses %s with the place", (yaml, place) => {
    expect(() => parseHadolintConfig(yaml)).toThrow(place);
  });
});

describe("hadolint's environment variables", () => {
  test("lists, flags and severities", () => {
    const config = hadolintEnvironment({
      HADOLINT_IGNORE: "DL3014, DL3006",
      HADOLINT_OVERRIDE_ERROR: "DL3009",
      HADOLINT_FAILURE_THRESHOLD: "error",
      HADOLINT_REQUIRE_LABELS: "author:text,version:semver",
    });
    const found = judge(config ?? {});
    expect(found.has("apt-assume-yes")).toBe(false);
    expect(found.has("image-tag-missing")).toBe(false);
    expect(found.get("apt-clean-lists")).toBe("error");
    expect(config?.failOn).toBe("error");
    expect(config?.shared?.labelSchema).toEqual({ author: "text", version: "semver" });
  });

  test("nothing set, nothing changed", () => {
    expect(hadolintEnvironment({ PATH: "/bin" })).toBeUndefined();
    expect(hadolintEnvironment({ HADOLINT_VERSION: "2.14.0", HADOLINT_IGNORE: "" })).toBeUndefined();
  });

  test("what is empty says nothing", () => {
    const config = hadolintEnvironment({
      HADOLINT_IGNORE: "DL3014",
      HADOLINT_TRUSTED_REGISTRIES: "",
      HADOLINT_REQUIRE_LABELS: "",
    });
    expect(config?.shared).toEqual({});
  });

  test("pragmas that the file switches off stay off", () => {
    const file = parseHadolintConfig("disable-ignore-pragma: true\n");
    expect(mergeConfigs(file, hadolintEnvironment({ HADOLINT_IGNORE: "DL3014" }) ?? {}).pragmas).toBe(false);
  });
});

describe("dockwright.yaml", () => {
  test("switches rules on and off and changes severities, by any id", () => {
    const found = judge(
      parseDockwrightConfig("rules:\n  DL3014: off\n  image-tag-missing: error\n  image-digest-pin: on\n"),
    );
    expect(found.has("apt-assume-yes")).toBe(false);
    expect(found.get("image-tag-missing")).toBe("error");
    expect(found.get("image-digest-pin")).toBe("info");
  });

  test("wins over .hadolint.yaml", () => {
    const found = judge(
      parseHadolintConfig("override: { error: [DL3006] }"),
      parseDockwrightConfig("profile: recommended\nrules: { image-tag-missing: style }"),
    );
    expect(found.get("image-tag-missing")).toBe("style");
  });

  test("budgets become bytes", () => {
    expect(parseDockwrightConfig("budgets: { backend: 500MB, tiny: 1GiB, exact: 12345 }").budgets).toEqual({
      backend: 500_000_000,
      tiny: 1_073_741_824,
      exact: 12_345,
    });
    expect(toBytes("1.5 kB")).toBe(1500);
  });

  test.each([
    ["rules: { no-such-rule: error }", /there is no rule no-such-rule/],
    ["ignore: [DL9999]", /DL9999/],
    ["failon: error", /failon|nrecognized/],
    ["rules: { image-tag-missing: loud }", /rules\.image-tag-missing/],
    ["a: &a [*a]", /./],
  ])("refuses %s", (yaml, message) => {
    expect(() => parseDockwrightConfig(yaml)).toThrow(message);
  });

  test("a profile nobody knows is refused with the list", () => {
    expect(() => judge({ profiles: ["strictest"] })).toThrow(/no profile strictest/);
  });
});
