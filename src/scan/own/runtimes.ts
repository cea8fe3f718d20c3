import { type Cycle, endOfLife, eolProduct, supportedCycles } from "../../data/eol.ts";
import { clean } from "../../security/untrusted.ts";
import type { OwnFinding } from "./finding.ts";

/** A language runtime or server of the final image. */
export interface Runtime {
  /** As src/data/eol.ts names it. */
  readonly product: string;
  readonly version: string;
  /** The file that tells, without a leading slash; empty when a variable does. */
  readonly path: string;
}

interface PathClue {
  readonly product: string;
  /** Group 1 is the version. */
  readonly path: RegExp;
}

const paths: readonly PathClue[] = [
  { product: "python", path: /(?:^|\/)lib\/python(3\.\d+)\/(?:os|site)\.pyc?$/ },
  { product: "ruby", path: /(?:^|\/)lib\/ruby\/(\d+\.\d+)\.\d+\/(?:json|set)\.rb$/ },
  { product: "postgres", path: /(?:^|\/)lib\/postgresql\/(\d+)\/bin\/postgres$/ },
  { product: "dotnet", path: /\/shared\/Microsoft\.NETCore\.App\/(\d+)\.[\d.]+\/System\.Runtime\.dll$/ },
];

interface TextClue extends PathClue {
  /** In the file's text; group 1 is the version. */
  readonly text: RegExp;
}

const texts: readonly TextClue[] = [
  {
    product: "node",
    path: /(?:^|\/)include\/node\/node_version\.h$/,
    text: /NODE_MAJOR_VERSION (\d+)/,
  },
  {
    product: "java",
    // The end first: the rest is then looked for once, however deep a path is.
    path: /^(?=.*\/release$)(?:.*?\/)?(?:j(?:dk|re|vm|ava)[^/]*\/|openjdk[^/]*\/release$)/i,
    text: /^JAVA_VERSION="(?:1\.)?(\d+)/m,
  },
  { product: "go", path: /^usr\/(?:local|lib)\/go[^/]*\/VERSION$/, text: /^go(\d+\.\d+)/ },
  {
    product: "php",
    path: /(?:^|\/)include\/php\/(?:\d+\/)?main\/php_version\.h$/,
    text: /PHP_VERSION "(\d+\.\d+)/,
  },
];

/** Variables of official images, and a file without which they tell nothing. */
const variables: readonly { readonly product: string; readonly name: string; readonly file: string }[] = [
  { product: "node", name: "NODE_VERSION", file: "usr/local/bin/node" },
  { product: "php", name: "PHP_VERSION", file: "usr/local/bin/php" },
  { product: "nginx", name: "NGINX_VERSION", file: "usr/sbin/nginx" },
  { product: "mysql", name: "MYSQL_MAJOR", file: "usr/sbin/mysqld" },
  { product: "deno", name: "DENO_VERSION", file: "usr/bin/deno" },
];

/** The runtime a path alone gives away. */
export function runtimeOfPath(path: string): Runtime | undefined {
  for (const { product, path: pattern } of paths) {
    const version = pattern.exec(path)?.[1];
    if (version !== undefined) return { product, version, path };
  }
  return undefined;
}

/** True for small files whose text names a runtime's version: give it to `runtimeOfText`. */
export function tellsRuntime(path: string): boolean {
  return texts.some((clue) => clue.path.test(path));
}

/** The runtime a file's text names. */
export function runtimeOfText(path: string, text: string): Runtime | undefined {
  const clue = texts.find((one) => one.path.test(path));
  const version = clue?.text.exec(text)?.[1];
  return clue === undefined || version === undefined ? undefined : { product: clue.product, version, path };
}

/** Runtimes that variables of an official image name, when their program is there. */
export function* runtimesOfEnvironment(
  env: readonly string[],
  present: (path: string) => boolean,
): Generator<Runtime> {
  for (const { product, name, file } of variables) {
    const value = env.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
    const version = /^v?(\d+(?:\.\d+)*)/.exec(value ?? "")?.[1];
    if (version !== undefined && present(file)) yield { product, version, path: file };
  }
}

const soon = 90;

/** Runtimes whose support has ended by `today` (YYYY-MM-DD), or ends within three months. Each product and line once. */
export function* scanRuntimes(runtimes: Iterable<Runtime>, today: string): Generator<OwnFinding> {
  const seen = new Set<string>();
  for (const { product, version, path } of runtimes) {
    const cycle = endOfLife(product, version);
    const known = eolProduct(product);
    const key = `${product} ${cycle?.cycle ?? version}`;
    if (cycle === undefined || known === undefined || cycle.eol === false || seen.has(key)) continue;
    seen.add(key);
    const verdict = judge(cycle, today, known.rolling);
    if (verdict === undefined) continue;
    const next = supportedCycles(product, today).find((one) => one.eol === false || one.eol > cycle.eol);
    yield {
      ...verdict,
      kind: "end-of-life",
      title: `${known.title} ${clean(cycle.cycle, 20)}: ${verdict.title}`,
      ...(path === "" ? {} : { path: clean(`/${path}`, 300) }),
      fix: next === undefined ? "use a supported release" : `use ${known.title} ${next.cycle}`,
    };
  }
}

/** What is to be said of a release on a day. */
export function judge(
  { eol, extended, latestPossible }: Cycle,
  today: string,
  rolling: boolean,
): Pick<OwnFinding, "id" | "severity" | "title"> | undefined {
  if (eol === false) return undefined;
  if (eol > today) {
    const days = Math.round((Date.parse(eol) - Date.parse(today)) / 86_400_000);
    return days > soon || rolling
      ? undefined
      : { id: "end-of-life-soon", severity: "info", title: `support ends on ${eol}, in ${days} days` };
  }
  const when = latestPossible === true ? `support ended on ${eol} or earlier` : `support ended on ${eol}`;
  if (extended !== undefined && extended.until > today) {
    const title = `${when}; ${extended.by} goes on until ${extended.until}`;
    return { id: "end-of-life", severity: "medium", title };
  }
  return { id: "end-of-life", severity: rolling ? "low" : "high", title: when };
}
