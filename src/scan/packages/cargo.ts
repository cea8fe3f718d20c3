import { inflateSync } from "node:zlib";
import { z } from "zod";
import type { FoundPackage } from "./types.ts";

const mostUnpacked = 8 * 1024 * 1024;

const audit = z.object({
  packages: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      kind: z.string().optional(),
      dependencies: z.array(z.number()).optional(),
    }),
  ),
});

/** Crates of a Rust program made by cargo-auditable: deflated JSON in the section `.dep-v0`. `elf` is the file. */
export function* readCargo(elf: Buffer): Generator<FoundPackage> {
  const section = elfSection(elf, ".dep-v0");
  if (section === undefined) return;
  const packages = parse(section);
  for (const { name, version, kind, dependencies } of packages) {
    if (kind !== undefined && kind !== "runtime") continue;
    const needed = (dependencies ?? []).flatMap((index) => packages[index]?.name ?? []);
    yield { kind: "cargo", name, version, ...(needed.length > 0 ? { dependencies: needed } : {}) };
  }
}

function parse(section: Buffer): z.infer<typeof audit>["packages"] {
  try {
    const text = inflateSync(section, { maxOutputLength: mostUnpacked }).toString("utf8");
    return audit.parse(JSON.parse(text)).packages;
  } catch {
    return [];
  }
}

/** The bytes of a section of a little-endian ELF file (elf(5)), by its name. */
function elfSection(data: Buffer, wanted: string): Buffer | undefined {
  if (data.length < 64 || data.readUInt32BE(0) !== 0x7f454c46 || data[5] !== 1) return undefined;
  const wide = data[4] === 2;
  const word = (at: number): number => {
    if (at + 8 > data.length) return Number.MAX_SAFE_INTEGER;
    return wide ? Number(data.readBigUInt64LE(at)) : data.readUInt32LE(at);
  };
  const headers = word(wide ? 40 : 32);
  const entry = data.readUInt16LE(wide ? 58 : 46);
  const count = data.readUInt16LE(wide ? 60 : 48);
  const names = data.readUInt16LE(wide ? 62 : 50);
  const least = wide ? 64 : 40;
  if (entry < least || headers + entry * count > data.length || names >= count) return undefined;
  const bounds = (index: number): { start: number; end: number } => {
    const at = headers + index * entry;
    const start = word(at + (wide ? 24 : 16));
    return { start, end: start + word(at + (wide ? 32 : 20)) };
  };
  const table = bounds(names);
  for (let index = 0; index < count; index++) {
    const name = table.start + data.readUInt32LE(headers + index * entry);
    if (data.toString("latin1", name, name + wanted.length + 1) !== `${wanted}\0`) continue;
    const { start, end } = bounds(index);
    return end <= data.length ? data.subarray(start, end) : undefined;
  }
  return undefined;
}
