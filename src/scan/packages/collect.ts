import type { ImageModel } from "../../image/model/read.ts";
import { goModuleSink } from "../../image/packages/go.ts";
import type { ContentSink, ImageHandle, LayerEntry } from "../../image/types.ts";
import { type Collector, observeAll } from "../collector.ts";
import { readApk } from "./apk.ts";
import { readCargo } from "./cargo.ts";
import { readComposer } from "./composer.ts";
import { readDistribution } from "./distribution.ts";
import { debianLicences, readDpkg } from "./dpkg.ts";
import { readGem } from "./gem.ts";
import { readGo } from "./go.ts";
import { type Evidence, makeInventory, type Observed } from "./inventory.ts";
import { javaArchive, readJar } from "./jar.ts";
import { readNpm } from "./npm.ts";
import { installationFile, isProgram, programSink, readInstallation } from "./program.ts";
import { readPython } from "./python.ts";
import type { Distribution, FoundPackage, Inventory } from "./types.ts";

const mostTextBytes = 32 * 1024 * 1024;
const mostArchiveBytes = 256 * 1024 * 1024;
const mostProgramBytes = 64 * 1024 * 1024;
const leastProgramBytes = 4096;
const mostPackages = 200_000;
const mostOwned = 200_000;
/** Characters of a name or version, dependencies and licences of one package. */
const mostText = 1_000;
const mostListed = 2_000;

const osRelease = /^(?:etc|usr\/lib)\/os-release$/;
const dpkgStatus = /^var\/lib\/dpkg\/status(?:$|\.d\/(?!.*\.md5sums$)[^/]+$)/;
const dpkgList = /^var\/lib\/dpkg\/info\/([^/:]+)(?::[^/]+)?\.list$/;
const distrolessList = /^var\/lib\/dpkg\/status\.d\/([^/]+)\.md5sums$/;
const copyright = /^usr\/share\/doc\/([^/]+)\/copyright$/;
const apkInstalled = /^(?:usr\/)?lib\/apk\/db\/installed$/;
const rpmDatabase = /^(?:var\/lib|usr\/lib\/sysimage|usr\/share)\/rpm\/(?:Packages(?:\.db)?|rpmdb\.sqlite)$/;
const npmManifest = /(?:^|\/)package\.json$/;
const pythonMetadata = /\.dist-info\/METADATA$|[./]egg-info(?:\/PKG-INFO)?$/i;
const gemspec = /(?:^|\/)specifications\/(?:default\/)?[^/]+\.gemspec$/;
const composerInstalled = /(?:^|\/)vendor\/composer\/installed\.json$/;
/** Names that no linked program has. */
const noProgram =
  /\.(?:py|pyc|js|mjs|cjs|ts|json|html?|css|md|txt|h|c|rb|pl|pm|sh|jar|class|gz|png|svg|map|mo|po)$/;

/**
 * Collects the packages of an image in the one pass over its layers. `finish` waits for databases that are read apart
 * from the pass; it throws nothing for damaged files and says so in the notes.
 */
export function makeInventoryCollector(handle: Pick<ImageHandle, "layers">): Collector<Promise<Inventory>> {
  const observed: Observed[] = [];
  const notes = new Map<string, number>();
  const owned = new Map<string, string>();
  const licences = new Map<string, readonly string[]>();
  const releases: { version: number; path: string; distribution: Distribution }[] = [];
  const pending: Promise<void>[] = [];
  let versions = 0;
  let scratch: Buffer = Buffer.alloc(0);

  const note = (text: string): void => void notes.set(text, (notes.get(text) ?? 0) + 1);
  const own = (path: string, owner: string): void => {
    const file = path.replace(/^\/+/, "");
    if (owned.size < mostOwned && mayProve(file)) owned.set(file, owner);
  };
  /** One file is read at a time: all share the memory, and `read` copies what it keeps. */
  const whole = (size: number, read: (data: Buffer) => void): ContentSink => {
    if (scratch.length < size) scratch = Buffer.allocUnsafe(Math.max(size, 64 * 1024));
    let length = 0;
    return {
      data(chunk) {
        const part = chunk.subarray(0, Math.max(0, scratch.length - length));
        scratch.set(part, length);
        length += part.length;
      },
      end: () => read(scratch.subarray(0, length)),
    };
  };

  const observe = (layer: number, entry: LayerEntry): ContentSink | undefined => {
    const version = versions++;
    const { path, size, mode } = entry;
    if (size === 0) return undefined;
    const add = (packages: Iterable<FoundPackage>): void => {
      for (const found of packages) {
        if (observed.length >= mostPackages) {
          note(`more than ${mostPackages} packages: the others are left out`);
          return;
        }
        if (found.name.length > mostText || found.version.length > mostText) {
          note(`packages whose name or version has more than ${mostText} characters: left out`);
          continue;
        }
        observed.push({ found: bounded(found), path, layer, version });
      }
    };
    const text = (read: (content: string) => void): ContentSink | undefined => {
      if (size <= mostTextBytes) return whole(size, (data) => read(data.toString("utf8")));
      note("package databases larger than 32 MB: not read");
      return undefined;
    };
    if (npmManifest.test(path)) return text((content) => add(readNpm(content)));
    if (pythonMetadata.test(path)) return text((content) => add(readPython(content)));
    if (gemspec.test(path)) return text((content) => add(readGem(content)));
    if (composerInstalled.test(path)) return text((content) => add(readComposer(content)));
    if (javaArchive.test(path)) {
      if (size > mostArchiveBytes) {
        note("Java archives larger than 256 MB: not read");
        return undefined;
      }
      return whole(size, (data) =>
        add(readJar(path, data, () => note("Java archives with more than is read"))),
      );
    }
    if (dpkgStatus.test(path)) return text((content) => add(readDpkg(content)));
    const [, package_] = dpkgList.exec(path) ?? distrolessList.exec(path) ?? [];
    if (package_ !== undefined) {
      return text((content) => {
        for (const line of content.split("\n")) own(line.replace(/^[0-9a-f]{32} +/, ""), package_);
      });
    }
    const [, documented] = copyright.exec(path) ?? [];
    if (documented !== undefined) {
      return text((content) => {
        const names = debianLicences(content);
        if (names.length > 0) licences.set(documented, names);
      });
    }
    if (apkInstalled.test(path)) {
      return text((content) => {
        const database = readApk(content);
        add(database.packages);
        for (const [file, owner] of database.owned) own(file, owner);
      });
    }
    if (rpmDatabase.test(path)) {
      if (size > mostArchiveBytes) {
        note("rpm databases larger than 256 MB: not read");
        return undefined;
      }
      return whole(size, (data) => {
        const database = Buffer.from(data);
        const reading = import("./rpm.ts").then(({ readRpm }) => readRpm(path, database));
        pending.push(reading.then(add, () => note("rpm databases that cannot be read")));
      });
    }
    if (osRelease.test(path)) {
      return text((content) => {
        const distribution = readDistribution(content);
        if (distribution !== undefined) releases.push({ version, path, distribution });
      });
    }
    if (installationFile.test(path) && size < 64 * 1024) {
      return text((content) => add(readInstallation(path, content)));
    }
    const known = programSink(path, (one) => add([one]));
    if (size < leastProgramBytes || noProgram.test(path)) return known;
    const executable = (mode & 0o111) !== 0;
    const sinks = [
      known,
      executable || size > 1024 * 1024 ? goModuleSink((info) => add(readGo(info))) : undefined,
      executable && size <= mostProgramBytes
        ? cargoSink(size, whole, (data) => add(readCargo(data)))
        : undefined,
    ];
    const wanted = sinks.flatMap((sink) => (sink === undefined ? [] : [{ observe: () => sink }]));
    return observeAll(wanted)(layer, entry);
  };

  const finish = async (model: ImageModel): Promise<Inventory> => {
    await Promise.all(pending);
    scratch = Buffer.alloc(0);
    const evidence: Evidence = { observed, owned, licences, releases };
    return makeInventory(
      evidence,
      model,
      handle,
      [...notes].map(([text, count]) => `${text} (${count})`),
    );
  };
  return { observe, finish };
}

/** A manifest of megabytes may name a million dependencies; ten thousand such manifests are a small archive. */
function bounded(found: FoundPackage): FoundPackage {
  const { dependencies, licences } = found;
  if ((dependencies?.length ?? 0) <= mostListed && (licences?.length ?? 0) <= mostListed) return found;
  return {
    ...found,
    ...(dependencies === undefined ? {} : { dependencies: dependencies.slice(0, mostListed) }),
    ...(licences === undefined ? {} : { licences: licences.slice(0, mostListed) }),
  };
}

/** Keeps the file only when it is an ELF program; most executables of an image are, scripts are not. */
function cargoSink(
  size: number,
  whole: (size: number, read: (data: Buffer) => void) => ContentSink,
  read: (data: Buffer) => void,
): ContentSink {
  let sink: ContentSink | undefined;
  let first = true;
  return {
    data(chunk) {
      if (first && chunk[0] === 0x7f && chunk[1] === 0x45) sink = whole(size, read);
      first = false;
      sink?.data(chunk);
    },
    end: () => sink?.end(),
  };
}

/** Files that prove a package of a language or a program. */
function mayProve(path: string): boolean {
  return (
    npmManifest.test(path) ||
    pythonMetadata.test(path) ||
    gemspec.test(path) ||
    javaArchive.test(path) ||
    isProgram(path) ||
    installationFile.test(path) ||
    /(?:^|\/)bin\/[^/]+$/.test(path)
  );
}
