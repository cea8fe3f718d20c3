import { certain, likely } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Fact, Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import { includedRequirements, requirementFiles } from "./dependencies.ts";

/** What a package index asks the install for. */
export interface IndexAccess {
  /** A pip.conf that names an index: the caller's own is mounted in its place. */
  readonly privateIndex?: Fact<string>;
  /** Hosts of indexes that are not known to be open: a .netrc has the passwords. */
  readonly indexHosts?: Fact<readonly string[]>;
  /** Variables that the address of an index names: `https://${TOKEN}@packages.example.com`. */
  readonly indexVariables?: Fact<readonly string[]>;
}

/** Hosts that serve everybody. */
const open =
  /(?:^|\.)(?:pypi\.org|pythonhosted\.org|pypi\.python\.org|pytorch\.org|nvidia\.com|piwheels\.org|github\.io|github\.com|githubusercontent\.com|huggingface\.co|pyg\.org|anaconda\.org|astral\.sh|tsinghua\.edu\.cn|aliyun\.com|ustc\.edu\.cn|doubanio\.com|tencent\.com|huaweicloud\.com|localhost)$/;

/** Reads the indexes that requirements, Pipfile, uv, Poetry and PDM name. */
export function readIndexes(project: Project): IndexAccess {
  const found = addresses(project);
  const variables = [
    ...new Set(
      found.flatMap(({ url }) => [...url.matchAll(/\$\{?([A-Za-z_]\w*)\}?/g)].map((match) => match[1] ?? "")),
    ),
  ];
  const closed = found.flatMap(({ url, file }) => {
    const host = /^https?:\/\/(?:[^/@]*@)?([\w.-]+)/.exec(url)?.[1];
    // A password in the address, or a variable for it, needs no file.
    return host === undefined || open.test(host) || /\$|:\/\/[^/]*@/.test(url) ? [] : [{ host, file }];
  });
  const hosts = [...new Set(closed.map(({ host }) => clean(host, 80)))];
  const conf = /^\s*(?:extra-)?index-url\s*=/m.test(project.read("pip.conf") ?? "");
  const files = (list: readonly { file: string }[]): { file: string }[] =>
    [...new Set(list.map(({ file }) => file))].map((file) => ({ file }));
  return {
    ...(conf ? { privateIndex: certain("pip.conf", { file: "pip.conf" }) } : {}),
    ...(hosts.length === 0
      ? {}
      : { indexHosts: likely(hosts, "not known to serve everybody", ...files(closed)) }),
    ...(variables.length === 0
      ? {}
      : {
          indexVariables: certain(variables.sort(), ...files(found.filter(({ url }) => url.includes("$")))),
        }),
  };
}

function addresses(project: Project): readonly { readonly url: string; readonly file: string }[] {
  const lists = requirementFiles(project).flatMap((file) => includedRequirements(project, file));
  const pip = lists.flatMap((file) =>
    [
      ...(project.read(file) ?? "").matchAll(
        /^\s*(?:-i|--index-url|--extra-index-url)[\s=]+["']?([^\s"']+)/gm,
      ),
    ].map((match) => ({ url: match[1] ?? "", file })),
  );
  const pyproject = project.toml("pyproject.toml");
  const tool = (...keys: readonly string[]): unknown => dig(pyproject, "tool", ...keys);
  const tables: readonly (readonly [file: string, value: unknown])[] = [
    ["Pipfile", project.toml("Pipfile")?.source],
    ["pyproject.toml", tool("uv", "index")],
    ["pyproject.toml", tool("poetry", "source")],
    ["pyproject.toml", tool("pdm", "source")],
    ["uv.toml", project.toml("uv.toml")?.index],
  ];
  const named = tables.flatMap(([file, value]) =>
    (Array.isArray(value) ? value : []).flatMap((entry: unknown) => {
      const url = isRecord(entry) ? text(entry.url) : undefined;
      return url === undefined ? [] : [{ url, file }];
    }),
  );
  const plain = ["index-url", "extra-index-url"].flatMap((key) => {
    const value = tool("uv", key);
    return (Array.isArray(value) ? value : [value]).flatMap((url: unknown) =>
      typeof url === "string" ? [{ url, file: "pyproject.toml" }] : [],
    );
  });
  return [...pip, ...named, ...plain];
}
