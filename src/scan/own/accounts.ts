import { clean } from "../../security/untrusted.ts";
import type { OwnFinding } from "./finding.ts";

/** Where accounts are kept; give the text to `scanAccounts`. */
export const accountFiles = /^etc\/(?:passwd|shadow)$/;

const mostUsers = 5;

/** Accounts that need no password or bring one along, and further ones with root's number. `path` is one of the two files. */
export function* scanAccounts(path: string, text: string): Generator<OwnFinding> {
  const rows = text.split("\n").map((line) => line.split(":"));
  const users = (wanted: (row: readonly string[]) => boolean): readonly string[] =>
    rows.filter((row) => row.length > 2 && wanted(row)).map(([name = ""]) => clean(name, 40));
  const list = (names: readonly string[]): string =>
    `${names.slice(0, mostUsers).join(", ")}${names.length > mostUsers ? ` and ${names.length - mostUsers} more` : ""}`;
  const open = users(([, password]) => password === "");
  if (open.length > 0) {
    yield {
      id: "empty-password",
      kind: "misconfiguration",
      severity: "high",
      title: `no password is needed for ${list(open)}`,
      path: `/${path}`,
      fix: "passwd -l USER, or remove the account",
    };
  }
  // crypt(5): $id$salt$hash; `!` and `*` lock an account.
  const hashed = users(([, password = ""]) => /^\$[\w-]+\$./.test(password));
  if (hashed.length > 0) {
    yield {
      id: "password-hash",
      kind: "secret",
      severity: "medium",
      title: `the password hash of ${list(hashed)}`,
      path: `/${path}`,
      fix: "set no password in an image: all who pull it can guess at the hash",
    };
  }
  const roots = path === "etc/passwd" ? users(([name, , uid]) => uid === "0" && name !== "root") : [];
  if (roots.length > 0) {
    yield {
      id: "second-root",
      kind: "misconfiguration",
      severity: "medium",
      title: `${list(roots)} has root's number`,
      path: `/${path}`,
      fix: "give it a number of its own",
    };
  }
}
