import {
  makeZipWaste,
  readZipEntry,
  type ZipBytes,
  type ZipEntry,
  zipBuffer,
  zipEntries,
} from "../../image/blob/zip.ts";
import type { FoundPackage } from "./types.ts";

/** Files that are Java archives, by their name. */
export const javaArchive = /\.(?:jar|war|ear|rar|par|sar|nar|kar|jpi|hpi|lpkg)$/i;

const deepest = 4;
const mostNested = 128 * 1024 * 1024;
const mostUnpacked = 512 * 1024 * 1024;
const mostMetadata = 1024 * 1024;
const mostMembers = 200_000;

/** What is left of the bounds of one outer archive. */
interface Budget {
  bytes: number;
  members: number;
}

/**
 * Artifacts of a Java archive and of the archives in it (Spring Boot's `BOOT-INF/lib`, a war's `WEB-INF/lib`). Maven
 * writes pom.properties with the coordinates; without one the name comes from the manifest or the file, and the group
 * is a guess. `cut` is called when a bound left something out.
 */
export function readJar(path: string, data: Buffer, cut: () => void): FoundPackage[] {
  return readArchive(path, zipBuffer(data), "", { bytes: mostUnpacked, members: mostMembers }, cut, 0);
}

function readArchive(
  path: string,
  bytes: ZipBytes,
  inside: string,
  budget: Budget,
  cut: () => void,
  depth: number,
): FoundPackage[] {
  const poms: FoundPackage[] = [];
  const nested: FoundPackage[] = [];
  let manifest: ReadonlyMap<string, string> = new Map();
  const waste = makeZipWaste(mostNested);
  const unpack = (entry: ZipEntry, max: number): Buffer | undefined => {
    try {
      const content = readZipEntry(bytes, entry, Math.min(max, budget.bytes));
      budget.bytes -= Math.max(content?.length ?? 0, entry.stored);
      if (content === undefined && waste.isTooMuch(entry)) budget.members = 0;
      return content;
    } catch {
      // As much as it may be came out before it was known to be too large.
      if (entry.stored <= max) budget.bytes -= Math.min(max, Math.max(0, budget.bytes));
      cut();
      return undefined;
    }
  };
  for (const entry of zipEntries(bytes) ?? []) {
    if (--budget.members < 0) {
      cut();
      break;
    }
    if (/^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/.test(entry.name)) {
      const pom = readPom(unpack(entry, mostMetadata)?.toString("utf8") ?? "");
      if (pom !== undefined) poms.push({ ...pom, inside });
    } else if (/^META-INF\/MANIFEST\.MF$/i.test(entry.name)) {
      manifest = readManifest(unpack(entry, mostMetadata)?.toString("utf8") ?? "");
    } else if (javaArchive.test(entry.name)) {
      const content = depth < deepest ? unpack(entry, mostNested) : cut();
      if (content === undefined) continue;
      const place = `${inside}!/${entry.name}`;
      for (const one of readArchive(entry.name, zipBuffer(content), place, budget, cut, depth + 1))
        nested.push(one);
    }
  }
  const file = path.slice(path.lastIndexOf("/") + 1).replace(javaArchive, "");
  // A shaded jar has several: its own is the one its file is named after.
  const own = poms.filter(({ name }) => file === name || file.startsWith(`${name}-`));
  return [
    ...poms,
    ...(own.length > 0 || poms.length === 1 ? [] : ownArtifact(file, manifest, inside)),
    ...nested,
  ];
}

function readPom(text: string): FoundPackage | undefined {
  const value = (key: string): string =>
    new RegExp(`^[ \\t]*${key}[ \\t]*[=:][ \\t]*(\\S+)[ \\t]*\\r?$`, "m").exec(text)?.[1] ?? "";
  const name = value("artifactId");
  return name === ""
    ? undefined
    : { kind: "maven", group: value("groupId"), name, version: value("version") };
}

/** Main attributes of a manifest; lines that begin with a space go on from the line before. */
function readManifest(text: string): Map<string, string> {
  const main = text.replace(/\r\n?/g, "\n").split(/\n\n/, 1)[0] ?? "";
  const attributes = new Map<string, string>();
  for (const line of main.replaceAll("\n ", "").split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) attributes.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return attributes;
}

const versionAttributes = [
  "implementation-version",
  "bundle-version",
  "specification-version",
  "plugin-version",
];
const titleAttributes = [
  "implementation-title",
  "bundle-symbolicname",
  "automatic-module-name",
  "main-class",
];

function ownArtifact(file: string, manifest: ReadonlyMap<string, string>, inside: string): FoundPackage[] {
  const [, fileName = file, fileVersion = ""] = /^(.+?)-(\d[\w.+-]*)$/.exec(file) ?? [];
  const version =
    fileVersion ||
    (versionAttributes.map((name) => manifest.get(name) ?? "").find((value) => /^\d[\w.+-]*$/.test(value)) ??
      "");
  // Archives of resources without a manifest and a version are no artifacts.
  if (version === "" && manifest.size === 0) return [];
  const group = groupOf(manifest);
  return [
    { kind: "maven", name: fileName, version, guessed: true, inside, ...(group === "" ? {} : { group }) },
  ];
}

function groupOf(manifest: ReadonlyMap<string, string>): string {
  const vendor = manifest.get("implementation-vendor-id") ?? "";
  if (/^[a-z][\w-]*(?:\.[\w-]+)+$/.test(vendor)) return vendor;
  for (const name of titleAttributes) {
    const value = (manifest.get(name) ?? "").split(";", 1)[0]?.trim() ?? "";
    if (/^[a-z][\w-]*(?:\.[\w-]+)+$/.test(value)) return value;
    const [, group] = /^([a-z]\w*(?:\.\w+){1,8})\.[A-Z]\w*$/.exec(value) ?? [];
    if (group !== undefined) return group;
  }
  return "";
}
