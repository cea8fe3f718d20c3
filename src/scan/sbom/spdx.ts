import { createHash } from "node:crypto";
import type { ImagePackage } from "../packages/types.ts";
import { type Component, componentsOf } from "./graph.ts";
import { spdxExpression } from "./licences.ts";
import { documentUuid, type SbomSubject } from "./subject.ts";

/** A package of an SPDX document, as far as it is written here. */
export interface SpdxPackage {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo?: string;
  readonly downloadLocation: "NOASSERTION";
  readonly filesAnalyzed: false;
  readonly primaryPackagePurpose: "CONTAINER" | "LIBRARY" | "APPLICATION" | "OPERATING-SYSTEM";
  readonly supplier: "NOASSERTION";
  readonly licenseConcluded: "NOASSERTION";
  readonly licenseDeclared: string;
  readonly copyrightText: "NOASSERTION";
  readonly sourceInfo?: string;
  readonly checksums?: readonly { readonly algorithm: "SHA256"; readonly checksumValue: string }[];
  readonly externalRefs?: readonly {
    readonly referenceCategory: "PACKAGE-MANAGER";
    readonly referenceType: "purl";
    readonly referenceLocator: string;
  }[];
}

/** An SPDX 2.3 document (spdx.github.io/spdx-spec/v2.3). */
export interface SpdxDocument {
  readonly spdxVersion: "SPDX-2.3";
  readonly dataLicense: "CC0-1.0";
  readonly SPDXID: "SPDXRef-DOCUMENT";
  readonly name: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] };
  readonly packages: readonly SpdxPackage[];
  readonly hasExtractedLicensingInfos?: readonly {
    readonly licenseId: string;
    readonly extractedText: string;
    readonly name: string;
  }[];
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relationshipType: "DESCRIBES" | "CONTAINS" | "DEPENDS_ON";
    readonly relatedSpdxElement: string;
  }[];
}

const imageId = "SPDXRef-Image";

/** The packages of the final image as an SPDX 2.3 document. */
export function toSpdx(packages: readonly ImagePackage[], subject: SbomSubject): SpdxDocument {
  const components = componentsOf(packages);
  const ids = new Map(components.map(({ ref, package: one }) => [ref, elementId(ref, one)]));
  const extracted = new Map<string, string>();
  const uuid = documentUuid(["spdx", subject.name, subject.digest ?? "", subject.created, ...ids.keys()]);
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: subject.name,
    documentNamespace: `urn:uuid:${uuid}`,
    creationInfo: {
      // Fractions of a second are not allowed.
      created: subject.created.replace(/\.\d+Z$/, "Z"),
      creators: [`Tool: dockwright-${subject.toolVersion}`],
    },
    packages: [
      image(subject),
      ...components.map((one) => spdxPackage(one, ids.get(one.ref) ?? "", extracted)),
    ],
    ...(extracted.size === 0
      ? {}
      : {
          hasExtractedLicensingInfos: [...extracted].map(([licenseId, name]) => ({
            licenseId,
            name,
            extractedText: name,
          })),
        }),
    relationships: [
      {
        spdxElementId: "SPDXRef-DOCUMENT",
        relationshipType: "DESCRIBES",
        relatedSpdxElement: imageId,
      },
      ...[...ids.values()].map((id) => ({
        spdxElementId: imageId,
        relationshipType: "CONTAINS" as const,
        relatedSpdxElement: id,
      })),
      ...components.flatMap(({ ref, needs }) =>
        needs.map((need) => ({
          spdxElementId: ids.get(ref) ?? "",
          relationshipType: "DEPENDS_ON" as const,
          relatedSpdxElement: ids.get(need) ?? "",
        })),
      ),
    ],
  };
}

const unsaid = {
  downloadLocation: "NOASSERTION",
  filesAnalyzed: false,
  supplier: "NOASSERTION",
  licenseConcluded: "NOASSERTION",
  copyrightText: "NOASSERTION",
} as const;

function image({ name, digest }: SbomSubject): SpdxPackage {
  const [, checksumValue] = /^sha256:([0-9a-f]{64})$/.exec(digest ?? "") ?? [];
  return {
    SPDXID: imageId,
    name,
    ...(digest === undefined ? {} : { versionInfo: digest }),
    primaryPackagePurpose: "CONTAINER",
    ...unsaid,
    licenseDeclared: "NOASSERTION",
    ...(checksumValue === undefined ? {} : { checksums: [{ algorithm: "SHA256", checksumValue }] }),
  };
}

function spdxPackage(
  { ref, package: one, paths }: Component,
  id: string,
  extracted: Map<string, string>,
): SpdxPackage {
  return {
    SPDXID: id,
    name: one.name,
    ...(one.version === "" ? {} : { versionInfo: one.version }),
    primaryPackagePurpose: one.kind === "generic" ? "APPLICATION" : "LIBRARY",
    ...unsaid,
    licenseDeclared: declared(one, extracted),
    sourceInfo: `found in layer ${one.layer.index}: ${paths.slice(0, 10).join(", ")}`,
    externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: ref }],
  };
}

/** An identifier of letters, digits, `.` and `-`, unique by a piece of the package URL's hash. */
function elementId(ref: string, { kind, name }: ImagePackage): string {
  const word = name.replace(/[^A-Za-z0-9.]+/g, "-").slice(0, 80);
  return `SPDXRef-Package-${kind}-${word}-${createHash("sha256").update(ref).digest("hex").slice(0, 12)}`;
}

/** Two texts may be alike but for signs that no reference may have: each has its own. */
function referenceOf(licence: string, word: string, extracted: Map<string, string>): string {
  for (let number = 1; ; number++) {
    const id = `LicenseRef-${word}${number === 1 ? "" : `-${number}`}`;
    const known = extracted.get(id);
    if (known !== undefined && known !== licence) continue;
    extracted.set(id, licence);
    return id;
  }
}

/** What is no SPDX expression becomes a reference, with the words of the package as its text. */
function declared({ licences = [] }: ImagePackage, extracted: Map<string, string>): string {
  if (licences.length === 0) return "NOASSERTION";
  const parts = licences.map((licence) => {
    const expression = licence.includes("DocumentRef-") ? undefined : spdxExpression([licence]);
    // References have to be explained in the document, and packages bring no text.
    for (const [own] of expression?.matchAll(/LicenseRef-[A-Za-z0-9.-]+/g) ?? []) extracted.set(own, own);
    if (expression !== undefined) return expression.includes(" ") ? `(${expression})` : expression;
    const word =
      licence
        .replaceAll("+", "-plus")
        .replace(/[^A-Za-z0-9.]+/g, "-")
        .replace(/^-+|-+$/g, "") || "unnamed";
    return referenceOf(licence, word, extracted);
  });
  return parts.join(" AND ");
}
