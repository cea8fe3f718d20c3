import { expect, it } from "vitest";
import { gzip, noise, zstdFrame } from "../image/make.ts";
import { scan } from "./scan-made.ts";

// Put together here so that scanners of this repository have nothing to report.
const github = ["ghp", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("_");
const npm = "7c1e9a52-0b6d-4f83-9d2a-5e8f14b3c607";

it.each([
  ["stored as it is", (tar: Buffer) => tar],
  ["gzip", gzip],
  ["zstd", zstdFrame],
])("finds secrets that are visible and that a later layer removed: %s", async (_, store) => {
  const result = await scan({
    layers: [
      {
        store,
        createdBy: `RUN echo ${github} > /root/key`,
        entries: [{ path: "root/key", data: `x\n${github}\n` }],
      },
      {
        store,
        createdBy: "COPY . /app",
        entries: [{ path: "app/.npmrc", data: `//r.io/:_authToken=${npm}\n` }],
      },
      { store, createdBy: "RUN rm /root/key", entries: [{ path: "root/.wh.key" }] },
    ],
  });
  expect(result.findings).toContainEqual(
    expect.objectContaining({
      id: "github-token",
      path: "/root/key",
      line: 2,
      inFinalImage: false,
      layer: expect.objectContaining({ index: 0 }),
    }),
  );
  expect(result.findings).toContainEqual(
    expect.objectContaining({ id: "npmrc-auth", path: "/app/.npmrc", inFinalImage: true }),
  );
  const text = JSON.stringify(result);
  expect(text).not.toContain(github.slice(6));
  expect(text).not.toContain(npm.slice(4));
});

it.each([256 * 1024 - 20, 256 * 1024, 248 * 1024 - 10, 600_000])(
  "reports a secret at offset %i of a long file once, with its line",
  async (offset) => {
    const data = `${"ordinary words\n".repeat(60_000).slice(0, offset)}\n${github}\n${"more\n".repeat(90_000)}`;
    const { findings } = await scan({ layers: [{ entries: [{ path: "app/notes.log", data }] }] });
    const line = data.slice(0, data.indexOf(github)).split("\n").length;
    expect(findings.filter(({ id }) => id === "github-token")).toEqual([expect.objectContaining({ line })]);
  },
);

it("masks ENV, labels, build arguments and history", async () => {
  const password = "Tr0ub4dor-and-3";
  const result = await scan({
    layers: [{ entries: [{ path: "a", data: "a" }], createdBy: "COPY a /" }],
    config: { Env: [`DB_PASSWORD=${password}`, "PATH=/bin"], Labels: { note: github }, User: "10001" },
    history: [
      { created_by: "COPY a /" },
      { created_by: `RUN |1 API_TOKEN=${password} /bin/sh -c make`, empty_layer: true },
    ],
  });
  const ids = result.findings.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(["secret-in-env", "github-token", "secret-in-build-argument"]));
  expect(ids).not.toContain("runs-as-root");
  expect(JSON.stringify(result)).not.toContain(password);
  expect(JSON.stringify(result)).not.toContain(github);
});

it("finds a variable that a later ENV emptied, and leaves the manual of npm alone", async () => {
  const value = "Tr0ub4dor-and-3";
  const entries = [
    { path: "usr/local/lib/node_modules/npm/npmrc.md", data: `//r.io/:_authToken=${npm}\n` },
    { path: "usr/local/etc/npmrc", data: `//r.io/:_authToken=${npm}\n` },
  ];
  const { findings } = await scan({
    layers: [{ entries }],
    config: { Env: ["API_TOKEN="], User: "1" },
    history: [{ created_by: "COPY" }, { created_by: `ENV API_TOKEN=${value}`, empty_layer: true }],
  });
  expect(findings.filter(({ kind }) => kind === "secret").map(({ id, path: at }) => [id, at])).toEqual([
    ["npmrc-auth", "/usr/local/etc/npmrc"],
    ["secret-in-env", undefined],
  ]);
});

it("never calls an image clean when no advisory was looked at", async () => {
  const { notScanned, findings } = await scan({
    layers: [{ entries: [{ path: "usr/lib/app.so", data: noise(100_000, 3) }] }],
    config: { User: "1" },
  });
  expect(notScanned[0]).toContain("vulnerabilities");
  expect(notScanned.join()).toContain("1 programs");
  expect(findings.filter(({ kind }) => kind === "secret")).toEqual([]);
});

it("reports rights, tools and an unsupported distribution of the final image only", async () => {
  const { findings } = await scan({
    layers: [
      {
        entries: [
          { path: "etc/os-release", data: 'ID=debian\nVERSION_ID="9"\nPRETTY_NAME="Debian 9"\n' },
          { path: "usr/bin/sudo", data: "x", mode: 0o4755 },
          { path: "usr/bin/gcc", data: "x", mode: 0o755 },
        ],
      },
      { entries: [{ path: "usr/bin/.wh.gcc" }] },
    ],
  });
  const ids = findings.map(({ id }) => id);
  expect(ids).toEqual(
    expect.arrayContaining(["end-of-life-distribution", "setuid-file", "sudo-in-image", "runs-as-root"]),
  );
  expect(ids).not.toContain("compiler-in-image");
});

it("bounds and cleans what a hostile image says", async () => {
  const data = `${github}\n`.repeat(10_000);
  const entries = Array.from({ length: 300 }, (_, index) => ({ path: `a/\u001b[31m\u202e${index}`, data }));
  const { findings, notes } = await scan({ layers: [{ entries }] });
  expect(findings.length).toBeLessThan(2_100);
  expect(notes.length).toBeGreaterThan(0);
  expect(JSON.stringify(findings)).not.toMatch(/\\u001b|\u202e/);
});

it("names directories that everybody may write and no sticky bit protects, once a layer", async () => {
  const folder = (name: string, mode: number) => ({ path: `${name}/`, type: "5", mode });
  const { findings } = await scan({
    layers: [
      {
        createdBy: "RUN chmod -R 777 /srv",
        entries: [
          folder("tmp", 0o1777),
          folder("srv", 0o777),
          folder("srv/closed-later", 0o777),
          folder("srv/removed", 0o777),
          folder("srv/link", 0o777),
          ...Array.from({ length: 30 }, (_, index) => folder(`srv/data-${index}`, 0o773)),
        ],
      },
      {
        createdBy: "RUN install -d -m 0777 /var/cache/app",
        entries: [
          folder("var/cache/app", 0o2777),
          folder("srv/closed-later", 0o755),
          { path: "srv/.wh.removed" },
          { path: "srv/link", type: "2", link: "/tmp", mode: 0o777 },
        ],
      },
    ],
  });
  const found = findings.filter(({ id }) => id === "world-writable-directory");
  expect(found).toEqual([
    expect.objectContaining({
      severity: "low",
      path: "/srv",
      inFinalImage: true,
      layer: expect.objectContaining({ index: 0, instruction: "RUN chmod -R 777 /srv" }),
      title: expect.stringMatching(
        /^anybody may replace the files of 31 directories .*: \/srv, .* and 26 more$/,
      ),
    }),
    expect.objectContaining({ path: "/var/cache/app", layer: expect.objectContaining({ index: 1 }) }),
  ]);
  const text = JSON.stringify(found);
  for (const name of ["/tmp", "closed-later", "removed", "link"]) expect(text).not.toContain(name);
});
