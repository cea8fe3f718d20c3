import { findSecrets } from "../data/secret-search.ts";
import { secretName } from "../data/secrets.ts";
import { clean, mask, truncate } from "../security/untrusted.ts";

const assignment = /\b([A-Za-z_][A-Za-z0-9_]{0,80})=("[^"]*"|'[^']*'|[^\s"']+)/g;
const readBefore = 16_384;

/** Cleans text of an image and masks the secrets in it: by their form, and by the name they are assigned to. */
export function redact(text: string, max = 160): string {
  const line = clean(text, readBefore).replace(assignment, (all, name: string, value: string) =>
    secretName(name) && !value.startsWith("$") ? `${name}=${mask(value)}` : all,
  );
  let out = "";
  let at = 0;
  for (const { start, end } of findSecrets(line)) {
    out += line.slice(at, start) + mask(line.slice(start, end));
    at = end;
  }
  return truncate(out + line.slice(at), max);
}
