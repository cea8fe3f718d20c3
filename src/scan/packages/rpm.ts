import { getPackages, getPackagesNdb, getPackagesSqlite } from "@snyk/rpm-parser";
import type { FoundPackage } from "./types.ts";

/**
 * Packages of an rpm database: Berkeley DB, ndb or SQLite, told by the file's name. Throws Error when it cannot be read.
 * Import this file when it is needed only: SQLite as WebAssembly comes with it, a megabyte.
 */
export async function readRpm(path: string, database: Buffer): Promise<FoundPackage[]> {
  const read = path.endsWith(".sqlite")
    ? getPackagesSqlite
    : path.endsWith(".db")
      ? getPackagesNdb
      : getPackages;
  const { response, error } = await read(database);
  if (error !== undefined) throw error;
  return response.flatMap((one): FoundPackage[] => {
    if (one?.name === undefined || one.name === "gpg-pubkey") return [];
    const epoch = one.epoch === undefined || one.epoch === 0 ? "" : String(one.epoch);
    const version = `${epoch === "" ? "" : `${epoch}:`}${one.version}-${one.release}`;
    const [, source, sourceVersion, sourceRelease] =
      /^(.+)-([^-]+)-([^-]+)\.(?:no)?src\.rpm$/.exec(one.sourceRPM ?? "") ?? [];
    return [
      {
        kind: "rpm",
        name: one.name,
        version,
        ...(one.arch ? { architecture: one.arch } : {}),
        ...(epoch === "" ? {} : { epoch }),
        ...(source === undefined
          ? {}
          : { sourceName: source, sourceVersion: `${sourceVersion}-${sourceRelease}` }),
      },
    ];
  });
}
