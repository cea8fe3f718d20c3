import type { FoundPackage } from "./types.ts";

/**
 * The gem of an installed gemspec, which RubyGems writes itself: a comment holds name and version, fields have one line
 * each.
 */
export function* readGem(text: string): Generator<FoundPackage> {
  const [, name = field(text, "name"), version = field(text, "version")] =
    /^# stub: (\S{1,200}) (\S{1,100}) /m.exec(text.slice(0, 2000)) ?? [];
  if (name === undefined || version === undefined) return;
  const [, list = ""] = /^ *s\.licenses = \[([^\]\n]{0,500})\]/m.exec(text) ?? [];
  const licences = [...list.matchAll(/"([^"]+)"/g)].map(([, one = ""]) => one);
  const needed = text.matchAll(/^ *s\.add_(?:runtime_)?dependency\(%q<([^>\n]{1,200})>/gm);
  const dependencies = [...new Set([...needed].map(([, one = ""]) => one))];
  yield {
    kind: "gem",
    name,
    version,
    ...(licences.length > 0 ? { licences } : {}),
    ...(dependencies.length > 0 ? { dependencies } : {}),
  };
}

function field(text: string, name: string): string | undefined {
  return new RegExp(`^ *s\\.${name} = (?:Gem::Version\\.new\\()?"([^"\\n]{1,200})"`, "m").exec(text)?.[1];
}
