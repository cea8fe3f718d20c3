import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { evidenceOf } from "../../src/evals/prove.ts";
import { defaultLimits } from "../../src/security/limits.ts";
import type { VerifyInput } from "../../src/verify/types.ts";
import { verify } from "../../src/verify/verify.ts";
import { engineReady } from "./engine.ts";

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "dockwright-leaks-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mount = "RUN --mount=type=secret,id=NPM_TOKEN";
const token = "npm_8Zq4v1XnK7wLr2Tg5Yb9Hd3Fs6Jm0PcQeRtU";
const leaks: readonly {
  readonly what: string;
  readonly steps: string;
  readonly where: RegExp;
  readonly input?: Partial<VerifyInput>;
}[] = [
  {
    what: "a file that a later step deletes",
    steps: `${mount} cp /run/secrets/NPM_TOKEN /opt/token\nRUN rm /opt/token`,
    where: /^layer opt\/token|^layer \/opt\/token \(deleted later\)/,
  },
  {
    what: "a compressed file",
    steps: `${mount} gzip -c /run/secrets/NPM_TOKEN > /opt/backup.gz`,
    where: /^layer .*backup\.gz/,
  },
  {
    what: "ENV",
    steps: "ARG NPM_TOKEN\nENV NPM_TOKEN=$NPM_TOKEN",
    where: /^config/,
    input: { buildArgs: { NPM_TOKEN: token } },
  },
  {
    what: "the history",
    steps: 'ARG NPM_TOKEN\nRUN test -n "$NPM_TOKEN"',
    where: /^history/,
    input: { buildArgs: { NPM_TOKEN: token } },
  },
  {
    what: "the cache folder of a package manager that is not a mount",
    steps: `${mount} mkdir -p /root/.npm/_cacache && base64 -w0 /run/secrets/NPM_TOKEN > /root/.npm/_cacache/index`,
    where: /^layer .*_cacache\/index/,
  },
];

describe.skipIf(!engineReady)("a secret is found where it was left", () => {
  it.each(leaks)(
    "in $what",
    async ({ steps, where, input = {} }) => {
      writeFileSync(path.join(folder, "token"), token);
      const record = await verify(
        {
          context: folder,
          dockerfileText: `# syntax=docker/dockerfile:1\nFROM node:24-slim\n${steps}\nUSER node\nCMD ["node", "-e", "0"]\n`,
          probe: { kind: "exits" },
          ...(steps.includes("secret")
            ? { secrets: [{ id: "NPM_TOKEN", file: path.join(folder, "token") }] }
            : {}),
          ...input,
        },
        {
          signal: new AbortController().signal,
          progress: () => undefined,
          limits: defaultLimits,
          roots: { directories: [folder] },
          today: "2026-11-21",
          env: process.env,
        },
      );
      const { secrets } = evidenceOf(record);
      expect(secrets.outcome, JSON.stringify(record.claims, null, 1)).toBe("no");
      expect(
        secrets.places.some((place) => where.test(place)),
        JSON.stringify(secrets.places),
      ).toBe(true);
      expect(JSON.stringify(record)).not.toContain(token);
    },
    300_000,
  );
});
