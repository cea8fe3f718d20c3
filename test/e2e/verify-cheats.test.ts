import { describe, expect, test } from "vitest";
import { engineReady } from "./engine.ts";
import { allBut, claimOf, verifyFiles } from "./verify-subject.ts";

describe.skipIf(!engineReady)(
  "claims that a Dockerfile tries to get by a trick",
  { timeout: 240_000 },
  () => {
    test("a root of another name is root, though it ends before anybody looks", async () => {
      const record = await verifyFiles(
        {
          Dockerfile:
            'FROM debian:trixie-slim\nRUN echo "app:x:0:0::/:/bin/sh" >> /etc/passwd\nUSER app\nCMD ["true"]\n',
        },
        { probe: { kind: "exits" }, skip: allBut("runs-as-non-root") },
      );
      expect(claimOf(record, "runs-as-non-root")).toMatchObject({
        verdict: "refuted",
        measurement: { declaredUser: "app", userId: 0 },
      });
    });

    test("a secret is in the log though thousands of lines follow, and in an archive nobody opens it is not denied", async () => {
      const record = await verifyFiles(
        {
          Dockerfile: `FROM debian:trixie-slim
RUN --mount=type=secret,id=token cat /run/secrets/token && echo && seq 1 4000 \\
 && gzip -c /run/secrets/token | gzip | gzip | gzip | gzip | gzip | gzip > /hidden
`,
        },
        { skip: allBut("no-secret-in-log", "no-secret-in-image") },
      );
      expect(claimOf(record, "no-secret-in-log").verdict).toBe("refuted");
      expect(claimOf(record, "no-secret-in-image")).toMatchObject({
        verdict: "not-tested",
        reason: expect.stringContaining("nested deeper"),
      });
    });

    test("two at the same time, whose equal steps the builder would join, are searched for their own values", async () => {
      const files = {
        Dockerfile:
          "FROM debian:trixie-slim\nRUN --mount=type=secret,id=token sleep 3; cat /run/secrets/token > /kept\n",
      };
      const skip = allBut("no-secret-in-image");
      const records = await Promise.all([verifyFiles(files, { skip }), verifyFiles(files, { skip })]);
      const verdicts = records.map((record) => claimOf(record, "no-secret-in-image").verdict);
      expect(verdicts).toEqual(["refuted", "refuted"]);
    });

    test("a probe that hangs or prints without end is an answer, not the end of the run", async () => {
      const record = await verifyFiles(
        { Dockerfile: 'FROM debian:trixie-slim\nUSER 1000\nCMD ["sleep", "300"]\n' },
        {
          probe: { kind: "command", command: ["sh", "-c", "printf '\\033[31mred'; exit 1"] },
          skip: allBut("answers-probe"),
          patience: { startMs: 2000, graceSeconds: 1 },
          env: { GREETING: "hello world" },
        },
      );
      const { verdict, reason } = claimOf(record, "answers-probe");
      expect(verdict).toBe("refuted");
      expect(reason).toContain("exit code 1: red");
      expect(reason).not.toContain("\u001B");
    });
  },
);
