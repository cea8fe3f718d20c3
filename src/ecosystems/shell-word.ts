import { InputError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";

/**
 * A name from the project (a package, a path) as one word of a shell command in the Dockerfile. Names that a shell
 * would read as more than a word come from no real package manager: throws InputError.
 */
export function shellWord(value: string): string {
  if (/^[\w@%+=:,./-]+$/.test(value) && !value.startsWith("-")) return value;
  throw new InputError(
    `the name ${clean(value, 60)} cannot stand in a command`,
    "rename it to letters, digits, dots, hyphens and slashes",
  );
}
