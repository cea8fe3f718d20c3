import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { expect, it } from "vitest";
import type { ImagePackage } from "../../../src/scan/packages/types.ts";
import { toCycloneDx } from "../../../src/scan/sbom/cyclonedx.ts";
import { toSpdx } from "../../../src/scan/sbom/spdx.ts";
import type { SbomSubject } from "../../../src/scan/sbom/subject.ts";

const subject: SbomSubject = {
  name: "shop:1.2",
  digest: `sha256:${"ab".repeat(32)}`,
  platform: "linux/amd64",
  distribution: { id: "debian", version: "13" },
  created: "2026-11-21T10:00:00.123Z",
  toolVersion: "0.1.0",
};

function installed(
  parts: Partial<ImagePackage> & Pick<ImagePackage, "kind" | "name" | "version" | "purl" | "path">,
): ImagePackage {
  return {
    ecosystem: "",
    layer: { index: 2, instruction: "COPY", digest: `sha256:${"cd".repeat(32)}` },
    inFinalImage: true,
    ...parts,
  };
}

const npm = (name: string, version: string, folder: string, more: Partial<ImagePackage> = {}): ImagePackage =>
  installed({
    kind: "npm",
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    path: `${folder}/node_modules/${name}/package.json`,
    ...more,
  });

const packages = [
  npm("a", "1.0.0", "/app", { dependencies: ["b", "@s/c", "absent"], licences: ["MIT"] }),
  npm("b", "2.0.0", "/app"),
  npm("b", "1.0.0", "/app/node_modules/a", { licences: ["BSD-3-Clause", "Apache-2.0 OR MIT"] }),
  npm("@s/c", "3.0.0", "/app", { licences: ["see LICENSE.txt", "MIT"], dependencies: ["b"] }),
  npm("b", "2.0.0", "/other"),
  npm("gone", "1.0.0", "/old", { inFinalImage: false }),
  installed({
    kind: "deb",
    name: "libssl3t64",
    version: "3.5.1-1",
    purl: "pkg:deb/debian/libssl3t64@3.5.1-1?arch=amd64",
    path: "/var/lib/dpkg/status",
    sourceName: "openssl",
    licences: ["GPL-2+ with exception"],
  }),
  installed({
    kind: "maven",
    name: "org.x:core",
    version: "1",
    purl: "pkg:maven/org.x/core@1",
    path: "/a.jar!/b.jar",
  }),
  installed({
    kind: "golang",
    name: "example.org/app",
    version: "",
    purl: "pkg:golang/example.org/app",
    path: "/app/run",
  }),
  installed({
    kind: "generic",
    name: "node",
    version: "24.1.0",
    purl: "pkg:generic/node@24.1.0",
    path: "/bin/node",
  }),
];

function cycloneDxErrors(document: unknown): unknown {
  const require = createRequire(import.meta.url);
  const library = path.dirname(require.resolve("@cyclonedx/cyclonedx-library/package.json"));
  const schema = (name: string): Record<string, unknown> =>
    JSON.parse(readFileSync(path.join(library, "res/schema", `${name}.SNAPSHOT.schema.json`), "utf8"));
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat("iri-reference", true);
  ajv.addFormat("idn-email", true);
  for (const name of ["spdx", "jsf-0.82", "cryptography-defs"]) {
    // The library renamed the files, and the references to them with it.
    const { $id: _, ...rest } = schema(name);
    ajv.addSchema(rest, `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  const validate = ajv.compile(schema("bom-1.6"));
  validate(document);
  return validate.errors ?? [];
}

it("CycloneDX: valid by the official schema of 1.6", () => {
  const document = toCycloneDx(packages, subject);
  expect(cycloneDxErrors(JSON.parse(JSON.stringify(document)))).toEqual([]);
  // The validator sees what is wrong.
  expect(cycloneDxErrors({ ...document, components: [{ type: "library" }] })).not.toEqual([]);
});

it("CycloneDX: a component for each package URL, with its places, licences and layer", () => {
  const { components, metadata } = toCycloneDx(packages, subject);
  expect(metadata.component).toMatchObject({
    type: "container",
    name: "shop:1.2",
    hashes: [{ content: "ab".repeat(32) }],
  });
  expect(components.map(({ type, group, name, version }) => [type, group, name, version])).toEqual([
    ["operating-system", undefined, "debian", "13"],
    ["library", undefined, "libssl3t64", "3.5.1-1"],
    ["application", undefined, "node", "24.1.0"],
    ["library", undefined, "example.org/app", undefined],
    ["library", "org.x", "core", "1"],
    ["library", "@s", "c", "3.0.0"],
    ["library", undefined, "a", "1.0.0"],
    ["library", undefined, "b", "1.0.0"],
    ["library", undefined, "b", "2.0.0"],
  ]);
  const by = (ref: string): unknown => components.find((one) => one["bom-ref"] === ref);
  expect(by("pkg:npm/b@2.0.0")).toMatchObject({
    evidence: {
      occurrences: [
        { location: "/app/node_modules/b/package.json" },
        { location: "/other/node_modules/b/package.json" },
      ],
    },
    properties: expect.arrayContaining([{ name: "dockwright:layer:index", value: "2" }]),
  });
  expect(by("pkg:npm/b@1.0.0")).toMatchObject({
    licenses: [{ expression: "BSD-3-Clause AND (Apache-2.0 OR MIT)" }],
  });
  expect(by("pkg:npm/%40s/c@3.0.0")).toMatchObject({
    licenses: [{ license: { name: "see LICENSE.txt" } }, { license: { name: "MIT" } }],
  });
});

it("dependencies are those Node.js would load: the nearest", () => {
  const { dependencies } = toCycloneDx(packages, subject);
  const needs = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  expect(needs.get("pkg:npm/a@1.0.0")).toEqual(["pkg:npm/%40s/c@3.0.0", "pkg:npm/b@1.0.0"]);
  expect(needs.get("pkg:npm/%40s/c@3.0.0")).toEqual(["pkg:npm/b@2.0.0"]);
  const [root] = dependencies;
  expect(root?.dependsOn).toContain("pkg:npm/a@1.0.0");
  expect(root?.dependsOn).not.toContain("pkg:npm/b@1.0.0");
});

it("SPDX: what 2.3 demands of identifiers, licences and relationships", () => {
  const document = toSpdx(packages, subject);
  const ids = document.packages.map((one) => one.SPDXID);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^SPDXRef-[A-Za-z0-9.-]+$/.test(id))).toEqual([]);
  expect(document.creationInfo.created).toBe("2026-11-21T10:00:00Z");
  const known = new Set(["SPDXRef-DOCUMENT", ...ids]);
  const loose = document.relationships.filter(
    (one) => !known.has(one.spdxElementId) || !known.has(one.relatedSpdxElement),
  );
  expect(loose).toEqual([]);
  expect(document.relationships.filter((one) => one.relationshipType === "DESCRIBES")).toHaveLength(1);
  expect(document.relationships.filter((one) => one.relationshipType === "CONTAINS")).toHaveLength(8);
  const licence = (name: string): string | undefined =>
    document.packages.find((one) => one.name === name)?.licenseDeclared;
  expect(licence("@s/c")).toBe("LicenseRef-see-LICENSE.txt AND MIT");
  expect(licence("libssl3t64")).toBe("LicenseRef-GPL-2-plus-with-exception");
  expect(licence("node")).toBe("NOASSERTION");
  expect(document.hasExtractedLicensingInfos?.map((one) => one.licenseId)).toEqual([
    "LicenseRef-GPL-2-plus-with-exception",
    "LicenseRef-see-LICENSE.txt",
  ]);
});

it("the same packages give the same document, in any order", () => {
  expect(toCycloneDx([...packages].reverse(), subject).components.map((one) => one.purl)).toEqual(
    toCycloneDx(packages, subject).components.map((one) => one.purl),
  );
  expect(toSpdx(packages, subject)).toEqual(toSpdx(packages, subject));
});

it("SPDX explains the references to licences that packages use", () => {
  const licences = ["MIT OR LicenseRef-Ours", "DocumentRef-other:LicenseRef-x"];
  const one = installed({
    kind: "npm",
    name: "a",
    version: "1",
    purl: "pkg:npm/a@1",
    path: "/a/package.json",
    licences,
  });
  const document = toSpdx([one], subject);
  const explained = new Set((document.hasExtractedLicensingInfos ?? []).map(({ licenseId }) => licenseId));
  const used = document.packages.flatMap(
    ({ licenseDeclared }) => licenseDeclared.match(/[\w-]*Ref-[\w.:-]+/g) ?? [],
  );
  expect(used.length).toBe(2);
  expect(used.filter((reference) => !explained.has(reference))).toEqual([]);
});

it("SPDX keeps licences apart whose words are alike", () => {
  const one = (name: string, licence: string): ImagePackage =>
    installed({
      kind: "npm",
      name,
      version: "1",
      purl: `pkg:npm/${name}@1`,
      path: `/${name}`,
      licences: [licence],
    });
  const document = toSpdx([one("a", "My/Licence"), one("b", "My Licence"), one("c", "My/Licence")], subject);
  expect(document.packages.slice(1).map(({ licenseDeclared }) => licenseDeclared)).toEqual([
    "LicenseRef-My-Licence",
    "LicenseRef-My-Licence-2",
    "LicenseRef-My-Licence",
  ]);
  expect(document.hasExtractedLicensingInfos?.map(({ extractedText }) => extractedText)).toEqual([
    "My/Licence",
    "My Licence",
  ]);
});

it("needs of one name are drawn to a bounded number of versions", () => {
  const many = Array.from({ length: 3000 }, (_, index) =>
    installed({
      kind: "gem",
      name: "a",
      version: String(index),
      purl: `pkg:gem/a@${index}`,
      path: `/${index}`,
      dependencies: ["a"],
    }),
  );
  const { dependencies } = toCycloneDx(many, subject);
  expect(Math.max(...dependencies.slice(1).map(({ dependsOn }) => dependsOn?.length ?? 0))).toBe(50);
});
