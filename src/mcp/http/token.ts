import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { InputError } from "../../security/errors.ts";

// 128 bits as text; shorter secrets can be tried out.
const shortestToken = 16;

/** A new token: 256 bits, safe in a header and a shell. */
export function makeToken(): string {
  return randomBytes(32).toString("base64url");
}

/** A token someone chose, without the newline its file ends with. Throws InputError for one that is too weak. */
export function checkToken(text: string): string {
  const token = text.trim();
  if (token.length < shortestToken || !/^[\x21-\x7e]+$/.test(token)) {
    throw new InputError(
      `the token must have at least ${shortestToken} printable characters`,
      "make one with: openssl rand -hex 32",
    );
  }
  return token;
}

/** True when an Authorization header carries the token. Takes the same time for every wrong token. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  const given = /^Bearer +([\x21-\x7e]+) *$/i.exec(header ?? "")?.[1] ?? "";
  // Digests have one length, so the comparison says nothing about the token's.
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
