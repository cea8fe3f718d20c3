import type { FoundPackage } from "./types.ts";

/** Where rpm keeps its database: Berkeley DB, ndb or SQLite. */
export const rpmDatabase =
  /^(?:var\/lib|usr\/lib\/sysimage|usr\/share)\/rpm\/(?:Packages(?:\.db)?|rpmdb\.sqlite)$/;

/**
 * Packages of an rpm database. Throws Error when it cannot be read. The library loads on the first call: SQLite as
 * WebAssembly is a megabyte.
 */
export async function readRpm(path: string, database: Buffer): Promise<FoundPackage[]> {
  const rpm = await import("@snyk/rpm-parser");
  const read = path.endsWith(".sqlite")
    ? rpm.getPackagesSqlite
    : path.endsWith(".db")
      ? rpm.getPackagesNdb
      : rpm.getPackages;
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
