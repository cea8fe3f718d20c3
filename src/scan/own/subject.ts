import type { ContentSubject } from "./content.ts";

/** Installed software: names like `token` there are code, and only secrets with a form of their own count. */
const installed =
  /^(?:usr\/(?!src\/app)|lib|bin|sbin|var\/lib\/(?:dpkg|apt)\/|etc\/ssl\/certs\/)|(?:^|\/)(?:node_modules|site-packages|dist-packages|vendor|META-INF)\//;
/** Programs of the distribution and of packages, which nobody here has made. */
const distributed =
  /^(?:usr\/(?!local\/bin\/|src\/)|lib|bin|sbin|var\/lib|opt\/java)|(?:^|\/)(?:node_modules|(?:site|dist)-packages)\//;
const settings =
  /(?:^|\/)\.[\w.-]+$|(?:^|\/)(?:credentials|config|hosts|passwd|pgpass|netrc|npmrc)$|\.(?:env|conf|cfg|cnf|ini|ya?ml|json|toml|properties|xml|sh|txt|tfvars|tfstate)$/;
const npmrc = /(?:^|\/)\.?npmrc$/;

/** True for files that came with the distribution or a package manager. */
export function isInstalled(path: string): boolean {
  return installed.test(path);
}

/** What is looked for in a file; `archive` is the path of what it is packed in. */
export function subjectOf(path: string, archive = ""): ContentSubject {
  // A library within an application's archive.
  const library = isInstalled(archive) || isInstalled(path) || /!.*\.jar$/.test(archive);
  const scope = npmrc.test(path)
    ? "settings"
    : library
      ? "anywhere"
      : settings.test(path)
        ? "settings"
        : "text";
  return { path, scope, programs: !distributed.test(archive === "" ? path : archive) };
}
