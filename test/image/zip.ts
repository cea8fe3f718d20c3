import { deflateRawSync } from "node:zlib";

/** Options of `makeZip`. */
export interface ZipPlan {
  /** Stores members as they are, as Spring Boot stores nested jars. */
  readonly stored?: boolean;
  /** Writes sizes and places in zip64 fields, as archives of more than 65,535 members do. */
  readonly zip64?: boolean;
  /** Bytes before the archive: a jar that starts itself. Places are not corrected. */
  readonly before?: Buffer;
}

/** A zip archive. Checksums are left at 0. */
export function makeZip(files: Readonly<Record<string, string | Buffer>>, plan: ZipPlan = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of Object.entries(files)) {
    const content = Buffer.from(data);
    const body = plan.stored ? content : deflateRawSync(content);
    const method = plan.stored ? 0 : 8;
    const path = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(body.length, 18);
    local.writeUInt32LE(content.length, 22);
    local.writeUInt16LE(path.length, 26);
    const extra = plan.zip64 ? zip64Field(content.length, body.length, offset) : Buffer.alloc(0);
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE(method, 10);
    header.writeUInt32LE(plan.zip64 ? 0xffffffff : body.length, 20);
    header.writeUInt32LE(plan.zip64 ? 0xffffffff : content.length, 24);
    header.writeUInt16LE(path.length, 28);
    header.writeUInt16LE(extra.length, 30);
    header.writeUInt32LE(plan.zip64 ? 0xffffffff : offset, 42);
    directory.push(header, path, extra);
    parts.push(local, path, body);
    offset += 30 + path.length + body.length;
  }
  const table = Buffer.concat(directory);
  const count = Object.keys(files).length;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(plan.zip64 ? 0xffff : count, 8);
  end.writeUInt16LE(plan.zip64 ? 0xffff : count, 10);
  end.writeUInt32LE(table.length, 12);
  end.writeUInt32LE(plan.zip64 ? 0xffffffff : offset, 16);
  const large = plan.zip64 ? zip64End(count, table.length, offset) : Buffer.alloc(0);
  return Buffer.concat([plan.before ?? Buffer.alloc(0), ...parts, table, large, end]);
}

function zip64Field(size: number, stored: number, offset: number): Buffer {
  const field = Buffer.alloc(28);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(24, 2);
  field.writeBigUInt64LE(BigInt(size), 4);
  field.writeBigUInt64LE(BigInt(stored), 12);
  field.writeBigUInt64LE(BigInt(offset), 20);
  return field;
}

function zip64End(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator]);
}
