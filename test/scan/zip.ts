import { deflateRawSync } from "node:zlib";

/** A member of a zip as a test describes it. */
export interface ZipMember {
  readonly name: string;
  readonly data: string | Buffer;
  /** Not deflated. */
  readonly stored?: boolean;
}

/** A zip archive (APPNOTE 4.3), without the parts that readers may ignore. */
export function makeZip(members: readonly ZipMember[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, stored = false } of members) {
    const content = Buffer.from(data);
    const body = stored ? content : deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(stored ? 0 : 8, 4);
    fields.writeUInt32LE(body.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    files.push(Buffer.from("504b0304", "hex"), fields, Buffer.from(name), body);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("504b01021400", "hex"), fields, place, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + body.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, entries, Buffer.from("504b0506", "hex"), end]);
}
