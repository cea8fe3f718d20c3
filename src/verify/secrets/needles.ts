import { entropy } from "../../data/secrets.ts";

/** A byte sequence that gives a secret away. */
export interface Needle {
  /** How the value is written: `plain`, `base64`, `hex`, ... */
  readonly form: string;
  readonly bytes: Buffer;
}

/** Shortest value that is searched: shorter ones are in every image by chance. */
export const shortestValue = 8;

/** The forms in which a value is searched, each once. `value` has at least `shortestValue` bytes. */
export function needlesOf(value: string): readonly Needle[] {
  const bytes = Buffer.from(value, "utf8");
  const forms: [string, string | Buffer][] = [
    ["plain", bytes],
    ["hex", bytes.toString("hex")],
    ["hex", bytes.toString("hex").toUpperCase()],
    ["url", encodeURIComponent(value)],
    ["json", JSON.stringify(value).slice(1, -1)],
    ["utf16", Buffer.from(value, "utf16le")],
  ];
  for (const alignment of [0, 1, 2]) {
    const text = base64At(bytes, alignment);
    forms.push(["base64", text], ["base64url", text.replaceAll("+", "-").replaceAll("/", "_")]);
  }
  const seen = new Set<string>();
  const needles: Needle[] = [];
  for (const [form, content] of forms) {
    const needle = typeof content === "string" ? Buffer.from(content, "latin1") : content;
    const key = needle.toString("latin1");
    if (seen.has(key) || needle.length < shortestValue) continue;
    seen.add(key);
    needles.push({ form, bytes: needle });
  }
  return needles;
}

/**
 * The characters every base64 text has that holds the value `alignment` bytes after a multiple of three: those that
 * depend on neighbouring bytes are cut off.
 */
function base64At(bytes: Buffer, alignment: number): string {
  const text = Buffer.concat([Buffer.alloc(alignment), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const tail = (alignment + bytes.length) % 3;
  return text.slice(alignment === 0 ? 0 : alignment + 1, tail === 0 ? undefined : -1);
}

/**
 * What of a secret is searched: the value itself, or, of a file of several lines or settings (`.npmrc`, a key, JSON),
 * the parts that look like credentials. Empty when nothing in it is distinctive enough.
 */
export function partsOf(value: string): readonly string[] {
  const whole = value.trim();
  if (!/[\s=]/.test(whole)) return isDistinctive(whole) ? [whole] : [];
  const words = whole.split(/[\s"'=,;(){}[\]<>]+/).flatMap((word) => [word, ...word.split(/[:@]/)]);
  const found = new Set(
    words.filter((word) => word.length >= 12 && isDistinctive(word) && entropy(word) >= 3),
  );
  if (!whole.includes("\n") && isDistinctive(whole)) found.add(whole);
  return [...found].slice(0, 64);
}

/** False for values that occur without being the secret: short ones, words, one repeated character. */
function isDistinctive(value: string): boolean {
  return Buffer.byteLength(value) >= shortestValue && entropy(value) >= 2.2;
}
