import type { Project } from "../project/types.ts";
import { clean } from "../security/untrusted.ts";
import { sources } from "./sources.ts";

/** Certificates and keys of the project that its code or its settings name, and keystores among its resources. */
export interface KeyFiles {
  /** Certificates and public keys: no secrets, whatever their ending. */
  readonly open: readonly string[];
  readonly closed: readonly string[];
}

const settings = /\.(?:properties|ya?ml|toml|json|conf|ini)$/;

/** Finds them by their names; `endings` are those of the language's sources. Tests have keys of their own. */
export function keyFiles(project: Project, endings: readonly string[]): KeyFiles {
  const files = project.files.filter(
    (file) =>
      // A keystore that stands beside the sources is told of with other secrets.
      /\.(?:pem|key)$|(?:^|\/)src\/.*\.(?:p12|pfx|jks|keystore)$/.test(file) &&
      !/(?:^|\/)(?:[._]|(?:tests?|testdata|fixtures|integration|e2e|vendor|examples?)\/)/.test(file),
  );
  if (files.length === 0) return { open: [], closed: [] };
  const texts = [
    ...sources(project, endings),
    ...project.files.filter((file) => settings.test(file) && !/(?:^|\/)tests?\//.test(file)).slice(0, 400),
  ].map((file) => project.read(file) ?? "");
  const named = files.filter((file) => {
    // A keystore among the resources is there for the application, whatever puts its name together.
    if (!/\.(?:pem|key)$/.test(file)) return true;
    const name = file.split("/").at(-1)?.replace(/[.+]/g, "\\$&") ?? "";
    const pattern = new RegExp(`["'=:/\\s]${name}(?:["'\\s]|$)`);
    return texts.some((text) => pattern.test(text));
  });
  const isOpen = (file: string): boolean => {
    const heads = (project.read(file) ?? "").match(/-----BEGIN [A-Z0-9 ]+-----/g) ?? [];
    return (
      heads.length > 0 && heads.every((head) => /BEGIN (?:[A-Z]+ )?(?:PUBLIC KEY|CERTIFICATE)--/.test(head))
    );
  };
  return { open: named.filter(isOpen), closed: named.filter((file) => !isOpen(file)) };
}

/** What to say of files that the application uses and the build does not get. */
export function leftOut(files: readonly string[]): readonly string[] {
  const [first] = files;
  return first === undefined
    ? []
    : [
        `the application uses ${files
          .slice(0, 3)
          .map((file) => clean(file, 80))
          .join(
            ", ",
          )}${files.length > 3 ? " ..." : ""}, which the build leaves out as ${files.length > 1 ? "secrets" : "a secret"}: mount ${files.length > 1 ? "them" : "it"} where the application runs`,
      ];
}
