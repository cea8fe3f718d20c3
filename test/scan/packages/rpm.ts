import initSqlJs from "sql.js";

/** A package as rpm's database has it. */
export interface RpmEntry {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly epoch?: number;
  readonly arch?: string;
  readonly source?: string;
}

/** An rpm database in SQLite: a table of headers (rpm.org, "RPM v4 header format"). */
export async function rpmDatabase(entries: readonly RpmEntry[]): Promise<Buffer> {
  const sql = await initSqlJs();
  const database = new sql.Database();
  database.run("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)");
  for (const entry of entries) database.run("INSERT INTO Packages (blob) VALUES (?)", [header(entry)]);
  return Buffer.from(database.export());
}

const textType = 6;
const numberType = 4;

function header({ name, version, release, epoch, arch, source }: RpmEntry): Buffer {
  const fields: readonly (readonly [tag: number, value: string | number | undefined])[] = [
    [1000, name],
    [1001, version],
    [1002, release],
    [1003, epoch],
    [1022, arch],
    [1044, source],
    [1009, 1234],
    // Real headers have many fields after these.
    [1124, "cpio"],
    [1125, "zstd"],
  ];
  const index: Buffer[] = [];
  let store = Buffer.alloc(0);
  for (const [tag, value] of fields) {
    if (value === undefined) continue;
    const isNumber = typeof value === "number";
    if (isNumber) store = Buffer.concat([store, Buffer.alloc((4 - (store.length % 4)) % 4)]);
    const entry = Buffer.alloc(16);
    entry.writeInt32BE(tag, 0);
    entry.writeUInt32BE(isNumber ? numberType : textType, 4);
    entry.writeInt32BE(store.length, 8);
    entry.writeUInt32BE(1, 12);
    index.push(entry);
    const data = isNumber ? Buffer.alloc(4) : Buffer.from(`${value}\0`);
    if (isNumber) data.writeInt32BE(value);
    store = Buffer.concat([store, data]);
  }
  const sizes = Buffer.alloc(8);
  sizes.writeInt32BE(index.length, 0);
  sizes.writeInt32BE(store.length, 4);
  return Buffer.concat([sizes, ...index, store]);
}
