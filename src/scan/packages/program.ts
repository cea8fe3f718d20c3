import type { ContentSink } from "../../image/types.ts";
import type { FoundPackage } from "./types.ts";

/** A program that is installed without a package manager, and how its version is told. */
interface Program {
  readonly name: string;
  /** Of the path without a leading slash. */
  readonly path: RegExp;
  /** Text shortly before the version: what is searched for. */
  readonly mark: string;
  /** At the mark; group 1 is the version. */
  readonly version: RegExp;
}

const programs: readonly Program[] = [
  {
    name: "node",
    path: /(?:^|\/)bin\/node(?:js)?$/,
    mark: "node.js/v",
    version: /^node\.js\/v(\d+\.\d+\.\d+)/,
  },
  {
    name: "bun",
    path: /(?:^|\/)bin\/bun$/,
    mark: "Bun v",
    version: /^Bun v(\d+\.\d+\.\d+)[ (]/,
  },
  {
    name: "deno",
    path: /(?:^|\/)bin\/deno$/,
    mark: "Deno/",
    version: /^Deno\/(\d+\.\d+\.\d+)/,
  },
  {
    name: "busybox",
    path: /(?:^|\/)bin\/busybox$/,
    mark: "BusyBox v",
    version: /^BusyBox v(\d+\.\d+\.\d+)/,
  },
  {
    name: "nginx",
    path: /(?:^|\/)s?bin\/nginx(?:-debug)?$/,
    mark: "nginx/",
    version: /^nginx\/(\d+\.\d+\.\d+)/,
  },
  {
    name: "httpd",
    path: /(?:^|\/)bin\/httpd$/,
    mark: "Apache/",
    version: /^Apache\/(\d+\.\d+\.\d+)/,
  },
  {
    name: "redis",
    path: /(?:^|\/)bin\/redis-server$/,
    mark: "redis-",
    version: /^redis-(\d+\.\d+\.\d+)/,
  },
  {
    name: "postgresql",
    path: /(?:^|\/)bin\/postgres$/,
    mark: "PostgreSQL ",
    version: /^PostgreSQL (\d+(?:\.\d+)+)/,
  },
  {
    name: "php-cli",
    path: /(?:^|\/)bin\/php[\d.]*$/,
    mark: "X-Powered-By: PHP/",
    version: /^X-Powered-By: PHP\/(\d+\.\d+\.\d+)/,
  },
  {
    name: "ruby",
    path: /(?:^|\/)bin\/ruby$|(?:^|\/)libruby\.so[\d.]*$/,
    mark: "ruby ",
    version: /^ruby (\d+\.\d+\.\d+)p?\d* \(/,
  },
];
const python = /(?:^|\/)(?:bin\/|lib(?=python))(?:lib)?python(\d+\.\d+)(?:\.so[\d.]*)?$/;
const reach = 96;

/** The program a path may be; it becomes a package when its content says its version. */
function programAt(path: string): Program | undefined {
  const [, release] = python.exec(path) ?? [];
  if (release === undefined) return programs.find((one) => one.path.test(path));
  return {
    name: "python",
    path: python,
    mark: `\0${release}.`,
    version: new RegExp(`^\\0(${release.replace(".", "\\.")}\\.\\d+(?:(?:a|b|rc)\\d+)?)\\0`),
  };
}

/** True for paths that `programSink` looks at. */
export function isProgram(path: string): boolean {
  return programAt(path) !== undefined;
}

/** Looks for the version of a known program as its content goes by; undefined for all other paths. */
export function programSink(path: string, found: (one: FoundPackage) => void): ContentSink | undefined {
  const program = programAt(path);
  if (program === undefined) return undefined;
  const mark = Buffer.from(program.mark, "latin1");
  let tail: Buffer = Buffer.alloc(0);
  let over = false;
  const search = (data: Buffer, last: boolean): void => {
    let at = data.indexOf(mark);
    while (at >= 0 && (last || at + reach <= data.length)) {
      const [, version] = program.version.exec(data.toString("latin1", at, at + reach)) ?? [];
      if (version !== undefined) {
        over = true;
        found({ kind: "generic", name: program.name, version });
        return;
      }
      at = data.indexOf(mark, at + 1);
    }
    tail = Buffer.from(data.subarray(at >= 0 ? at : Math.max(0, data.length - mark.length)));
  };
  return {
    data(chunk) {
      if (over) return;
      const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      search(tail.length > 0 ? Buffer.concat([tail, view]) : view, false);
    },
    end() {
      if (!over) search(tail, true);
      tail = Buffer.alloc(0);
    },
  };
}

/** Files by which a whole installation states its version. */
export const installationFile = /(?:^|\/)release$|^usr\/(?:local\/|lib\/)?go[\d.-]*\/VERSION$/;

/** A Java runtime by its `release` file (JEP 223), or the Go toolchain by its `VERSION`. */
export function* readInstallation(path: string, text: string): Generator<FoundPackage> {
  if (path.endsWith("/VERSION")) {
    const [, version] = /^go(\d+\.\d+(?:\.\d+)?(?:rc\d+|beta\d+)?)\s/.exec(`${text}\n`) ?? [];
    if (version === undefined) return;
    yield { kind: "golang", name: "toolchain", version };
    yield { kind: "golang", name: "stdlib", version };
    return;
  }
  const value = (key: string): string =>
    new RegExp(`^${key}="?([^"\\n]{1,80})"?$`, "m").exec(text)?.[1] ?? "";
  const version = value("JAVA_RUNTIME_VERSION") || value("FULL_VERSION") || value("JAVA_VERSION");
  if (version === "") return;
  const name = /graal/i.test(value("IMPLEMENTOR") + value("GRAALVM_VERSION")) ? "graalvm" : "openjdk";
  yield { kind: "generic", name, version };
}
