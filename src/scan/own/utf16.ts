/** The order of the two bytes of a unit. */
export type Utf16 = "little-endian" | "big-endian";

const leastUnits = 8;
const mark = 0xfeff;
const space = 32;
const unknown = 63;

/**
 * Whether a file is UTF-16 by its first bytes: by its byte order mark, or because it reads as ASCII with a zero in each
 * second byte, which nothing else does. Other scripts without a mark are not recognized; no secret is written in them.
 */
export function utf16Of(head: Uint8Array): Utf16 | undefined {
  const [first, second, third, fourth] = head;
  if (first === 0xff && second === 0xfe && !(third === 0 && fourth === 0)) return "little-endian";
  if (first === 0xfe && second === 0xff) return "big-endian";
  // Most files are told by two bytes.
  if (head.length < 2 * leastUnits || (first === 0) === (second === 0)) return undefined;
  const low = first === 0 ? 1 : 0;
  for (let at = 0; at + 1 < head.length; at += 2) {
    const byte = head[at + low] ?? 0;
    if (head[at + 1 - low] !== 0 || !(byte >= 32 || (byte >= 9 && byte <= 13))) return undefined;
  }
  return low === 0 ? "little-endian" : "big-endian";
}

/** Turns UTF-16 that comes in pieces into one byte a unit, `?` for what is not Latin-1; a unit may be cut in two. */
export function makeNarrower(order: Utf16): (chunk: Uint8Array) => Uint8Array {
  let half: number | undefined;
  const low = order === "little-endian" ? 0 : 1;
  return (chunk) => {
    const text = new Uint8Array((chunk.length + (half === undefined ? 0 : 1)) >> 1);
    let length = 0;
    const add = (first: number, second: number): void => {
      const high = low === 0 ? second : first;
      const value = (high << 8) | (low === 0 ? first : second);
      text[length++] = high === 0 ? value : value === mark ? space : unknown;
    };
    let at = 0;
    if (half !== undefined && chunk.length > 0) {
      add(half, chunk[0] ?? 0);
      half = undefined;
      at = 1;
    }
    for (; at + 1 < chunk.length; at += 2) add(chunk[at] ?? 0, chunk[at + 1] ?? 0);
    if (at < chunk.length) half = chunk[at];
    return text;
  };
}
