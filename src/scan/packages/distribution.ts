import type { Distribution } from "./types.ts";

/** The distribution an os-release file names; undefined without an ID. */
export function readDistribution(osRelease: string): Distribution | undefined {
  const field = (name: string): string =>
    new RegExp(`^${name}=["']?([^"'\\n]{0,100})`, "m").exec(osRelease)?.[1]?.trim() ?? "";
  const id = field("ID").toLowerCase();
  return id === "" ? undefined : { id, version: field("VERSION_ID") };
}

/** `major` of a version like `9.4`. */
function major(version: string): string {
  return version.split(".", 1)[0] ?? "";
}

/**
 * The ecosystem of a distribution's packages as OSV names it (ossf.github.io/osv-schema, "Defined ecosystems");
 * empty when OSV has no data of it, or it is unknown which release it is.
 */
export function distributionEcosystem(distribution: Distribution | undefined): string {
  if (distribution === undefined) return "";
  const { id, version } = distribution;
  const release = (name: string, number: string): string => (number === "" ? "" : `${name}:${number}`);
  switch (id) {
    case "debian":
      return release("Debian", major(version));
    case "ubuntu":
      // Every second year's April release has long-term support, and OSV says so.
      return release("Ubuntu", /^\d*[02468]\.04$/.test(version) ? `${version}:LTS` : version);
    case "alpine":
      return release("Alpine", /^(\d+\.\d+)/.exec(version)?.[1]?.replace(/^/, "v") ?? "");
    case "rocky":
      return release("Rocky Linux", major(version));
    case "almalinux":
      return release("AlmaLinux", major(version));
    case "rhel":
      return release("Red Hat", major(version));
    case "opensuse-leap":
      return release("openSUSE", version === "" ? "" : `Leap ${version}`);
    case "mageia":
      return release("Mageia", version);
    case "openeuler":
      return release("openEuler", version);
    case "wolfi":
      return "Wolfi";
    case "chainguard":
      return "Chainguard";
    default:
      return "";
  }
}
