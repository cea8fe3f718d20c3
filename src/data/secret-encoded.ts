/** How a secret begins when it is written in base64. */
export interface EncodedWord {
  readonly word: string;
  /** Characters from the beginning of a group of four to the word. */
  readonly offset: number;
}

// Beginnings that no other text has, as long as base64 leaves four characters of them that depend on nothing else.
const beginnings = [
  "-----BEGIN ",
  "AGE-SECRET-KEY-1",
  "AKIA",
  "ASIA",
  "AIza",
  "AccountKey=",
  "GOCSPX-",
  "_authToken=",
  "dckr_pat_",
  "dop_v1_",
  "ghp_",
  "gho_",
  "ghs_",
  "ghu_",
  "github_pat_",
  "glpat-",
  "hvs.",
  "npm_",
  "pypi-AgE",
  "rk_live_",
  "shpat_",
  "sk-ant-",
  "sk-proj-",
  "sk_live_",
  "xoxb-",
  "xoxp-",
];

/** The words to look for: each beginning at the three places it may have in a group. */
export function encodedWords(): readonly EncodedWord[] {
  return beginnings.flatMap((text) =>
    [0, 1, 2].flatMap((shift) => {
      const bits = (shift + text.length) * 8;
      const offset = Math.ceil((shift * 8) / 6);
      const word = Buffer.from(`${"x".repeat(shift)}${text}`, "latin1")
        .toString("base64")
        .slice(offset, Math.floor(bits / 6));
      return word.length < 4 ? [] : [{ word, offset }];
    }),
  );
}

const before = 1024;
const after = 8 * 1024;
const notBase64 = /[^A-Za-z0-9+/\r\n_-]/g;

/** The decoded text around a word, and what of the text it takes. */
export function decodeAround(
  text: string,
  at: number,
  { offset }: EncodedWord,
): { readonly text: string; readonly start: number; readonly end: number } {
  const group = at - offset;
  let start = group;
  while (start >= 4 && group - start < before && /^[A-Za-z0-9+/_-]{4}$/.test(text.slice(start - 4, start)))
    start -= 4;
  notBase64.lastIndex = at;
  const stop = notBase64.exec(text)?.index ?? text.length;
  const end = Math.min(stop, at + after);
  return { text: Buffer.from(text.slice(start, end), "base64").toString("latin1"), start, end };
}
