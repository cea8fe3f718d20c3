/** A record of a made-up advisory in OSV form; parts that are given take the place of the defaults. */
export function osvRecord(parts: Readonly<Record<string, unknown>> & { readonly id: string }): object {
  return { schema_version: "1.7.0", modified: "2026-11-01T00:00:00Z", ...parts };
}

/** An entry of `affected` with one range from `0`. */
export function affected(
  ecosystem: string,
  name: string,
  events: readonly Readonly<Record<string, string>>[],
  more: Readonly<Record<string, unknown>> = {},
): object {
  const type = ["npm", "Go", "crates.io"].includes(ecosystem) ? "SEMVER" : "ECOSYSTEM";
  return { package: { ecosystem, name }, ranges: [{ type, events }], ...more };
}
