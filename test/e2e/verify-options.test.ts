import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findProgram } from "../../src/security/process.ts";
import { docker, engineReady } from "./engine.ts";
import { allBut, claimOf, makeContext, verifyFiles } from "./verify-subject.ts";

const sshAgent = await findProgram("ssh-agent");
const service = "dockwright-test-service:1";
const unchecked = "dockwright-test-service:2";
const kept = "dockwright-test-kept:1";
const quick = { Dockerfile: 'FROM debian:trixie-slim\nUSER 1000\nCMD ["true"]\n' };

describe.skipIf(!engineReady)("what a request may add", { timeout: 240_000 }, () => {
  beforeAll(() => {
    // Listens and is healthy only after a while.
    const folder = makeContext({
      Dockerfile: `FROM python:3.13-slim
HEALTHCHECK --interval=1s --timeout=2s --retries=30 CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 5000), 1)"]
CMD ["sh", "-c", "sleep 4; exec python -m http.server 5000"]
`,
    });
    docker("build", "-q", "-t", service, folder);
    rmSync(folder, { recursive: true });
    const bare = makeContext({
      Dockerfile:
        'FROM python:3.13-slim\nEXPOSE 5000\nCMD ["sh", "-c", "sleep 4; exec python -m http.server 5000"]\n',
    });
    docker("build", "-q", "-t", unchecked, bare);
    rmSync(bare, { recursive: true });
  });
  afterAll(() => {
    for (const image of [service, unchecked, kept]) {
      try {
        docker("rmi", "-f", image);
      } catch {
        // It was never made.
      }
    }
  });

  test.each([
    ["with a health check", service],
    ["that declares its port and no health check", unchecked],
  ])("a service %s is waited for", async (_, service) => {
    // The application looks once: it finds the service ready or fails.
    const record = await verifyFiles(
      {
        Dockerfile: 'FROM debian:trixie-slim\nCMD ["bash", "-c", "echo < /dev/tcp/db/5000"]\n',
      },
      {
        probe: { kind: "exits" },
        skip: allBut("answers-probe"),
        services: [{ alias: "db", image: service }],
      },
    );
    expect(claimOf(record, "answers-probe")).toMatchObject({ verdict: "proved" });
    expect(record.notes).toEqual([]);
    expect(docker("ps", "-aq", "--filter", `ancestor=${service}`)).toBe("");
  });

  test("a service that ends is told with its last words", async () => {
    const record = await verifyFiles(quick, {
      probe: { kind: "exits" },
      skip: allBut("answers-probe"),
      services: [
        {
          alias: "db",
          image: "debian:trixie-slim",
          command: ["sh", "-c", "echo no password given >&2; exit 3"],
        },
      ],
    });
    expect(record.notes.join("\n")).toMatch(
      /the service db \(debian:trixie-slim\) ended with code 3: no password given/,
    );
  });

  test("an image that is to be kept stays under its name, and nothing else does", async () => {
    const record = await verifyFiles(quick, { skip: allBut(), keepAs: kept });
    expect(docker("image", "inspect", "--format", "{{.Id}}", kept)).toBe(record.image?.id);
    expect(docker("images", "-q", `dockwright-${record.runId}-first`)).toBe("");
    expect(docker("run", "--rm", kept, "id", "-u")).toBe("1000");
  });

  test.skipIf(sshAgent === undefined)(
    "an SSH agent reaches the step that asks for it, and no layer",
    async () => {
      const folder = mkdtempSync(path.join(tmpdir(), "dockwright-ssh-"));
      const socket = path.join(folder, "agent");
      const agent = spawn(sshAgent ?? "", ["-D", "-a", socket], { stdio: "ignore" });
      try {
        for (let tries = 0; tries < 50 && !existsSync(socket); tries++) await pause(100);
        // What a step had mounted is not part of its cache key: each build gets a step of its own.
        const files = () => ({
          Dockerfile: `FROM debian:trixie-slim\nRUN --mount=type=ssh,required=true test -S "$SSH_AUTH_SOCK" && echo ${randomUUID()}\nUSER 1000\nCMD ["true"]\n`,
        });
        const skip = allBut();
        const withAgent = await verifyFiles(
          files(),
          { ssh: ["default"], skip },
          { ...process.env, SSH_AUTH_SOCK: socket },
        );
        expect(claimOf(withAgent, "builds")).toMatchObject({ verdict: "proved" });
        const without = await verifyFiles(files(), { skip });
        expect(claimOf(without, "builds")).toMatchObject({ verdict: "refuted" });
        expect(claimOf(without, "builds").reason).toMatch(/ssh/i);
      } finally {
        agent.kill();
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );

  test("a platform is built for and told; one that cannot be run here is no fault of the Dockerfile", async () => {
    const own = docker("version", "--format", "{{.Server.Os}}/{{.Server.Arch}}");
    const record = await verifyFiles(quick, { platform: own, skip: allBut("starts") });
    expect([record.subject.platform, record.image?.platform]).toEqual([own, own]);
    expect(claimOf(record, "starts")).toMatchObject({ verdict: "proved" });
    const other = own.endsWith("arm64") ? "linux/amd64" : "linux/arm64";
    const foreign = await verifyFiles(
      {
        Dockerfile: `FROM scratch\nCOPY --chmod=0755 note /note\nUSER 1000\nCMD ["/note"]\n`,
        note: "no program\n",
      },
      { platform: other, skip: allBut("starts") },
    );
    expect(foreign.image?.platform).toBe(other);
    expect(claimOf(foreign, "builds")).toMatchObject({ verdict: "proved" });
    expect(claimOf(foreign, "starts")).toMatchObject({
      verdict: "not-tested",
      reason: expect.stringContaining(`cannot run programs of ${other}`),
    });
  });
});
