import { describe, expect, it, test } from "vitest";
import { bunzip2 } from "../../src/image/blob/bzip2.ts";
import { noise } from "./make.ts";

const decode = (text: string): Buffer => Buffer.from(text, "base64");
const most = 1_000_000;

/** What `bzip2 -9` made. */
const made = {
  "": "QlpoORdyRThQkAAAAAA=",
  hello: "QlpoOTFBWSZTWcHAgOIAAAFBAAAQAkSgADDNAMNGKZcXckU4UJDBwIDi",
};

describe("bzip2", () => {
  it.each(Object.entries(made))("gives %j", (text, packed) => {
    expect(bunzip2(decode(packed), most).toString().trim()).toBe(text);
  });

  it("gives streams that follow each other", () => {
    const one = decode(made.hello);
    expect(bunzip2(Buffer.concat([one, decode(made[""]), one]), most).toString()).toBe("hello\nhello\n");
  });

  it("gives runs of every length around four", () => {
    const packed = decode("QlpoOTFBWSZTWcQcWdgAAAJEAOAAPgAACCAAMQwIK/UaPUk1dfaVBTmziZZK+LuSKcKEhiDizsA=");
    const runs = [3, 4, 5, 259, 260].map((length, index) => "ABCDE".charAt(index).repeat(length));
    expect(bunzip2(packed, most).toString()).toBe(runs.join(""));
  });

  it("stops at the bound", () => {
    // 80 MB of zeros.
    const bomb = decode(
      "QlpoOTFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXMUFZJlNZiY9QcwEi9EAA4AAACCAAMMwFKaYSqQjYiVSEeLuSKcKEhKzkrmg=",
    );
    expect(() => bunzip2(bomb, most)).toThrow(RangeError);
  });
});

/** Writes bits, highest first. */
function bitWriter(): { put(value: number, count: number): void; bytes(): Buffer } {
  let bits = "";
  return {
    put(value, count) {
      bits += value.toString(2).padStart(count, "0");
    },
    bytes: () =>
      Buffer.from((bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2))),
  };
}

/** One block of one byte's runs, with `digits` of the run length. */
function runOf(digits: number): Buffer {
  const { put, bytes } = bitWriter();
  for (const character of "BZh9") put(character.charCodeAt(0), 8);
  for (const part of [0x314159, 0x265359]) put(part, 24);
  put(0, 16);
  put(0, 16);
  put(0, 1);
  put(0, 24);
  // The byte 0 alone is used.
  put(0x8000, 16);
  put(0x8000, 16);
  put(2, 3);
  const selectors = Math.ceil((digits + 2) / 50);
  put(selectors, 15);
  for (let at = 0; at < selectors; at++) put(0, 1);
  // Codes of three symbols, of lengths 1, 2 and 2.
  for (let table = 0; table < 2; table++) {
    put(1, 5);
    put(0, 1);
    put(0b100, 3);
    put(0, 1);
  }
  for (let at = 0; at < digits; at++) put(0, 1);
  put(0b11, 2);
  return bytes();
}

test("a run length that no block can hold is damage, whatever it comes to in 32 bits", () => {
  // Seven zeros, of which the fifth says how many follow the four before it.
  expect(bunzip2(runOf(3), most)).toHaveLength(6);
  for (const digits of [20, 31, 32, 33, 64, 1000]) expect(bunzip2(runOf(digits), most)).toHaveLength(0);
});

test("damaged and truncated files give what came before, and end", () => {
  const packed = decode(made.hello);
  for (let cut = 0; cut < packed.length; cut++) bunzip2(packed.subarray(0, cut), most);
  const random = noise(4000, 7);
  for (let round = 0; round < 2000; round++) {
    const damaged = Buffer.from(packed);
    damaged[4 + ((random[round] ?? 0) % (packed.length - 4))] = random[round + 1] ?? 0;
    try {
      expect(bunzip2(damaged, most).length).toBeLessThanOrEqual(most);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
    }
  }
});
