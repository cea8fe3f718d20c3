import fc from "fast-check";
import { expect, it } from "vitest";
import { readApk } from "../../../src/scan/packages/apk.ts";
import { readCargo } from "../../../src/scan/packages/cargo.ts";
import { readDpkg } from "../../../src/scan/packages/dpkg.ts";
import { readJar } from "../../../src/scan/packages/jar.ts";
import { readNpm } from "../../../src/scan/packages/npm.ts";
import { packageUrl } from "../../../src/scan/packages/purl.ts";
import { readPython } from "../../../src/scan/packages/python.ts";
import { makeZip } from "../../image/zip.ts";
import { elfWithSection } from "./programs.ts";

/** Bytes of a valid file of which some were changed: deeper than random bytes reach. */
function damaged(valid: Buffer): fc.Arbitrary<Buffer> {
  const place = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
  return fc.array(place, { minLength: 1, maxLength: 12 }).map((changes) => {
    const copy = Buffer.from(valid);
    for (const [at, byte] of changes) copy[at] = byte;
    return copy;
  });
}

const jar = makeZip({
  "META-INF/MANIFEST.MF": "Implementation-Version: 1.0\n",
  "META-INF/maven/g/a/pom.properties": "artifactId=a\nversion=1\n",
  "lib/b-1.jar": makeZip(
    { "META-INF/maven/g/b/pom.properties": "artifactId=b\nversion=1\n" },
    { zip64: true },
  ),
});

it("damaged archives and programs throw nothing", () => {
  fc.assert(
    fc.property(damaged(jar), (data) => {
      readJar("a.jar", data, () => undefined);
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(damaged(elfWithSection(".dep-v0", Buffer.alloc(100, 7)).subarray(8000)), (data) => {
      expect([...readCargo(Buffer.concat([Buffer.from("\x7fELF\x02\x01\x01", "latin1"), data]))]).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

it("any text gives packages with package URLs, or none", () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom("Package: ", "Version: 1", "P:", "V:1", "Name: ", "Source: a (", "\n\n"),
    fc
      .record({ name: fc.constantFrom("", "/", "a\ud800", "@/b"), version: fc.string() })
      .map((one) => JSON.stringify(one)),
  );
  fc.assert(
    fc.property(
      fc.array(line).map((lines) => lines.join("\n")),
      (text) => {
        const found = [...readDpkg(text), ...readApk(text).packages, ...readPython(text), ...readNpm(text)];
        for (const one of found) expect(packageUrl(one, undefined)).toMatch(/^pkg:/);
      },
    ),
  );
});

it("a nested archive that unpacks to far too much is cut, and what lies beside it is read", () => {
  const bomb = makeZip({
    "lib/bomb.jar": Buffer.alloc(200 * 1024 * 1024),
    "META-INF/maven/g/a/pom.properties": "groupId=g\nartifactId=a\nversion=1\n",
  });
  let cuts = 0;
  const found = readJar("a-1.jar", bomb, () => {
    cuts++;
  });
  expect(cuts).toBe(1);
  expect(found).toEqual([{ kind: "maven", group: "g", name: "a", version: "1", inside: "" }]);
});
