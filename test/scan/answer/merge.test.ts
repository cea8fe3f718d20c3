import { describe, expect, it } from "vitest";
import { mergeFindings } from "../../../src/scan/answer/merge.ts";
import { dockerScout } from "../../../src/scan/scanners/docker-scout.ts";
import { dockle } from "../../../src/scan/scanners/dockle.ts";
import { grype } from "../../../src/scan/scanners/grype.ts";
import { osvScanner } from "../../../src/scan/scanners/osv-scanner.ts";
import { trivy } from "../../../src/scan/scanners/trivy.ts";
import type { ScanFinding } from "../../../src/scan/types.ts";
import { outputs, places, recorded } from "../scanners/recorded.ts";
import { finding, subject } from "./finding.ts";

describe("vulnerabilities", () => {
  it("what four scanners printed about one package is one finding an advisory", () => {
    const all = [
      ...trivy.parse(recorded("trivy-vulnerabilities"), places).findings,
      ...grype.parse(outputs.grype, places).findings,
      ...osvScanner.parse(outputs["osv-scanner"], places).findings,
      ...dockerScout.parse(outputs["docker-scout"], places).findings,
    ];
    const jinja = mergeFindings(all).filter(({ package: one }) => one?.name.toLowerCase() === "jinja2");
    expect(jinja.map(({ id }) => id).sort()).toEqual(["CVE-2019-10906", "CVE-2020-28493"]);
    expect(jinja.find(({ id }) => id === "CVE-2019-10906")).toMatchObject({
      aliases: expect.arrayContaining(["GHSA-462w-v97r-4m45", "PYSEC-2019-217"]),
      scanners: ["trivy", "grype", "osv-scanner", "docker-scout"],
      fixedVersion: "2.10.1",
      layer: { index: 5 },
      package: { purl: "pkg:pypi/jinja2@2.10" },
    });
  });

  it("are joined through an alias that only a third one knows", () => {
    const one = subject("a", "1");
    const merged = mergeFindings([
      finding({ id: "GHSA-1", package: one }),
      finding({ id: "CVE-2026-7", package: one, scanners: ["grype"] }),
      finding({ id: "OSV-1", aliases: ["GHSA-1", "CVE-2026-7"], package: one, scanners: ["osv-scanner"] }),
    ]);
    expect(merged).toEqual([
      expect.objectContaining({ id: "CVE-2026-7", scanners: ["trivy", "grype", "osv-scanner"] }),
    ]);
  });

  it.each([
    ["another package", { package: subject("b", "1") }],
    ["another version", { package: subject("a", "2") }],
    ["another advisory", { id: "CVE-2026-2", package: subject("a", "1") }],
  ])("of %s stay apart", (_, other) => {
    expect(
      mergeFindings([finding({ package: subject("a", "1") }), finding({ ...other, scanners: ["grype"] })])
        .length,
    ).toBe(2);
  });

  it.each<[string, ScanFinding["package"], ScanFinding["package"]]>([
    [
      "Go versions with and without v",
      subject("golang.org/x/net", "v0.1.0", "Go"),
      subject("golang.org/x/net", "0.1.0", "Go"),
    ],
    [
      "Maven artifacts with and without group",
      {
        ...subject("log4j-core", "2.14.1", "Maven"),
        purl: "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
      },
      subject("org.apache.logging.log4j:log4j-core", "2.14.1", "Maven"),
    ],
    ["Python names", subject("Foo.bar_baz", "1", "PyPI"), subject("foo-bar-baz", "1", "PyPI")],
    ["scoped npm packages", { ...subject("@a/b", "1"), purl: "pkg:npm/%40a/b@1" }, subject("@a/b", "1")],
  ])("know each other's spelling: %s", (_, a, b) => {
    const pair = [
      finding(a ? { package: a } : {}),
      finding({ ...(b ? { package: b } : {}), scanners: ["grype"] }),
    ];
    expect(mergeFindings(pair).length).toBe(1);
  });

  it("of packages that a distribution builds from one source are one, of other packages they are not", () => {
    const built = (name: string, id = "CVE-2026-1") =>
      finding({ id, package: { ...subject(name, "3", "Debian:13"), source: "openssl" } });
    expect(mergeFindings([built("libssl3"), built("openssl"), built("libssl3", "CVE-2026-2")]).length).toBe(
      2,
    );
    const npm = (name: string) => finding({ package: { ...subject(name, "3"), source: "openssl" } });
    expect(mergeFindings([npm("a"), npm("b")]).length).toBe(2);
  });

  it("take the distribution's severity, otherwise the worst, and keep the others", () => {
    const one = subject("openssl", "3", "Debian");
    const nvd = finding({ package: one, severity: "critical", severitySource: "nvd" });
    const debian = finding({ package: one, severity: "low", severitySource: "debian", scanners: ["grype"] });
    const ghsa = finding({ package: one, severity: "medium", severitySource: "ghsa", scanners: ["grype"] });
    const nobody = finding({
      package: one,
      severity: "medium",
      severitySource: "not rated",
      scanners: ["osv-scanner"],
    });
    expect(mergeFindings([nvd, debian])[0]).toMatchObject({
      severity: "low",
      severitySource: "debian",
      ratings: expect.arrayContaining([{ source: "nvd", severity: "critical" }]),
    });
    expect(mergeFindings([ghsa, nvd])[0]).toMatchObject({ severity: "critical", severitySource: "nvd" });
    expect(mergeFindings([nobody, ghsa])[0]).toMatchObject({ severity: "medium", severitySource: "ghsa" });
  });
});

describe("secrets", () => {
  const secret = (given: Partial<ScanFinding>): ScanFinding =>
    finding({
      id: "npm-token",
      kind: "secret",
      scanners: ["dockwright"],
      severitySource: "dockwright",
      ...given,
    });
  const layer = (index: number): ScanFinding["layer"] & object => ({ index, instruction: "COPY" });

  it("at one line of one layer are one, whatever the rule is called, and keep our words", () => {
    const merged = mergeFindings([
      secret({ path: "/a", line: 3, layer: layer(1), title: "ours" }),
      secret({
        id: "npm-access-token",
        path: "/a",
        line: 3,
        layer: layer(1),
        title: "theirs",
        scanners: ["trivy"],
      }),
    ]);
    expect(merged).toEqual([
      expect.objectContaining({
        id: "npm-token",
        aliases: ["npm-access-token"],
        title: "ours",
        scanners: ["dockwright", "trivy"],
      }),
    ]);
  });

  it.each([
    ["line", { path: "/a", line: 4, layer: layer(1) }],
    ["layer", { path: "/a", line: 3, layer: layer(2) }],
    ["file", { path: "/b", line: 3, layer: layer(1) }],
  ])("of another %s stay apart", (_, other) => {
    const ours = secret({ path: "/a", line: 3, layer: layer(1) });
    expect(mergeFindings([ours, secret({ ...other, scanners: ["trivy"] })]).length).toBe(2);
  });

  it("two on one line are two, paired by their ids", () => {
    const at = { path: "/a", line: 1, layer: layer(1) };
    const merged = mergeFindings([
      secret({ ...at, id: "aws-access-key-id" }),
      secret({ ...at, id: "aws-secret-access-key" }),
      secret({ ...at, id: "aws-secret-access-key", scanners: ["trivy"] }),
      secret({ ...at, id: "aws-access-key-id", scanners: ["trivy"] }),
    ]);
    expect(merged.map(({ id, scanners }) => [id, scanners.length])).toEqual([
      ["aws-access-key-id", 2],
      ["aws-secret-access-key", 2],
    ]);
  });

  it("a private key of many lines begins where each scanner says", () => {
    const ours = secret({ id: "private-key", path: "/k", line: 1, layer: layer(3) });
    const theirs = secret({
      id: "private-key",
      path: "/k",
      line: 2,
      endLine: 26,
      layer: layer(3),
      scanners: ["trivy"],
    });
    expect(mergeFindings([ours, theirs]).length).toBe(1);
  });

  it("a variable is one whatever it is called, and a file's name says nothing beside its content", () => {
    const merged = mergeFindings([
      secret({ id: "secret-in-env", variable: "APP_DB_PASSWORD" }),
      secret({ id: "private-key", path: "/root/.ssh/id_rsa", line: 1, layer: layer(3) }),
      ...trivy.parse(outputs.trivy, places).findings.filter(({ variable }) => variable !== undefined),
      ...dockle.parse(outputs.dockle, places).findings.filter(({ kind }) => kind === "secret"),
    ]);
    expect(merged.map(({ id, scanners }) => [id, scanners])).toEqual([
      ["secret-in-env", ["dockwright", "trivy", "dockle"]],
      ["private-key", ["dockwright"]],
    ]);
  });

  it("tens of thousands at one place are joined in a moment, none lost", () => {
    const many = Array.from({ length: 20_000 }, (_, index) =>
      secret({ path: "/a", line: index + 1, layer: layer(0) }),
    );
    expect(mergeFindings(many).length).toBe(20_000);
  });
});

it("checks of scanners that are ours are one, with ours first", () => {
  const ours = finding({
    id: "runs-as-root",
    kind: "misconfiguration",
    severity: "medium",
    severitySource: "dockwright",
    scanners: ["dockwright"],
  });
  const merged = mergeFindings([
    ours,
    ...trivy.parse(outputs.trivy, places).findings.filter(({ kind }) => kind === "misconfiguration"),
    ...dockle.parse(outputs.dockle, places).findings.filter(({ id }) => id === "CIS-DI-0001"),
  ]);
  expect(merged.find(({ id }) => id === "runs-as-root")).toMatchObject({
    aliases: ["DS-0002", "CIS-DI-0001"],
    severity: "medium",
    scanners: ["dockwright", "trivy", "dockle"],
  });
});
