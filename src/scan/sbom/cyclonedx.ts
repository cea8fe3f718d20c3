import type { ImagePackage } from "../packages/types.ts";
import { type Component, componentsOf } from "./graph.ts";
import { spdxExpression } from "./licences.ts";
import { documentUuid, type SbomSubject } from "./subject.ts";

type Property = { readonly name: string; readonly value: string };

/** One component of a CycloneDX document, as far as it is written here. */
export interface CycloneDxComponent {
  readonly type: "library" | "application" | "operating-system" | "container";
  readonly "bom-ref": string;
  readonly name: string;
  readonly group?: string;
  readonly version?: string;
  readonly purl?: string;
  readonly hashes?: readonly { readonly alg: "SHA-256"; readonly content: string }[];
  readonly licenses?: readonly (
    | { readonly expression: string }
    | { readonly license: { readonly name: string } }
  )[];
  readonly evidence?: { readonly occurrences: readonly { readonly location: string }[] };
  readonly properties?: readonly Property[];
}

/** A CycloneDX 1.6 document (cyclonedx.org/docs/1.6/json). */
export interface CycloneDxDocument {
  readonly $schema: string;
  readonly bomFormat: "CycloneDX";
  readonly specVersion: "1.6";
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: {
    readonly timestamp: string;
    readonly tools: { readonly components: readonly CycloneDxComponent[] };
    readonly component: CycloneDxComponent;
  };
  readonly components: readonly CycloneDxComponent[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const mostPaths = 50;

/** The packages of the final image as a CycloneDX 1.6 document. */
export function toCycloneDx(packages: readonly ImagePackage[], subject: SbomSubject): CycloneDxDocument {
  const components = componentsOf(packages);
  const root = `image:${subject.digest ?? subject.name}`;
  const system = operatingSystem(subject);
  const needed = new Set(components.flatMap(({ needs }) => needs));
  const uuid = documentUuid([
    "cyclonedx",
    subject.name,
    root,
    subject.created,
    ...components.map(({ ref }) => ref),
  ]);
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuid}`,
    version: 1,
    metadata: {
      timestamp: subject.created,
      tools: {
        components: [
          { type: "application", "bom-ref": "dockwright", name: "dockwright", version: subject.toolVersion },
        ],
      },
      component: {
        type: "container",
        "bom-ref": root,
        name: subject.name,
        ...(subject.digest === undefined ? {} : { version: subject.digest }),
        ...hashesOf(subject.digest),
        ...(subject.platform === undefined
          ? {}
          : { properties: [{ name: "dockwright:platform", value: subject.platform }] }),
      },
    },
    components: [...system, ...components.map(component)],
    dependencies: [
      {
        ref: root,
        dependsOn: [
          ...system.map((one) => one["bom-ref"]),
          ...components.map(({ ref }) => ref).filter((ref) => !needed.has(ref)),
        ],
      },
      ...components.map(({ ref, needs }) => (needs.length === 0 ? { ref } : { ref, dependsOn: needs })),
    ],
  };
}

function hashesOf(digest: string | undefined): Pick<CycloneDxComponent, "hashes"> {
  const [, content] = /^sha256:([0-9a-f]{64})$/.exec(digest ?? "") ?? [];
  return content === undefined ? {} : { hashes: [{ alg: "SHA-256", content }] };
}

function operatingSystem({ distribution }: SbomSubject): CycloneDxComponent[] {
  if (distribution === undefined) return [];
  const { id, version } = distribution;
  return [
    {
      type: "operating-system",
      "bom-ref": `os:${id}@${version}`,
      name: id,
      ...(version === "" ? {} : { version }),
    },
  ];
}

function component({ ref, package: one, paths }: Component): CycloneDxComponent {
  const { group, name } = split(one);
  const { layer, sourceName, sourceVersion, partOf } = one;
  const properties: Property[] = [
    { name: "dockwright:layer:index", value: String(layer.index) },
    ...(layer.digest === undefined ? [] : [{ name: "dockwright:layer:digest", value: layer.digest }]),
    ...(sourceName === undefined ? [] : [{ name: "dockwright:source:name", value: sourceName }]),
    ...(sourceVersion === undefined ? [] : [{ name: "dockwright:source:version", value: sourceVersion }]),
    ...(partOf === undefined ? [] : [{ name: "dockwright:partOf", value: partOf }]),
    ...(paths.length > mostPaths ? [{ name: "dockwright:paths", value: String(paths.length) }] : []),
  ];
  return {
    type: one.kind === "generic" ? "application" : "library",
    "bom-ref": ref,
    name,
    ...(group === "" ? {} : { group }),
    ...(one.version === "" ? {} : { version: one.version }),
    purl: one.purl,
    ...licencesOf(one),
    evidence: { occurrences: paths.slice(0, mostPaths).map((location) => ({ location })) },
    properties,
  };
}

/** A scope or a Maven group is the group of the component. */
function split({ kind, name }: ImagePackage): { readonly group: string; readonly name: string } {
  const at = kind === "maven" ? name.indexOf(":") : kind === "npm" ? name.indexOf("/") : -1;
  return at < 0 ? { group: "", name } : { group: name.slice(0, at), name: name.slice(at + 1) };
}

function licencesOf({ licences = [] }: ImagePackage): Pick<CycloneDxComponent, "licenses"> {
  if (licences.length === 0) return {};
  const expression = spdxExpression(licences);
  return {
    licenses: expression === undefined ? licences.map((name) => ({ license: { name } })) : [{ expression }],
  };
}
