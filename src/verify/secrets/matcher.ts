import type { RunSecret } from "./values.ts";

/** A value that was found, and in which form (plain, base64 ...). */
export interface Hit {
  readonly secret: RunSecret;
  readonly form: string;
}

/** Looks for all values at once. */
export interface Matcher {
  /** The longest needle. */
  readonly longest: number;
  /** At most one hit a secret and form. */
  find(data: Buffer): Hit[];
}

/** Looks for every form of these secrets. */
export function makeMatcher(secrets: readonly RunSecret[]): Matcher {
  const needles = secrets.flatMap((secret) => secret.needles.map((needle) => ({ secret, ...needle })));
  return {
    longest: Math.max(1, ...needles.map(({ bytes }) => bytes.length)),
    find(data) {
      const found: Hit[] = [];
      for (const { secret, form, bytes } of needles) {
        if (data.length < bytes.length || data.indexOf(bytes) < 0) continue;
        if (!found.some((hit) => hit.secret === secret && hit.form === form)) found.push({ secret, form });
      }
      return found;
    },
  };
}
