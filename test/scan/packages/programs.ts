/** A Go program as far as its build information goes (Go 1.18 and later), with the mark as a text before it. */
export function goProgram(goVersion: string, modules: string): Buffer {
  const mark = Buffer.from("\xff Go buildinf:", "latin1");
  const head = Buffer.alloc(32);
  mark.copy(head);
  head[14] = 8;
  head[15] = 2;
  const frame = Buffer.alloc(16, 0x30);
  const text = Buffer.concat([frame, Buffer.from(modules), frame]);
  const before = Buffer.alloc(70_000);
  before.write("\x7fELF", "latin1");
  mark.copy(before, 1000);
  const aligned = Buffer.alloc(16 - (before.length % 16));
  return Buffer.concat([
    before,
    aligned,
    head,
    counted(Buffer.from(goVersion)),
    counted(text),
    Buffer.alloc(500_000),
  ]);
}

function counted(data: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = data.length; ; rest >>>= 7) {
    if (rest < 0x80) {
      length.push(rest);
      break;
    }
    length.push((rest & 0x7f) | 0x80);
  }
  return Buffer.concat([Buffer.from(length), data]);
}

/** A 64-bit ELF file with one section beside the table of names. */
export function elfWithSection(name: string, content: Buffer): Buffer {
  const names = Buffer.from(`\0${name}\0.shstrtab\0`);
  const contentAt = 8192;
  const namesAt = contentAt + content.length;
  const headersAt = namesAt + names.length;
  const data = Buffer.alloc(headersAt + 3 * 64);
  data.write("\x7fELF\x02\x01\x01", "latin1");
  data.writeBigUInt64LE(BigInt(headersAt), 40);
  data.writeUInt16LE(64, 58);
  data.writeUInt16LE(3, 60);
  data.writeUInt16LE(2, 62);
  content.copy(data, contentAt);
  names.copy(data, namesAt);
  const section = (index: number, nameAt: number, at: number, size: number): void => {
    const header = headersAt + index * 64;
    data.writeUInt32LE(nameAt, header);
    data.writeBigUInt64LE(BigInt(at), header + 24);
    data.writeBigUInt64LE(BigInt(size), header + 32);
  };
  section(1, 1, contentAt, content.length);
  section(2, name.length + 2, namesAt, names.length);
  return data;
}
