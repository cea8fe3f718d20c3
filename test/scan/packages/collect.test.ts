import { writeFile } from "node:fs/promises";
import path from "node:path";
import { deflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { readModel } from "../../../src/image/model/read.ts";
import { makeInventoryCollector } from "../../../src/scan/packages/collect.ts";
import type { ImagePackage, Inventory } from "../../../src/scan/packages/types.ts";
import { dockerArchive, type Entry, gzip, noise } from "../../image/make.ts";
import { makeFolder, open } from "../../image/open.ts";
import { makeZip } from "../../image/zip.ts";
import { elfWithSection, goProgram } from "./programs.ts";
import { rpmDatabase } from "./rpm.ts";

const folder = await makeFolder();
let number = 0;

async function inventory(...layers: readonly (readonly Entry[])[]): Promise<Inventory> {
  const name = `image-${number++}.tar`;
  const plan = {
    layers: layers.map((entries, index) => ({ entries, createdBy: `RUN step ${index}`, store: gzip })),
  };
  await writeFile(path.join(folder, name), dockerArchive(plan));
  const handle = await open(folder, `./${name}`);
  try {
    const collector = makeInventoryCollector(handle);
    const model = await readModel(handle, { contents: false, observe: collector.observe });
    return await collector.finish(model);
  } finally {
    await handle.dispose();
  }
}

function brief({ packages }: Inventory): string[] {
  return packages.map((one) => `${one.purl} ${one.path}`);
}

const osRelease = (id: string, version: string): Entry => ({
  path: "usr/lib/os-release",
  data: `ID=${id}\nVERSION_ID="${version}"\n`,
});

const dpkg = (version: string): string =>
  [
    `Package: libssl3t64\nStatus: install ok installed\nArchitecture: amd64\nSource: openssl (3.5.1-1)\nVersion: ${version}\nDepends: libc6 (>= 2.36), debconf (>= 0.5) | cdebconf\nDescription: x\n more\n .\n text`,
    "Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n",
    "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.41-12\n",
  ].join("\n\n");

it("dpkg: what is installed, with source, licences and the layer that brought it", async () => {
  const found = await inventory(
    [
      osRelease("debian", "13"),
      { path: "var/lib/dpkg/status", data: dpkg("3.5.1-1") },
      {
        path: "usr/share/doc/libc6/copyright",
        data: "Format: https://x\n\nFiles: *\nLicense: LGPL-2.1+\n text\nLicense: Expat\n",
      },
    ],
    [{ path: "var/lib/dpkg/status", data: dpkg("3.5.4-1") }],
  );
  expect(found.distribution).toEqual({ id: "debian", version: "13" });
  const one = (version: string): ImagePackage | undefined =>
    found.packages.find((each) => each.name === "libssl3t64" && each.version === version);
  expect(found.packages.map((each) => each.name)).not.toContain("gone");
  expect(one("3.5.1-1")).toMatchObject({ inFinalImage: false, layer: { index: 0 } });
  expect(one("3.5.4-1")).toMatchObject({
    inFinalImage: true,
    ecosystem: "Debian:13",
    layer: { index: 1, instruction: "RUN step 1" },
    purl: "pkg:deb/debian/libssl3t64@3.5.4-1?arch=amd64&distro=debian-13&upstream=openssl%403.5.1-1",
    sourceName: "openssl",
    sourceVersion: "3.5.1-1",
    dependencies: ["libc6", "debconf", "cdebconf"],
    path: "/var/lib/dpkg/status",
  });
  expect(found.packages.filter((each) => each.name === "libc6")).toEqual([
    expect.objectContaining({ inFinalImage: true, layer: expect.objectContaining({ index: 0 }) }),
  ]);
  expect(found.packages.find((each) => each.name === "libc6")?.licences).toEqual([
    "LGPL-2.1-or-later",
    "MIT",
  ]);
});

it("distroless: a status file for each package, and files that belong to it", async () => {
  const found = await inventory([
    osRelease("debian", "13"),
    {
      path: "var/lib/dpkg/status.d/libssl3",
      data: "Package: libssl3\nVersion: 3.5.1-1\nArchitecture: arm64\n",
    },
    {
      path: "var/lib/dpkg/status.d/libssl3.md5sums",
      data: "0123456789abcdef0123456789abcdef  usr/lib/x.so\n",
    },
    { path: "var/lib/dpkg/status.d/node-a", data: "Package: node-a\nVersion: 1-2\nArchitecture: all\n" },
    {
      path: "var/lib/dpkg/status.d/node-a.md5sums",
      data: "0123456789abcdef0123456789abcdef  usr/share/nodejs/a/package.json\n",
    },
    { path: "usr/share/nodejs/a/package.json", data: '{"name":"a","version":"1.0.0"}' },
  ]);
  expect(brief(found)).toEqual([
    "pkg:deb/debian/libssl3@3.5.1-1?arch=arm64&distro=debian-13 /var/lib/dpkg/status.d/libssl3",
    "pkg:deb/debian/node-a@1-2?arch=all&distro=debian-13 /var/lib/dpkg/status.d/node-a",
    "pkg:npm/a@1.0.0 /usr/share/nodejs/a/package.json",
  ]);
  expect(found.packages[2]?.partOf).toBe("node-a");
});

it("apk: origin, licence, and dependencies by what packages provide", async () => {
  const installed =
    "C:Q1\nP:musl\nV:1.2.5-r9\nA:x86_64\nL:MIT\no:musl\np:so:libc.musl-x86_64.so.1=1\nF:lib\nR:ld-musl.so.1\n\n" +
    "C:Q2\nP:libssl3\nV:3.5.4-r0\nA:x86_64\nL:Apache-2.0\no:openssl\nD:so:libc.musl-x86_64.so.1 !old\nF:usr/lib\nR:libssl.so.3\n\n";
  const found = await inventory([
    osRelease("alpine", "3.24.1"),
    { path: "lib/apk/db/installed", data: installed },
  ]);
  expect(found.packages).toEqual([
    expect.objectContaining({
      name: "libssl3",
      ecosystem: "Alpine:v3.24",
      purl: "pkg:apk/alpine/libssl3@3.5.4-r0?arch=x86_64&distro=alpine-3.24.1&upstream=openssl",
      sourceName: "openssl",
      licences: ["Apache-2.0"],
      dependencies: ["musl"],
    }),
    expect.objectContaining({ name: "musl", version: "1.2.5-r9" }),
  ]);
});

it("rpm: an SQLite database, with epoch and source package", async () => {
  const database = await rpmDatabase([
    {
      name: "openssl-libs",
      version: "3.2.2",
      release: "6.el9",
      epoch: 1,
      arch: "x86_64",
      source: "openssl-3.2.2-6.el9.src.rpm",
    },
    { name: "gpg-pubkey", version: "1", release: "2" },
  ]);
  const found = await inventory(
    [osRelease("rocky", "9.6"), { path: "var/lib/rpm/rpmdb.sqlite", data: database }],
    [{ path: "usr/lib/sysimage/rpm/Packages.db", data: "no database" }],
  );
  expect(found.packages).toEqual([
    expect.objectContaining({
      name: "openssl-libs",
      version: "1:3.2.2-6.el9",
      ecosystem: "Rocky Linux:9",
      purl: "pkg:rpm/rocky/openssl-libs@3.2.2-6.el9?arch=x86_64&distro=rocky-9.6&epoch=1&upstream=openssl%403.2.2-6.el9",
    }),
  ]);
});

it("npm: scopes, old licence forms; folders without a name are no packages", async () => {
  const found = await inventory([
    {
      path: "app/node_modules/@scope/a/package.json",
      data: '{"name":"@scope/a","version":"v1.2.0","licenses":[{"type":"MIT"}],"dependencies":{"b":"^1"}}',
    },
    { path: "app/node_modules/@scope/a/dist/esm/package.json", data: '{"type":"module"}' },
    { path: "app/node_modules/broken/package.json", data: '{"name": ' },
  ]);
  expect(found.packages).toEqual([
    expect.objectContaining({
      purl: "pkg:npm/%40scope/a@1.2.0",
      name: "@scope/a",
      licences: ["MIT"],
      dependencies: ["b"],
      path: "/app/node_modules/@scope/a/package.json",
    }),
  ]);
});

it("Python: wheels and eggs", async () => {
  const site = "usr/local/lib/python3.14/site-packages";
  const found = await inventory([
    {
      path: `${site}/Foo_Bar-1.0.dist-info/METADATA`,
      data: "Metadata-Version: 2.4\nName: Foo.Bar\nVersion: 1.0\nLicense-Expression: MIT\nRequires-Dist: idna>=2\nRequires-Dist: x; extra == 'test'\n\nName: not a header\n",
    },
    { path: `${site}/old-0.1-py3.14.egg-info`, data: "Name: old\nVersion: 0.1\nLicense: UNKNOWN\n" },
  ]);
  expect(brief(found)).toEqual([
    `pkg:pypi/foo.bar@1.0 /${site}/Foo_Bar-1.0.dist-info/METADATA`,
    `pkg:pypi/old@0.1 /${site}/old-0.1-py3.14.egg-info`,
  ]);
  expect(found.packages[0]).toMatchObject({ name: "Foo.Bar", licences: ["MIT"], dependencies: ["idna"] });
});

it("Ruby and PHP: installed gems, Composer's list", async () => {
  const gem = "usr/local/bundle/specifications/rack-3.2.1.gemspec";
  const php = "app/vendor/composer/installed.json";
  const found = await inventory([
    {
      path: gem,
      data: '# -*- encoding: utf-8 -*-\n# stub: rack 3.2.1 ruby lib\n\nGem::Specification.new do |s|\n  s.name = "rack".freeze\n  s.version = "3.2.1".freeze\n  s.licenses = ["MIT".freeze]\n  s.add_runtime_dependency(%q<logger>.freeze, [">= 0"])\nend\n',
    },
    {
      path: php,
      data: '{"packages":[{"name":"monolog/monolog","version":"v3.9.0","license":["MIT"],"require":{"php":">=8.1","psr/log":"^3"}}]}',
    },
  ]);
  expect(brief(found)).toEqual([`pkg:composer/monolog/monolog@3.9.0 /${php}`, `pkg:gem/rack@3.2.1 /${gem}`]);
  expect(found.packages).toMatchObject([
    { ecosystem: "Packagist", dependencies: ["psr/log"] },
    { ecosystem: "RubyGems", licences: ["MIT"], dependencies: ["logger"] },
  ]);
});

it("Go: modules, a replaced one, and the standard library", async () => {
  const info =
    "path\texample.org/app\nmod\texample.org/app\t(devel)\t\ndep\tgolang.org/x/net\tv0.30.0\th1:x\ndep\told.org/a\tv1.0.0\n=>\tnew.org/a\tv1.1.0\th1:y\n";
  const found = await inventory([{ path: "app", mode: 0o755, data: goProgram("go1.27.1", info) }]);
  expect(found.packages.map((one) => `${one.name} ${one.version}`)).toEqual([
    "example.org/app ",
    "golang.org/x/net v0.30.0",
    "new.org/a v1.1.0",
    "stdlib 1.27.1",
  ]);
});

it("Rust: crates of cargo-auditable, without those of the build", async () => {
  const audit = {
    packages: [
      { name: "app", version: "0.1.0", root: true, dependencies: [1] },
      { name: "tokio", version: "1.48.0" },
      { name: "cc", version: "1.0.0", kind: "build" },
    ],
  };
  const program = elfWithSection(".dep-v0", deflateSync(JSON.stringify(audit)));
  const found = await inventory([{ path: "usr/bin/app", mode: 0o755, data: program }]);
  expect(brief(found)).toEqual(["pkg:cargo/app@0.1.0 /usr/bin/app", "pkg:cargo/tokio@1.48.0 /usr/bin/app"]);
  expect(found.packages[0]?.dependencies).toEqual(["tokio"]);
});

it("Java: Maven's coordinates, archives in archives, and names without them", async () => {
  const pom = (group: string, name: string, version: string): Record<string, string> => ({
    [`META-INF/maven/${group}/${name}/pom.properties`]: `#x\nversion=${version}\r\ngroupId=${group}\nartifactId=${name}\n`,
  });
  const core = makeZip({ ...pom("org.springframework", "spring-core", "6.2.0"), "A.class": noise(2000, 1) });
  const plain = makeZip({
    "META-INF/MANIFEST.MF":
      "Manifest-Version: 1.0\r\nBundle-SymbolicName: com.example.plain;sing\r\n leton:=true\r\n",
  });
  const boot = makeZip(
    {
      ...pom("com.example", "shop", "1.0.0"),
      ...pom("org.shaded", "helper", "3.1"),
      "BOOT-INF/lib/spring-core-6.2.0.jar": core,
      "BOOT-INF/lib/plain-2.3.jar": plain,
    },
    { stored: true },
  );
  const found = await inventory([{ path: "app/shop-1.0.0.jar", data: boot }]);
  expect(brief(found)).toEqual([
    "pkg:maven/com.example.plain/plain@2.3 /app/shop-1.0.0.jar!/BOOT-INF/lib/plain-2.3.jar",
    "pkg:maven/com.example/shop@1.0.0 /app/shop-1.0.0.jar",
    "pkg:maven/org.shaded/helper@3.1 /app/shop-1.0.0.jar",
    "pkg:maven/org.springframework/spring-core@6.2.0 /app/shop-1.0.0.jar!/BOOT-INF/lib/spring-core-6.2.0.jar",
  ]);
  expect(found.packages.map((one) => one.guessed === true)).toEqual([true, false, false, false]);
});

it("programs without a package manager say their version themselves, unless the distribution brought them", async () => {
  const found = await inventory([
    {
      path: "usr/local/bin/node",
      mode: 0o755,
      // The version lies on the border of two chunks of the reader.
      data: Buffer.concat([noise(65_536 - 520, 1), Buffer.from("\0node.js/v24.21.0\0"), noise(200_000, 2)]),
    },
    { path: "usr/local/bin/python3.14", mode: 0o755, data: Buffer.from(`${"x".repeat(9000)}\x003.14.3\0`) },
    {
      path: "opt/java/openjdk/release",
      data: 'IMPLEMENTOR="Eclipse Adoptium"\nJAVA_RUNTIME_VERSION="21.0.13+9-LTS"\n',
    },
    { path: "usr/local/go/VERSION", data: "go1.27.1\ntime 2026-11-01T00:00:00Z\n" },
    { path: "usr/sbin/nginx", mode: 0o755, data: "nginx version: nginx/1.26.3\0" },
    { path: "var/lib/dpkg/info/nginx.list", data: "/.\n/usr/sbin/nginx\n" },
  ]);
  expect(brief(found)).toEqual([
    "pkg:generic/node@24.21.0 /usr/local/bin/node",
    "pkg:generic/openjdk@21.0.13+9-LTS /opt/java/openjdk/release",
    "pkg:generic/python@3.14.3 /usr/local/bin/python3.14",
    "pkg:golang/stdlib@1.27.1 /usr/local/go/VERSION",
    "pkg:golang/toolchain@1.27.1 /usr/local/go/VERSION",
  ]);
});

it("the same package of two layers belongs to the lower, and a removed one is not in the final image", async () => {
  const manifest = (path: string): Entry => ({ path, data: '{"name":"a","version":"1.0.0"}' });
  const found = await inventory(
    [manifest("app/node_modules/a/package.json"), manifest("tmp/node_modules/a/package.json")],
    [{ ...manifest("app/node_modules/a/package.json"), uid: 1000 }, { path: "tmp/.wh.node_modules" }],
  );
  expect(found.packages).toEqual([
    expect.objectContaining({
      path: "/app/node_modules/a/package.json",
      inFinalImage: true,
      layer: expect.objectContaining({ index: 0 }),
    }),
    expect.objectContaining({ path: "/tmp/node_modules/a/package.json", inFinalImage: false }),
  ]);
});

it("hostile names are cleaned, damaged files are no packages, and databases that are not read are named", async () => {
  const found = await inventory([
    {
      path: "a/node_modules/x/package.json",
      data: JSON.stringify({ name: "x\u001b[31m\u202e", version: "1.0.0\n" }),
    },
    { path: "b.jar", data: "PK\u0005\u0006 not a zip" },
    { path: "c/app", mode: 0o755, data: Buffer.concat([Buffer.from("\x7fELF"), noise(9000, 3)]) },
    { path: "usr/lib/sysimage/rpm/Packages.db", data: "no database" },
    { path: "var/lib/pacman/local/a/desc", data: "%NAME%\na\n" },
  ]);
  expect(found.packages.map(({ name, version }) => [name, version])).toEqual([["x", "1.0.0"]]);
  expect(found.notes).toContain("packages of pacman (/var/lib/pacman/local): not read");
});
