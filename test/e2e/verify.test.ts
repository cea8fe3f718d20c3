import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ClaimId, Verdict, VerifyInput } from "../../src/verify/types.ts";
import { docker, engineReady } from "./engine.ts";
import { allBut, claimOf, server, verifyFiles } from "./verify-subject.ts";

const good = {
  "app.py": server(8080),
  "requirements.txt": "",
  Dockerfile: `FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt .
RUN --mount=type=secret,id=INDEX_TOKEN test -s /run/secrets/INDEX_TOKEN && pip install --no-cache-dir -r requirements.txt
COPY app.py .
USER 1000:1000
EXPOSE 8080
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/health')"]
CMD ["python", "app.py"]
`,
};

const sourceFirst = `FROM python:3.13-slim
COPY app.py requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
`;

describe.skipIf(!engineReady)("verify on a real engine", { timeout: 240_000 }, () => {
  test("a good Dockerfile is proved in every claim, and nothing is left", async () => {
    const record = await verifyFiles(good, { sizeBudgetBytes: 400_000_000 });
    const verdicts = Object.fromEntries(record.claims.map(({ id, verdict }) => [id, verdict]));
    expect(verdicts).toEqual({
      "valid-dockerfile": "proved",
      builds: "proved",
      starts: "proved",
      "runs-as-non-root": "proved",
      "answers-probe": "proved",
      "healthcheck-healthy": "proved",
      "stops-on-sigterm": "proved",
      "read-only-root": "proved",
      "within-size-budget": "proved",
      "no-secret-in-image": "proved",
      "no-secret-in-log": "proved",
      "fails-without-secret": "not-tested",
      "dependencies-cached": "proved",
      reproducible: "proved",
      "no-known-vulnerabilities": "not-tested",
    } satisfies Record<ClaimId, Verdict>);
    expect(claimOf(record, "answers-probe").measurement).toMatchObject({ probe: "GET :8080/health" });
    expect(record.image?.user).toBe("1000:1000");
    const filter = `label=dockwright.run=${record.runId}`;
    expect(docker("ps", "-aq", "--filter", filter)).toBe("");
    expect(docker("network", "ls", "-q", "--filter", filter)).toBe("");
    expect(docker("images", "-aq", "--filter", filter)).toBe("");
  });

  type Broken = readonly [
    name: string,
    claim: ClaimId,
    files: Readonly<Record<string, string>>,
    seen: RegExp,
    input?: Partial<VerifyInput>,
  ];
  const broken: readonly Broken[] = [
    [
      "a build that fails",
      "builds",
      { Dockerfile: "FROM debian:trixie-slim\nRUN echo before; exit 3\n" },
      /exit code: 3/,
    ],
    ["root", "runs-as-non-root", { Dockerfile: 'FROM debian:trixie-slim\nCMD ["sleep", "9"]\n' }, /no user/],
    [
      "root by number behind a name",
      "runs-as-non-root",
      {
        Dockerfile:
          'FROM debian:trixie-slim\nRUN echo \'app:x:0:0::/:/bin/sh\' >> /etc/passwd\nUSER app\nCMD ["sleep", "9"]\n',
      },
      /runs as root/,
    ],
    [
      "a command that ends",
      "starts",
      { Dockerfile: "FROM debian:trixie-slim\nUSER 1000\nEXPOSE 80\nCMD echo no database; exit 4\n" },
      /code 4/,
    ],
    [
      "the wrong port",
      "answers-probe",
      {
        "app.py": server(3000),
        Dockerfile:
          'FROM python:3.13-slim\nCOPY app.py .\nUSER 1000\nEXPOSE 8080\nCMD ["python", "app.py"]\n',
      },
      /listens on 3000/,
    ],
    [
      "loopback only",
      "answers-probe",
      {
        "app.py": server(8080, "127.0.0.1"),
        Dockerfile:
          'FROM python:3.13-slim\nCOPY app.py .\nUSER 1000\nEXPOSE 8080\nCMD ["python", "app.py"]\n',
      },
      /127\.0\.0\.1 only/,
    ],
    [
      "the wrong status",
      "answers-probe",
      {
        "app.py": server(8080),
        Dockerfile: 'FROM python:3.13-slim\nCOPY app.py .\nUSER 1000\nCMD ["python", "app.py"]\n',
      },
      /HTTP 200/,
      { probe: { kind: "http", port: 8080, path: "/health", status: 204 }, patience: { startMs: 4000 } },
    ],
    [
      "a health check whose tool is missing",
      "healthcheck-healthy",
      {
        Dockerfile:
          'FROM debian:trixie-slim\nUSER 1000\nHEALTHCHECK CMD ["curl", "-f", "http://localhost/"]\nCMD ["sleep", "60"]\n',
      },
      /run its command/,
      { probe: { kind: "command", command: ["true"] }, patience: { startMs: 9000 } },
    ],
    [
      "an ignored SIGTERM",
      "stops-on-sigterm",
      { Dockerfile: 'FROM debian:trixie-slim\nUSER 1000\nCMD ["sleep", "600"]\n' },
      /ignores SIGTERM/,
      { patience: { graceSeconds: 2 } },
    ],
    [
      "files written beside /tmp",
      "read-only-root",
      {
        Dockerfile:
          "FROM debian:trixie-slim\nRUN mkdir /data && chown 1000 /data\nUSER 1000\nCMD echo x > /data/x && echo ok\n",
      },
      /code [12]/,
      { probe: { kind: "exits" } },
    ],
    [
      "too many bytes",
      "within-size-budget",
      { Dockerfile: "FROM debian:trixie-slim\nRUN head -c 3000000 /dev/zero > /zeros\n" },
      /over the budget/,
      { sizeBudgetBytes: 60_000_000 },
    ],
    [
      "dependencies after the source",
      "dependencies-cached",
      { "app.py": "print()\n", "requirements.txt": "", Dockerfile: sourceFirst },
      /installed again/,
    ],
    [
      "content that changes",
      "reproducible",
      { Dockerfile: "FROM debian:trixie-slim\nRUN cat /proc/sys/kernel/random/uuid > /id\n" },
      /1 path differs/,
    ],
  ];

  test.each(broken.map(([name, claim, ...rest]) => ({ name, claim, rest })))(
    "$name refutes $claim",
    async (one) => {
      const { claim } = one;
      const [files, seen, input = {}] = one.rest;
      const record = await verifyFiles(files, {
        skip: allBut(claim),
        patience: { graceSeconds: 1 },
        ...input,
      });
      const found = claimOf(record, claim);
      expect(found).toMatchObject({ verdict: "refuted" });
      expect(found.reason).toMatch(seen);
    },
  );

  test("the log shows what a failing step said", async () => {
    const record = await verifyFiles({
      Dockerfile: "FROM debian:trixie-slim\nRUN echo out of luck; exit 3\n",
    });
    expect(claimOf(record, "builds").log).toContain("out of luck");
    expect(claimOf(record, "starts")).toMatchObject({
      verdict: "not-tested",
      reason: "the image could not be built",
    });
  });

  test("a tool that wants arguments is told to be given some, and with them it is proved", async () => {
    const tool = `[ "$1" = --version ] && echo 1.0 && exit 0; echo "Usage: tool FILE"; exit 2`;
    const files = {
      Dockerfile: `FROM debian:trixie-slim\nUSER 1000\nENTRYPOINT ["sh", "-c", ${JSON.stringify(tool)}, "tool"]\n`,
    };
    const bare = claimOf(await verifyFiles(files, { skip: allBut("starts") }), "starts");
    expect(bare).toMatchObject({ verdict: "not-tested", reason: expect.stringContaining("exits:--help") });
    const record = await verifyFiles(files, {
      skip: allBut("starts", "answers-probe"),
      probe: { kind: "exits", arguments: ["--version"] },
    });
    expect(claimOf(record, "starts")).toMatchObject({ verdict: "proved" });
    expect(claimOf(record, "answers-probe")).toMatchObject({ verdict: "proved" });
  });

  test("a service is found by its alias", async () => {
    const record = await verifyFiles(
      { Dockerfile: 'FROM debian:trixie-slim\nUSER 1000\nCMD ["getent", "hosts", "db"]\n' },
      {
        probe: { kind: "exits" },
        skip: allBut("answers-probe"),
        services: [{ alias: "db", image: "debian:trixie-slim", command: ["sleep", "30"] }],
      },
    );
    expect(claimOf(record, "answers-probe")).toMatchObject({ verdict: "proved" });
  });

  test("the context is not changed", async () => {
    const files = { "app.py": "print()\n", Dockerfile: sourceFirst, "requirements.txt": "" };
    const record = await verifyFiles(files, { skip: allBut("dependencies-cached") });
    expect(claimOf(record, "dependencies-cached").measurement).toMatchObject({ changedFile: "app.py" });
    expect(readFileSync(`${record.subject.context}/app.py`, "utf8")).toBe(files["app.py"]);
  });
});
