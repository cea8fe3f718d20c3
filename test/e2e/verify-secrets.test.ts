import { describe, expect, test } from "vitest";
import type { SecretPlace } from "../../src/verify/types.ts";
import { engineReady } from "./engine.ts";
import { allBut, claimOf, verifyFiles } from "./verify-subject.ts";

const skip = allBut("no-secret-in-image");
const mount = "RUN --mount=type=secret,id=tok";

describe.skipIf(!engineReady)("secrets in real images", { timeout: 240_000 }, () => {
  const leaks: readonly (readonly [name: string, dockerfile: string, place: Partial<SecretPlace>])[] = [
    ["an argument in the history", "ARG API_TOKEN\nRUN true", { secret: "ARG API_TOKEN", where: "history" }],
    ["an argument in ENV", "ARG API_TOKEN\nENV T=$API_TOKEN", { secret: "ARG API_TOKEN", where: "config" }],
    ["a label", "ARG API_TOKEN\nLABEL t=$API_TOKEN", { secret: "ARG API_TOKEN", where: "label" }],
    [
      "a file",
      `${mount} cp /run/secrets/tok /etc/tok`,
      { where: "layer", path: "/etc/tok", visibility: "visible" },
    ],
    [
      "a file that a later layer deletes",
      `${mount} cp /run/secrets/tok /etc/tok\nRUN rm /etc/tok`,
      { path: "/etc/tok", visibility: "deleted" },
    ],
    [
      "a folder that a later layer deletes",
      `${mount} mkdir /cache && cp /run/secrets/tok /cache/tok\nRUN rm -r /cache`,
      { path: "/cache/tok", visibility: "deleted" },
    ],
    ["a gzip", `${mount} gzip < /run/secrets/tok > /x.gz`, { path: "/x.gz!", form: "plain" }],
    [
      "a tar in a gzip in a deleted build cache, as base64",
      `${mount} mkdir -p /root/.cache/b && cd /root/.cache/b && base64 -w0 /run/secrets/tok > t && tar czf c.tgz t && rm t\nRUN rm -r /root/.cache`,
      { path: "/root/.cache/b/c.tgz!!t", form: "base64", visibility: "deleted" },
    ],
    ["hex", `${mount} od -An -v -tx1 /run/secrets/tok | tr -d ' \\n' > /hex`, { path: "/hex", form: "hex" }],
    ["the name of a file", `${mount} touch "/n-$(cat /run/secrets/tok)"`, { form: "plain in the name" }],
  ];

  test.each(leaks)("%s is found", async (_name, lines, place) => {
    const record = await verifyFiles({ Dockerfile: `FROM debian:trixie-slim\n${lines}\n` }, { skip });
    expect(claimOf(record, "no-secret-in-image")).toMatchObject({ verdict: "refuted" });
    expect(record.secretPlaces).toContainEqual(expect.objectContaining(place));
  });

  test("a value in a tar in xz that a later layer deletes is found", async () => {
    const python =
      "import io,lzma,tarfile; t=io.BytesIO(); tarfile.open(fileobj=t,mode='w').add('/run/secrets/tok','t')";
    const record = await verifyFiles(
      {
        Dockerfile: `FROM python:3.12-slim\n${mount} python3 -c "${python}; open('/x.txz','wb').write(lzma.compress(t.getvalue()))"\nRUN rm /x.txz\n`,
      },
      { skip },
    );
    expect(claimOf(record, "no-secret-in-image")).toMatchObject({ verdict: "refuted" });
    expect(record.secretPlaces).toContainEqual(
      expect.objectContaining({ path: "/x.txz!!t", form: "plain", visibility: "deleted" }),
    );
  });

  test("a value that is only mounted is not found, also when an earlier run's layer is in the cache", async () => {
    const leaking = { Dockerfile: `FROM debian:trixie-slim\n${mount} cp /run/secrets/tok /etc/tok\n` };
    for (const _ of [1, 2]) {
      const record = await verifyFiles(leaking, { skip });
      expect(claimOf(record, "no-secret-in-image")).toMatchObject({ verdict: "refuted" });
    }
    const clean = { Dockerfile: `FROM debian:trixie-slim\n${mount} test -s /run/secrets/tok\n` };
    const record = await verifyFiles(clean, { skip });
    expect(claimOf(record, "no-secret-in-image")).toMatchObject({ verdict: "proved" });
  });

  test("the real value of a named source is used, searched, and shown nowhere", async () => {
    const value = "real-7Hq2Lw9ZxC4vB1nM";
    // Engines lose what a step prints in its last moment; the value has to be in the log to be found there.
    const record = await verifyFiles(
      {
        Dockerfile: `FROM debian:trixie-slim\n${mount} cat /run/secrets/tok && cp /run/secrets/tok /opt/tok && sleep 1\n`,
      },
      { skip, secrets: [{ id: "tok", env: "MY_TOKEN" }] },
      { ...process.env, MY_TOKEN: value },
    );
    expect(claimOf(record, "no-secret-in-image")).toMatchObject({ verdict: "refuted" });
    expect(claimOf(record, "no-secret-in-log")).toMatchObject({ verdict: "refuted" });
    expect(JSON.stringify(record)).not.toContain(value);
  });

  test("a build that needs its secret fails without it", async () => {
    const record = await verifyFiles(
      { Dockerfile: "FROM debian:trixie-slim\nRUN --mount=type=secret,id=tok,required=true true\n" },
      { skip, include: ["fails-without-secret"] },
    );
    expect(claimOf(record, "fails-without-secret")).toMatchObject({ verdict: "proved" });
  });

  test("without secrets nothing is claimed", async () => {
    const record = await verifyFiles({ Dockerfile: "FROM debian:trixie-slim\nRUN true\n" }, { skip });
    expect(claimOf(record, "no-secret-in-image")).toMatchObject({ verdict: "not-tested" });
  });
});
