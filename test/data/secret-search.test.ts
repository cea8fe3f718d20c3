import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { makeKeywordIndex } from "../../src/data/keywords.ts";
import { findSecrets, secretPatterns } from "../../src/data/secret-search.ts";
import { entropy } from "../../src/data/secrets.ts";
import { seeded, textOf } from "./text-of.ts";

const patterns = secretPatterns();

/** Texts that a pattern's own expression describes and that are not stand-ins or too plain. */
function samples(kind: (typeof patterns)[number]): readonly string[] {
  const whole = new RegExp(`^[^]?(?:${kind.pattern.source})$`, kind.pattern.flags.replace("m", ""));
  const random = seeded(7);
  const found: string[] = [];
  for (let round = 0; round < 300 && found.length < 5; round++) {
    const made = textOf(kind.pattern, random);
    const match = whole.exec(made);
    const value = match?.slice(1).find(Boolean) ?? made;
    if (match === null || (kind.digit && !/\d/.test(value))) continue;
    if (entropy(value) < (kind.entropy ?? 0) || /[$<>{}]|example/i.test(value)) continue;
    if (kind.repeats !== true && /(.)\1{7}/.test(value)) continue;
    found.push(made);
  }
  return found;
}

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

describe("patterns", () => {
  it.each(patterns.map((kind) => [kind.id, kind] as const))("%s finds what it describes", (_id, kind) => {
    const made = samples(kind).filter((text) => kind.path === undefined && text !== "");
    for (const text of made) {
      // Another pattern may be the more telling one.
      expect(findSecrets(`x = 1\n${text}\nend`).length, JSON.stringify(text)).toBeGreaterThan(0);
    }
    for (const text of made) {
      expect(
        kind.keywords.some((word) =>
          new RegExp(escaped(word), kind.pattern.ignoreCase ? "i" : "").test(text),
        ),
      ).toBe(true);
    }
  });

  it("have samples, but for what looks ahead", () => {
    const without = patterns.filter((kind) => kind.path === undefined && samples(kind).length === 0);
    expect(without.map(({ id }) => id)).toEqual(["private-key"]);
  });

  it.each(patterns.map((kind) => [kind.id, kind] as const))("%s ends on hostile text", (_id, kind) => {
    const [sample = kind.keywords[0] ?? ""] = samples(kind);
    const pieces = [
      kind.keywords[0] ?? "",
      sample.slice(0, -3),
      sample.slice(0, sample.length / 2),
      `${sample}=`,
    ];
    for (const piece of pieces) {
      const text = piece.repeat(Math.ceil(65_536 / Math.max(1, piece.length)));
      // Stopped from outside: an expression that explodes would never end by itself.
      runInNewContext("search()", { search: () => findSecrets(text, 5) }, { timeout: 10_000 });
    }
  });
});

describe("the keyword index", () => {
  const keywords = [
    ...["abc", "Secret", "-----begin", "cret", "x_y"].map((text) => ({ text, ignoreCase: true })),
    ...["tok", "EGI", "SEC", "bCs"].map((text) => ({ text, ignoreCase: false })),
  ];
  const words = keywords.map(({ text }) => text);

  it("finds what looking for each word by itself finds", () => {
    const index = makeKeywordIndex(keywords);
    const random = seeded(3);
    const alphabet = "abcSECRETsecret-BEGINbegin_xytok ";
    for (let round = 0; round < 300; round++) {
      let text = "";
      while (text.length < 40 + random() * 20) {
        text +=
          random() < 0.3 ? words[Math.floor(random() * words.length)] : alphabet[Math.floor(random() * 33)];
      }
      const bytes = Buffer.from(new Uint8Array(text.length).buffer);
      bytes.write(text, "latin1");
      const found = new Set<string>();
      index.scan(bytes, text.length, (word, at) => found.add(`${keywords[word]?.text} ${at}`));
      const expected = new Set<string>();
      for (const { text: word, ignoreCase } of keywords) {
        const [where, what] = ignoreCase ? [text.toLowerCase(), word.toLowerCase()] : [text, word];
        for (let at = 0; at >= 0 && at < text.length; at++) {
          at = where.indexOf(what, at);
          if (at < 0) break;
          expected.add(`${word} ${at}`);
        }
      }
      expect(found).toEqual(expected);
    }
  });

  it("refuses words it could not find", () => {
    expect(() => makeKeywordIndex([{ text: "ab", ignoreCase: true }])).toThrow(RangeError);
  });
});

describe("secrets in base64", () => {
  const token = ["ghp", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("_");

  it.each([0, 1, 2, 3, 4, 5])("is found %i bytes into the encoded text", (shift) => {
    const encoded = Buffer.from(`${"#".repeat(shift)}${token}\n`).toString("base64");
    const [match] = findSecrets(`data: ${encoded}\n`, 5, "anywhere");
    expect(match).toMatchObject({ id: "github-token", title: expect.stringContaining("base64") });
  });

  it("is masked as a whole", () => {
    const encoded = Buffer.from(`${"#".repeat(9)}${token}\n`).toString("base64");
    const text = `data: ${encoded} end`;
    const [match] = findSecrets(text);
    expect(text.slice(match?.start, match?.end)).toContain(encoded.slice(12, 30));
  });
});
