import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { makeCorpus } from "../../bench/corpus.ts";
import type { ScanFinding, ScanResult } from "../../src/scan/types.ts";
import { type Entry, gzip, makeTar, noise, zstdFrame } from "../image/make.ts";
import { makeFolder } from "../image/open.ts";
import { assigned, tailOf, unmistakable, writings } from "./planted.ts";
import { scan } from "./scan-made.ts";
import { makeZip } from "./zip.ts";

function secretsAt(result: ScanResult, where: string): readonly ScanFinding[] {
  return result.findings.filter(({ kind, path: at }) => kind === "secret" && at === where);
}

const stores = [
  ["stored as it is", (tar: Buffer) => tar],
  ["gzip", gzip],
  ["zstd", zstdFrame],
] as const;
/** Those that are recognized in base64 too: their beginning is like nothing else. */
const recoded =
  /^(?:private-key|age|aws|azure|docker|digitalocean|github|gitlab|vault|npm|pypi|shopify|anthropic|openai|stripe|slack-token|google-api)/;

interface Case {
  readonly ids: readonly string[];
  readonly value: string;
  readonly file: string;
  readonly text: string;
}

const cases: readonly Case[] = [
  ...unmistakable.flatMap(({ ids, value }, index) =>
    writings.flatMap(([name, file, write]) =>
      name === "in base64" && !recoded.test(ids[0] ?? "")
        ? []
        : [{ ids, value, file: `${index}/${name.replaceAll(" ", "-")}/${file}`, text: write(value) }],
    ),
  ),
  ...assigned.map((one, index) => ({ ...one, file: `assigned-${index}/${one.file}` })),
];

describe.each(stores)("planted secrets in layers: %s", (_name, store) => {
  it("are all found, visible and deleted, with their layer, and no value is shown", async () => {
    const entries = (root: string): Entry[] =>
      cases.map(({ file, text }) => ({ path: `${root}/${file}`, data: text }));
    const result = await scan({
      layers: [
        { store, createdBy: "COPY a /srv/kept", entries: entries("srv/kept") },
        { store, createdBy: "COPY b /srv/gone", entries: entries("srv/gone") },
        { store, createdBy: "RUN rm -r /srv/gone", entries: [{ path: "srv/.wh.gone" }] },
      ],
    });
    for (const { ids, file } of cases) {
      for (const [root, layer, visible] of [
        ["kept", 0, true],
        ["gone", 1, false],
      ] as const) {
        const found = secretsAt(result, `/srv/${root}/${file}`);
        expect(
          found.some(({ id }) => ids.includes(id)),
          `${ids} in ${file}: ${found.map(({ id }) => id)}`,
        ).toBe(true);
        for (const one of found) {
          expect(one).toMatchObject({ inFinalImage: visible, layer: { index: layer } });
        }
      }
    }
    const shown = JSON.stringify(result);
    for (const { value } of cases) expect(shown).not.toContain(tailOf(value));
  });
});

const token = unmistakable[1]?.value ?? "";
const env = `A=1\nTOKEN=${token}\n`;

describe("UTF-16", () => {
  const little = (text: string): Buffer => Buffer.from(text, "utf16le");
  const big = (text: string): Buffer => little(text).swap16();
  const long = `${"Größe ✓ наибольший 大\n".repeat(60_000)}TOKEN=${token}\n`;
  it.each([
    ["little-endian with a mark", little(`\ufeff${env}`), 2],
    ["little-endian without", little(env), 2],
    ["big-endian with a mark", big(`\ufeff${env}`), 2],
    ["big-endian without", big(env), 2],
    ["with other scripts, across windows", little(`\ufeff${long}`), 60_001],
    ["cut in the middle of a unit", little(`\ufeff${env}`).subarray(0, -1), 2],
  ])("%s is searched", async (_what, data, line) => {
    const result = await scan({ layers: [{ entries: [{ path: "srv/app.env", data }] }] });
    expect(secretsAt(result, "/srv/app.env")).toEqual([
      expect.objectContaining({
        id: "github-token",
        line,
        title: expect.stringContaining(`(${token.length} `),
      }),
    ]);
    expect(result.searched.files).toBe(1);
    expect(result.notScanned.join("\n")).not.toContain("binary");
  });

  it("in an archive, too", async () => {
    const data = makeZip([{ name: "settings.ini", data: little(`\ufeffpassword = k3s!snz8w2Q9x\r\n`) }]);
    const result = await scan({ layers: [{ entries: [{ path: "srv/a.zip", data }] }] });
    expect(secretsAt(result, "/srv/a.zip!settings.ini")).toHaveLength(1);
  });

  it("is nothing that only begins like it", async () => {
    const data = Buffer.concat([little("A header, "), noise(5000, 3)]);
    const result = await scan({ layers: [{ entries: [{ path: "usr/bin/tool", data }] }] });
    expect(result.notScanned.join("\n")).toMatch(/inside 1 programs/);
  });
});

/** `env` and a tar of it, as xz and bzip2 pack them: Node.js has neither. */
const base64 = (text: string): Buffer => Buffer.from(text, "base64");
const packed = {
  envXz: base64(
    "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQAyQT0xClRPS0VOPWdocF9aeDlLcTJMbTdSdDRXdjhCbjNIYzZKZjFQZDVHczBZYWFiY2QKAABQRUZysEg3yAABSzPzQtuMH7bzfQEAAAAABFla",
  ),
  tarXz: base64(
    "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4Af/AH9dADKdCIYULhIqjnJkwxNPYoLerxLaGMoxg2MsVu+j2KWG0EFAx6nAJ2VyLtMLcaELTK4KrziQwps9cxfxB3OIkpOcD/jaYyRetXHW0Eqg8gG4mEERSdu6Njojb/chDK/SNGqQtitPM1gJ5S5nQENl5E13e0euUkRG60CbvWkCWAAAAHRgtBp/juhJAAGbAYAQAACmDut4scRn+wIAAAAABFla",
  ),
  /** With a SHA-256 check. */
  checked: base64(
    "/Td6WFoAAArh+wyhAgAhARYAAAB0L+WjAQAyQT0xClRPS0VOPWdocF9aeDlLcTJMbTdSdDRXdjhCbjNIYzZKZjFQZDVHczBZYWFiY2QKAAALVHFHStOXwLRW5ZywXlpkq36FzlHWxjAPpckoBhnfzgABYzNZ7IbRGJtLmgEAAAAAClla",
  ),
  envBzip2: base64(
    "QlpoOTFBWSZTWVulBCIAAAfPgAAQf+Iy3dSwvcNtQCAAVGNGjQDJkNGI00DTAwAAANB6gPUbTQncB1CalyJNjUc1o4yxR1rmA6BSAE0jcFexJFiiaBrZCIu5IpwoSC3SghEA",
  ),
  tarBzip2: base64(
    "QlpoOTFBWSZTWS9hnV8AAETfhMoQQAH/4jLd1rD/w39AAAEICCAAdDtpMTTAT00TaAmQPUxNPKbRp6g0VPaptIaeoGmmE0yAwmEBoz63eZgNICAc9sbC0PGQBl3Yr1UxoEmTEAOqiWe1PhV2P3VIipe5cXZ9GWRleHE1pOrsYLTEpJf4k9fZh95CTIuYPn8rXFims+IHMr+hXTaG0SQ1Q2B9goWW3F3JFOFCQL2GdXw=",
  ),
  bzip2Xz: base64(
    "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQBiQlpoOTFBWSZTWVulBCIAAAfPgAAQf+Iy3dSwvcNtQCAAVGNGjQDJkNGI00DTAwAAANB6gPUbTQncB1CalyJNjUc1o4yxR1rmA6BSAE0jcFexJFiiaBrZCIu5IpwoSC3SghEAAAAwkhX7Q9MliwABe2P0JfY4H7bzfQEAAAAABFla",
  ),
  /** 80 MB of zeros. */
  bombBzip2: base64(
    "QlpoOTFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXMUFZJlNZiY9QcwEi9EAA4AAACCAAMMwFKaYSqQjYiVSEeLuSKcKEhKzkrmg=",
  ),
};

describe("archives in a layer", () => {
  const inner = makeTar([{ path: "etc/app.env", data: env }]);
  it.each([
    ["gzip", "srv/app.env.gz", gzipSync(env), "!"],
    ["tar", "srv/a.tar", inner, "!etc/app.env"],
    ["tar in gzip", "srv/a.tgz", gzipSync(inner), "!!etc/app.env"],
    ["tar in zstd", "srv/a.tar.zst", zstdFrame(inner), "!!etc/app.env"],
    ["zip", "srv/a.zip", makeZip([{ name: "etc/app.env", data: env }]), "!etc/app.env"],
    [
      "jar in a jar",
      "srv/app.jar",
      makeZip([
        { name: "BOOT-INF/lib/x.jar", data: makeZip([{ name: "app.properties", data: env }]), stored: true },
      ]),
      "!BOOT-INF/lib/x.jar!app.properties",
    ],
    ["gzip in gzip in gzip", "srv/b.gz", gzipSync(gzipSync(gzipSync(env))), "!!!"],
    ["xz", "srv/app.env.xz", packed.envXz, "!"],
    ["tar in xz", "srv/a.tar.xz", packed.tarXz, "!!etc/app.env"],
    ["xz in a zip", "srv/b.zip", makeZip([{ name: "app.env.xz", data: packed.envXz }]), "!app.env.xz!"],
    ["bzip2", "srv/app.env.bz2", packed.envBzip2, "!"],
    ["tar in bzip2", "srv/a.tbz2", packed.tarBzip2, "!!etc/app.env"],
    ["bzip2 in xz in gzip", "srv/c.gz", gzipSync(packed.bzip2Xz), "!!!"],
  ])("%s is opened", async (_what, file, data, inside) => {
    const result = await scan({ layers: [{ entries: [{ path: file, data }] }] });
    expect(secretsAt(result, `/${file}${inside}`)).toEqual([
      expect.objectContaining({ id: "github-token", line: 2, inFinalImage: true }),
    ]);
    expect(JSON.stringify(result)).not.toContain(tailOf(token));
  });

  it.each([
    ["loose objects", []],
    ["packs", ["gc", "-q", "--aggressive", "--prune=now"]],
  ])("Git's %s are searched: a secret that was committed and taken out again", async (_what, more) => {
    const repository = path.join(await makeFolder(), "repository");
    mkdirSync(repository);
    const git = (...args: readonly string[]): void =>
      void execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: repository });
    git("init", "-q");
    const first = `${"# settings\n".repeat(200)}${env}`;
    writeFileSync(path.join(repository, "app.env"), first);
    git("add", ".");
    git("commit", "-q", "-m", "one");
    writeFileSync(path.join(repository, "app.env"), `${"# settings\n".repeat(200)}A=1\n`);
    git("commit", "-q", "-a", "-m", "two");
    if (more.length > 0) git(...more);
    const entries = readdirSync(path.join(repository, ".git/objects"), {
      recursive: true,
      withFileTypes: true,
    })
      .filter((one) => one.isFile())
      .map((one) => path.join(one.parentPath, one.name))
      .map((file) => ({ path: `srv/${path.relative(repository, file)}`, data: readFileSync(file) }));
    const { findings } = await scan({ layers: [{ entries }] });
    const found = findings.filter(({ id }) => id === "github-token");
    expect(found.map(({ path: file }) => file?.replace(/!.*/, ""))).toEqual([
      expect.stringContaining("/srv/.git/objects/"),
    ]);
  });

  it("bombs and what cannot be opened are counted, not unpacked for ever", async () => {
    const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024));
    const xz = Buffer.concat([Buffer.from("fd377a585a00", "hex"), noise(4000, 5)]);
    const { notScanned } = await scan({
      layers: [
        {
          entries: [
            { path: "srv/bomb.gz", data: bomb },
            { path: "srv/a.xz", data: xz },
            { path: "srv/checked.xz", data: packed.checked },
            { path: "srv/bomb.bz2", data: packed.bombBzip2 },
          ],
        },
      ],
    });
    expect(notScanned.join("\n")).toMatch(/more than 256 MB/);
    expect(notScanned.join("\n")).toMatch(/inside 2 archives: packed as xz, damaged or with a check/);
    expect(notScanned.join("\n")).toMatch(/more than 64 MB of bzip2/);
  });

  it("damaged ones say nothing and stop nothing", async () => {
    const damaged = gzipSync(env.repeat(2000)).fill(7, 40);
    const result = await scan({
      layers: [
        {
          entries: [
            { path: "srv/a.gz", data: damaged },
            { path: "srv/b.env", data: env },
          ],
        },
      ],
    });
    expect(secretsAt(result, "/srv/b.env")).toHaveLength(1);
  });
});

describe("programs", () => {
  const program = Buffer.concat([noise(40_000, 9), Buffer.from(`\0${token}\0`), noise(2_000_000, 10)]);
  it("of one's own are searched for values with an unmistakable form", async () => {
    const entries = [{ path: "srv/server", data: program, mode: 0o755 }];
    const result = await scan({ layers: [{ entries }] });
    expect(secretsAt(result, "/srv/server")).toEqual([expect.objectContaining({ id: "github-token" })]);
  });

  it("of the distribution are not, and that is said", async () => {
    const result = await scan({ layers: [{ entries: [{ path: "usr/bin/tool", data: program }] }] });
    expect(result.notScanned.join("\n")).toMatch(/inside 1 programs/);
  });
});

describe("the configuration", () => {
  const value = "Tr0ub4dor-and-3";
  it("shows secrets of ENV, labels, commands, build arguments, their defaults and history, masked", async () => {
    const result = await scan({
      layers: [{ entries: [{ path: "a", data: "a" }], createdBy: "COPY a /" }],
      config: {
        Env: [`DB_PASSWORD=${value}`, `HARMLESS=${token}`],
        Labels: { "deploy.token": value, note: token },
        Cmd: ["serve", `--key=${token}`],
        User: "1",
      },
      history: [
        { created_by: "COPY a /" },
        { created_by: `RUN |2 API_TOKEN=${value} B=x y /bin/sh -c make`, empty_layer: true },
        { created_by: `ARG OTHER_TOKEN=${value}9`, empty_layer: true },
        { created_by: `RUN /bin/sh -c curl -u bot:${value}7 https://example.org`, empty_layer: true },
        { created_by: `ENV OLD_PASSWORD="${value} 8"`, empty_layer: true },
      ],
    });
    const secrets = result.findings.filter(({ kind }) => kind === "secret");
    expect(secrets.map(({ id, variable }) => `${id} ${variable ?? ""}`).sort()).toEqual([
      "assigned-secret ",
      "command-password ",
      "github-token ",
      "github-token ",
      "secret-in-build-argument API_TOKEN",
      "secret-in-build-argument OTHER_TOKEN",
      "secret-in-env DB_PASSWORD",
      "secret-in-env HARMLESS",
      "secret-in-env OLD_PASSWORD",
    ]);
    const shown = JSON.stringify(result);
    expect(shown).not.toContain(value);
    expect(shown).not.toContain(tailOf(token));
  });
});

it("reports the worst of a file with more secrets than are listed", async () => {
  const lines = Array.from({ length: 60 }, (_, index) => `password_${index}=k3s!snz8w2Q${index}`);
  const data = [...lines, `key=${token}`, "x\n".repeat(2_000_000), ...lines, `key=${token}`].join("\n");
  const { findings, notes } = await scan({ layers: [{ entries: [{ path: "srv/a.env", data }] }] });
  expect(findings.filter(({ id }) => id === "github-token").map(({ line }) => line)).toEqual([61, 2_000_123]);
  expect(notes.join()).toMatch(/more secrets than are listed/);
});

it("finds nothing in text without a secret", async () => {
  const entries = [...makeCorpus(6_000_000, 11, [])].map(({ path: file, data }) => ({ path: file, data }));
  const { findings, searched } = await scan({ layers: [{ entries }] });
  expect(findings.filter(({ kind }) => kind === "secret")).toEqual([]);
  expect(searched.bytes).toBeGreaterThan(4_000_000);
});

it("masks what the instruction of a layer says", async () => {
  const result = await scan({
    layers: [
      {
        createdBy: `RUN /bin/sh -c echo '${env}' > /srv/app.env`,
        entries: [{ path: "srv/app.env", data: env }],
      },
    ],
  });
  expect(secretsAt(result, "/srv/app.env")).toHaveLength(1);
  expect(JSON.stringify(result)).not.toContain(tailOf(token));
});

it("agrees with grep on where a value is", async () => {
  const file = path.join(await makeFolder(), "long.log");
  const text = `${"ordinary words\n".repeat(200_000)}${token}\n${"more\n".repeat(300_000)}${token}\n`;
  await writeFile(file, text);
  const lines = execFileSync("grep", ["-n", token, file], { encoding: "utf8" }).match(/^\d+/gm);
  const result = await scan({ layers: [{ entries: [{ path: "srv/long.log", data: text }] }] });
  expect(secretsAt(result, "/srv/long.log").map(({ line }) => String(line))).toEqual(lines);
});
