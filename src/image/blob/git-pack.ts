import { inflateSync } from "node:zlib";

const kinds: Readonly<Record<number, string>> = {
  1: "commit",
  2: "tree",
  3: "blob",
  4: "tag",
  6: "delta",
  7: "delta",
};

/** True for the first bytes of a Git pack file. */
export function isGitPack(head: Buffer): boolean {
  return (
    head.length >= 8 && head.toString("latin1", 0, 4) === "PACK" && [2, 3].includes(head.readUInt32BE(4))
  );
}

/**
 * The objects of a Git pack (gitformat-pack), unpacked, in file order, one at a time: each takes more memory than its size. A delta comes as its instructions, in which
 * the text it adds stands as it is; it is not applied. Damaged content gives what came before the damage. Throws
 * RangeError when more than `max` bytes would come out.
 */
export function* gitPackObjects(
  data: Buffer,
  max: number,
): Generator<{ readonly name: string; readonly data: Buffer }> {
  const count = data.length < 12 ? 0 : data.readUInt32BE(8);
  let at = 12;
  let total = 0;
  for (let number = 1; number <= count && at < data.length; number++) {
    let byte = data[at++] ?? 0;
    const type = (byte >> 4) & 7;
    while (byte & 0x80) byte = data[at++] ?? 0;
    if (type === 6) {
      // The distance to the object it is based on.
      while ((data[at++] ?? 0) & 0x80);
    } else if (type === 7) at += 20;
    const kind = kinds[type];
    const inflated = kind === undefined ? undefined : inflate(data.subarray(at), Math.max(1, max - total));
    if (kind === undefined || inflated === undefined) return;
    total += inflated.data.length;
    at += inflated.read;
    yield { name: `${kind} ${number}`, data: inflated.data };
  }
}

function inflate(packed: Buffer, max: number): { data: Buffer; read: number } | undefined {
  try {
    const result: unknown = inflateSync(packed, { info: true, maxOutputLength: max });
    if (typeof result !== "object" || result === null || !("buffer" in result) || !("engine" in result))
      return undefined;
    const { buffer, engine } = result;
    if (
      !Buffer.isBuffer(buffer) ||
      typeof engine !== "object" ||
      engine === null ||
      !("bytesWritten" in engine)
    )
      return undefined;
    return { data: buffer, read: Number(engine.bytesWritten) };
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return undefined;
  }
}
