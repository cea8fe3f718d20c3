import { secretName } from "../data/secrets.ts";
import { mask } from "../security/untrusted.ts";

// Shorter values occur by chance; masking them would make a report unreadable and protect nothing.
const shortest = 4;

/**
 * The secrets inside the named arguments of a call, longest first so that none is masked in part: values of
 * `NAME=value` and of keys whose name is one of a secret (`DB_PASSWORD`); `PORT=8080` stays readable.
 */
export function secretsOf(input: Readonly<Record<string, unknown>>, names: readonly string[]): string[] {
  const found = new Set<string>();
  const take = (name: string, value: string): void => {
    if (value.length >= shortest && secretName(name)) found.add(value);
  };
  const collect = (value: unknown): void => {
    if (typeof value === "string") {
      for (const [, name = "", text = ""] of value.matchAll(/(?:^|\s)([A-Za-z_]\w*)=(\S+)/g))
        take(name, text);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (typeof inner === "string") take(key, inner);
        collect(inner);
      }
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
