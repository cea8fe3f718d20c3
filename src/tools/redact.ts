import { mask } from "../security/untrusted.ts";

// Shorter values occur by chance; masking them would make a report unreadable and protect nothing.
const shortest = 4;

/** The texts inside the named arguments of a call, longest first so that none is masked in part. */
export function secretsOf(input: Readonly<Record<string, unknown>>, names: readonly string[]): string[] {
  const found = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === "string") {
      if (value.length >= shortest) found.add(value);
    } else if (typeof value === "object" && value !== null) {
      for (const inner of Object.values(value)) collect(inner);
    }
  };
  for (const name of names) collect(input[name]);
  return [...found].sort((a, b) => b.length - a.length);
}

/** A text with every secret masked. */
export function redactText(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of secrets) result = result.replaceAll(secret, mask(secret));
  return result;
}

/** A copy of plain data with every secret masked in its texts and keys. */
export function redactData(value: unknown, secrets: readonly string[]): unknown {
  if (secrets.length === 0) return value;
  if (typeof value === "string") return redactText(value, secrets);
  if (Array.isArray(value)) return value.map((item) => redactData(item, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [redactText(key, secrets), redactData(inner, secrets)]),
  );
}
