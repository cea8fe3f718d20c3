import { describe, expect, it } from "vitest";
import { settleFixed, upgradeOf } from "../../../src/scan/answer/fixed.ts";
import { applyIgnores, parseIgnoreFile } from "../../../src/scan/answer/ignore.ts";
import { countBySeverity, fails, repairable } from "../../../src/scan/answer/policy.ts";
import { rank, remedies } from "../../../src/scan/answer/rank.ts";
import { finding, subject } from "./finding.ts";

const layer = (index: number) => ({ index, instruction: `RUN ${index}` });

describe("the order and what to do first", () => {
  it("severity first, then what is attacked, visible, and can be repaired", () => {
    const one = subject("a", "1");
    const list = [
      finding({ id: "CVE-1", package: one }),
      finding({ id: "CVE-2", package: one, fixedVersion: "2" }),
      finding({ id: "CVE-3", package: one, exploited: true }),
      finding({ id: "CVE-4", package: one, severity: "critical" }),
      finding({ id: "CVE-5", package: one, inFinalImage: false }),
    ];
    expect(rank(list).map(({ id }) => id)).toEqual(["CVE-4", "CVE-3", "CVE-2", "CVE-1", "CVE-5"]);
  });

  it("counts what each upgrade or edit removes, the best first", () => {
    const urllib3 = subject("urllib3", "1.24.1", "PyPI");
    const system = (id: string, index: number, name: string) =>
      finding({
        id,
        package: { ...subject(name, "3", "Debian:13"), source: "openssl" },
        fixedVersion: "3.1",
        layer: layer(index),
      });
    const list = [
      finding({ id: "CVE-1", package: urllib3, fixedVersion: "1.26.17" }),
      finding({ id: "CVE-2", package: urllib3, fixedVersion: "1.24.3" }),
      finding({ id: "CVE-3", package: subject("left", "1"), severity: "critical" }),
      system("CVE-4", 0, "libssl3"),
      system("CVE-5", 0, "openssl"),
      system("CVE-6", 0, "openssl"),
      system("CVE-7", 4, "openssl"),
      finding({
        id: "npm-token",
        kind: "secret",
        severity: "critical",
        path: "/root/.npmrc",
        layer: layer(2),
        place: { line: 7, endLine: 7, stage: "0" },
      }),
    ];
    expect(remedies(list, { baseLayers: 2, baseName: "debian:13" })).toEqual([
      expect.objectContaining({ title: expect.stringContaining("line 7 of the Dockerfile"), removes: 1 }),
      {
        title: "update the base image (debian:13) and build again: openssl",
        removes: 3,
        bySeverity: { high: 3 },
        examples: ["CVE-4", "CVE-5", "CVE-6"],
      },
      expect.objectContaining({ title: "upgrade urllib3 1.24.1 to 1.26.17", removes: 2 }),
      expect.objectContaining({ title: expect.stringContaining("build layer 4 again"), removes: 1 }),
    ]);
  });

  it("takes the next fixed version of several branches, and the one that has all repairs", () => {
    const one = (fixedVersion: string) =>
      finding({ package: subject("urllib3", "1.25.0", "PyPI"), fixedVersion });
    expect(settleFixed(one("1.24.3, 2.0.6, 1.26.17")).fixedVersion).toBe("1.26.17");
    expect(settleFixed(one("nonsense, other")).fixedVersion).toBe("nonsense, other");
    expect(upgradeOf([one("1.26.5"), one("1.26.18"), one("1.25.9")])).toBe("1.26.18");
  });
});

describe("the ignore file", () => {
  const entries = parseIgnoreFile(
    `ignore:
  - id: CVE-2026-1
    package: openssl
    reason: the service never parses certificates
    until: 2026-12-31
    state: not_affected
  - id: npm-token
    path: /app/test/**
    reason: a token of the test registry
    until: 2026-11-20
  - id: CVE-2020-1
    reason: gone
    until: 2027-01-01
`,
    "accepted.yaml",
  );

  it("hides by id or alias, package and path, until its day is over, and says what it did not do", () => {
    const openssl = finding({
      id: "GHSA-x",
      aliases: ["cve-2026-1"],
      package: subject("openssl", "3", "Debian"),
    });
    const other = finding({ package: subject("zlib", "1", "Debian") });
    const token = finding({ id: "npm-token", kind: "secret", path: "/app/test/fixtures/.npmrc" });
    const { kept, ignored, notes } = applyIgnores([openssl, other, token], entries, "2026-11-21");
    expect(kept).toEqual([other, token]);
    expect(ignored).toEqual([{ finding: openssl, entry: entries[0] }]);
    expect(notes).toEqual([
      expect.stringMatching(/npm-token ended on 2026-11-20 and hides nothing/),
      expect.stringContaining("CVE-2020-1"),
    ]);
    expect(applyIgnores([openssl], entries, "2026-12-31").ignored.length).toBe(1);
    expect(applyIgnores([openssl], entries, "2027-01-01").ignored.length).toBe(0);
  });

  it.each([
    ["no reason", "ignore: [{id: A, until: 2026-12-31}]", "ignore.0.reason"],
    ["a day that is none", "ignore: [{id: A, reason: b, until: 2026-02-30}]", "there is no such day"],
    ["an empty reason", "ignore: [{id: A, reason: ' ', until: 2026-12-31}]", "a reason is needed"],
    ["no end", "ignore: [{id: A, reason: because}]", "ignore.0.until"],
    ["a day that is none", "ignore: [{id: A, reason: b, until: 2026-13-40}]", "no such day"],
    ["an unknown field", "ignore: [{id: A, reason: b, until: 2026-12-31, severity: low}]", "severity"],
    ["no list", "CVE-2026-1", "accepted.yaml"],
    ["no YAML", "ignore: [", "not YAML"],
    ["a bomb of references", `a: &a [x,x]\nb: &b [*a,*a]\nignore: [*b]`, "not YAML"],
  ])("with %s is refused with the place", (_, text, place) => {
    expect(() => parseIgnoreFile(text, "accepted.yaml")).toThrow(place);
  });
});

describe("the policy", () => {
  it("fails at the threshold and above, counts all, and can leave out what nobody has fixed", () => {
    const list = [
      finding({ severity: "high" }),
      finding({ severity: "medium", fixedVersion: "2" }),
      finding({ kind: "secret", severity: "low" }),
    ];
    const counts = countBySeverity(list);
    expect(counts).toEqual({ critical: 0, high: 1, medium: 1, low: 1, info: 0 });
    expect(
      (["critical", "high", "medium", "low", "none"] as const).map((level) => fails(counts, level)),
    ).toEqual([false, true, true, true, false]);
    const { kept, unfixed } = repairable(list, { onlyFixed: true });
    expect([kept.length, unfixed]).toEqual([2, 1]);
  });
});
