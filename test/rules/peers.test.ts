import { describe, expect, test } from "vitest";
import type { Aliases } from "../../src/rules/types.ts";
import { mergeConfigs } from "../../src/validate/config/merge.ts";
import { validate } from "../../src/validate/run.ts";
import { judge } from "./judge.ts";

// Where the programs of other linters and ours parted on real files, and what is so.

function rulesOn(lines: string): string[] {
  return judge(`FROM debian:13-slim\n${lines}\n`).map(({ rule }) => rule);
}

/** `id:line` of what a tool's profile reports under that tool's ids. */
function ids(dockerfile: string, profile: string, tool: keyof Aliases): string[] {
  const { findings } = validate(dockerfile, {
    today: "2026-11-21",
    config: mergeConfigs({ profiles: [profile] }),
  });
  return findings.flatMap(({ aliases, location }) =>
    (aliases[tool] ?? []).map((id) => `${id}:${location?.startLine}`),
  );
}

describe("pkg-update-alone", () => {
  test.each([
    "RUN apt-get install -y wget && apt-get update",
    "RUN apt-get update && apt-get install -y gnupg && add-apt-repository ppa:a/b && apt-get update",
  ])("an update after the last install is alone: %s", (line) => {
    expect(rulesOn(line)).toContain("pkg-update-alone");
  });

  test("Trivy is content with one update before an install", () => {
    const line = "RUN apt-get update && apt-get install -y gnupg && apt-get update";
    expect(ids(`FROM debian:13\n${line}\n`, "trivy", "trivy")).not.toContain("DS-0017:2");
    const after = "RUN apt-get install -y gnupg && apt-get update";
    expect(ids(`FROM debian:13\n${after}\n`, "trivy", "trivy")).toContain("DS-0017:2");
  });

  test("apt-get download and source use the lists", () => {
    expect(rulesOn("RUN apt-get update && apt-get download flashmq")).not.toContain("pkg-update-alone");
  });

  test("an install after every update is silent", () => {
    const line = "RUN apt-get update && apt-get install -y gnupg && apt-get update && apt-get install -y b";
    expect(rulesOn(line)).not.toContain("pkg-update-alone");
  });
});

describe("apt-clean-lists", () => {
  test("a removal before the update removes nothing", () => {
    const found = rulesOn("RUN rm -rf /var/lib/apt/lists/* && apt-get update && apt-get install -y curl");
    expect(found).toContain("apt-clean-lists");
  });

  test("Semgrep means builder stages too", () => {
    const dockerfile =
      "FROM debian:13 AS build\nRUN apt-get update\nFROM debian:13\nCOPY --from=build /etc/motd /\n";
    expect(ids(dockerfile, "semgrep", "semgrep")).toContain("remove-package-lists:2");
    expect(ids(dockerfile, "hadolint", "hadolint")).not.toContain("DL3009:2");
    expect(judge(dockerfile).map(({ rule }) => rule)).not.toContain("apt-clean-lists");
  });

  test.each([
    ["RUN apt-get update && apt-get install -y curl", true],
    ["RUN apt-get update && apt-get install -y curl && apt-get clean", false],
    ["RUN apt-get install -y curl", false],
  ])("Semgrep asks for apt-get clean after an update: %s", (line, fires) => {
    const found = ids(`FROM debian:13\n${line}\n`, "semgrep", "semgrep");
    expect(found.includes("remove-package-cache:2")).toBe(fires);
  });
});

describe("yum and dnf groups", () => {
  test.each([
    ["yum-clean", 'RUN yum group install -y "Development Tools"'],
    ["yum-clean", "RUN yum -y -q groups install development"],
    ["dnf-clean", "RUN dnf -y group upgrade core"],
    ["yum-assume-yes", "RUN yum group install development && yum clean all"],
  ])("%s sees %s", (rule, line) => {
    expect(rulesOn(line)).toContain(rule);
  });

  test("listing groups downloads nothing to keep", () => {
    expect(rulesOn("RUN dnf group list")).not.toContain("dnf-clean");
  });

  test("an update after an install is hadolint's and Trivy's case too", () => {
    const dockerfile = "FROM almalinux:9\nRUN yum -y install deltarpm && yum -y update\n";
    expect(ids(dockerfile, "hadolint", "hadolint")).toContain("DL3032:2");
    expect(ids(dockerfile, "trivy", "trivy")).toContain("DS-0015:2");
  });
});

describe("pip by another name", () => {
  test.each([
    "RUN pip-3.3 install flask",
    "RUN $PYTHON -m pip install flask",
    `RUN python\${VERSION} -m pip install flask`,
  ])("%s", (line) => {
    expect(rulesOn(line)).toContain("pip-no-cache");
  });
});

describe("add-for-archive", () => {
  test("ADD unpacks tar archives alone", () => {
    const one = (file: string, command: string): string[] =>
      rulesOn(`COPY ${file} /srv/\nRUN ${command} /srv/${file}`);
    expect(one("data.json.xz", "xz -d")).not.toContain("add-for-archive");
    expect(one("dump.sql.gz", "gunzip")).not.toContain("add-for-archive");
    expect(one("data.tar.xz", "tar xf")).toContain("add-for-archive");
    expect(one("data.gz", "tar xzf")).toContain("add-for-archive");
  });

  test("any of several sources may be the one", () => {
    expect(rulesOn("COPY a.tar.gz b.tar.gz /srv/\nRUN tar -xzf /srv/b.tar.gz")).toContain("add-for-archive");
  });
});

test("WORKDIR in an ordinary system folder is no breach", () => {
  expect(ids("FROM debian:13\nWORKDIR /etc\nWORKDIR /run\n", "trivy", "trivy")).not.toContain("DS-0030:2");
  expect(ids("FROM debian:13\nWORKDIR /lost+found/x\n", "trivy", "trivy")).toContain("DS-0030:2");
});

test("a missing USER is said of what runs as root", () => {
  const both = 'FROM debian:13\nENTRYPOINT ["/app"]\nCMD ["serve"]\n';
  const [finding] = judge(both).filter(({ rule }) => rule === "missing-user");
  expect(finding?.related?.map(({ startLine }) => startLine)).toEqual([2, 3]);
  expect(finding?.aliases.semgrep).toEqual(["missing-user", "missing-user-entrypoint"]);
  const [server] = judge('FROM debian:13\nCMD ["/app"]\n').filter(({ rule }) => rule === "missing-user");
  expect(server?.aliases.semgrep).toEqual(["missing-user"]);
});

describe("Semgrep's ids", () => {
  test.each([
    ["RUN service ssh start", "nonsensical-command:2"],
    ["RUN nano /etc/motd", "nonsensical-command:2"],
    ["RUN curl -fsSL https://example.com/setup | sudo bash -", "no-sudo-in-dockerfile:2"],
    ["ARG AUTHORS", "secret-in-build-arg:2"],
  ])("%s is %s", (line, id) => {
    expect(ids(`FROM debian:13\n${line}\n`, "semgrep", "semgrep")).toContain(id);
  });

  test("a user's name is no secret to it, authors are none to us", () => {
    expect(ids("FROM debian:13\nARG USERNAME=app\n", "semgrep", "semgrep")).not.toContain(
      "secret-in-build-arg:2",
    );
    expect(rulesOn("ARG AUTHORS")).not.toContain("secrets-in-arg-env");
  });
});

test.each([
  ["ARG BASE=debian\nFROM ${BASE}", true],
  ["ARG BASE=debian:13\nFROM ${BASE}", false],
  ["ARG BASE\nFROM ${BASE}", false],
])("an image named by a build argument is judged by its default: %s", (dockerfile, fires) => {
  expect(judge(`${dockerfile}\n`).some(({ rule }) => rule === "image-tag-missing")).toBe(fires);
});

test.each([
  ["RUN sudo npm_config_strict_ssl=false npm ci", true],
  ["RUN sudo -u app env NPM_CONFIG_STRICT_SSL=false npm ci", true],
  ["RUN env make NPM_CONFIG_STRICT_SSL=false", false],
])("a setting that sudo or env pass on: %s", (line, fires) => {
  expect(rulesOn(line).includes("env-npm-strict-ssl")).toBe(fires);
});

test("what zypper removes or upgrades is no case of hadolint's", () => {
  const at = (line: string): string[] => ids(`FROM opensuse/leap:16.0\n${line}\n`, "hadolint", "hadolint");
  expect(at("RUN zypper -n dup")).not.toContain("DL3036:2");
  expect(at("RUN zypper -n in curl")).toContain("DL3036:2");
});

test("copying from a later stage stops the build", () => {
  const found = judge("FROM debian:13\nCOPY --from=build /x /x\nFROM debian:13 AS build\n");
  const [finding] = found.filter(({ rule }) => rule === "copy-from-unknown-stage");
  expect(finding).toMatchObject({ severity: "error", message: expect.stringContaining("later stage") });
});

test.each([
  ["ENV PORT=a\nEXPOSE $PORT", true],
  ["ARG PORT=70000\nEXPOSE ${PORT}/tcp", true],
  ["ENV PORT='80 443/udp'\nEXPOSE $PORT", false],
  ["ARG PORT\nEXPOSE $PORT", false],
  [`ARG PORT=\${PORT}\nEXPOSE $PORT`, false],
  ["ENV PORT=8080\nEXPOSE ${PORT}", false],
])("the port that a variable holds: %s", (lines, fires) => {
  expect(rulesOn(lines).includes("expose-range")).toBe(fires);
});

test.each([
  ["RUN (cd /a && tar cf - .) | (cd /b && tar xf -)", true],
  ["RUN (cd /a; tar cf - .) | tar xf -", true],
  ["RUN for f in a b; do curl -fsS https://example.com/$f; done | sort", true],
  ["RUN { echo a; echo b; } | tee /etc/motd", false],
  ["RUN { curl -fsS https://example.com/a; echo b; } | tee /etc/motd", false],
  ['RUN for a in b c; do echo "$a $(lsb_release -cs)"; done | tee /etc/motd', false],
  ["RUN if [ -f /a ]; then echo yes; fi | tee /etc/motd", false],
  ["RUN set -o pipefail && (cd /a && tar cf - .) | tar xf -", false],
  ["RUN (cd /a && make) || true", false],
])("a pipe behind a compound command: %s", (line, fires) => {
  expect(rulesOn(line).includes("pipefail")).toBe(fires);
});
