/** Whose a failure is, told from the log alone: a host out of reach, a base image that is not there, time, the program's own needs. */
export type Cause =
  | `network: ${string}`
  | `base missing: ${string}`
  | "out of time"
  | `needs: ${string}`
  | `the application's: ${string}`
  | "ours or unknown";

/** One way of failing: a pattern over one line, and what its groups say. */
interface Sign {
  readonly pattern: RegExp;
  readonly cause: (match: RegExpExecArray) => Cause;
}

const word = (match: RegExpExecArray): string => match.slice(1).find((group) => group !== undefined) ?? "";

/** Surest first: a base that cannot be read is also a host out of reach. */
const signs: readonly Sign[] = [
  {
    pattern:
      /(?:load metadata for|failed to resolve source metadata for) (?:docker\.io\/(?:library\/)?)?([\w./-]+:[\w.-]+)/,
    cause: (match) => `base missing: ${word(match)}`,
  },
  {
    pattern: /Failed to fetch .{0,80}from Google Fonts|next\/font.{0,80}fetch/,
    cause: () => "network: fonts.googleapis.com",
  },
  { pattern: /binaries\.prisma\.sh/, cause: () => "network: binaries.prisma.sh" },
  { pattern: /DNSResolveFailed downloading tarball @jsr\//, cause: () => "network: npm.jsr.io" },
  {
    pattern:
      /(?:ENOTFOUND|EAI_AGAIN|Could not resolve host:?|lookup|Unknown host|UnknownHostException:?|failed to lookup address)\s+([\w-]+(?:\.[\w-]+)+)/i,
    cause: (match) => `network: ${word(match)}`,
  },
  {
    pattern:
      /https?:\/\/([\w-]+(?:\.[\w-]+)+)[^\n]{0,300}?(?:resolve|not known|unreachable|name resolution|dns error|ENOTFOUND|error sending request|client error)/i,
    cause: (match) => `network: ${word(match)}`,
  },
  {
    pattern:
      /(?:resolve|unreachable|Failed to (?:fetch|download)|error sending request|transfer artifact)[^\n]{0,300}?https?:\/\/([\w-]+(?:\.[\w-]+)+)/i,
    cause: (match) => `network: ${word(match)}`,
  },
  {
    pattern: /out of time|request was cancelled|timed? ?out after \d+|deadline|operation was aborted/i,
    cause: () => "out of time",
  },
  {
    pattern: /No matching distribution found for (\S+)/,
    cause: (match) => `network: no ${word(match)} in the package index`,
  },
  {
    pattern:
      /(?:ECONNREFUSED|getaddrinfo \w+|connect(?:ion)? (?:to|refused)|could not (?:connect|translate host name))[^\n]{0,60}?\b(redis|mongo\w*|postgres\w*|mysql|mariadb|rabbitmq|kafka|db)\b/i,
    cause: (match) => `needs: a server, ${word(match).toLowerCase()}`,
  },
  {
    pattern: /ECONNREFUSED|Connection refused|Communications link failure|Failed to configure a DataSource/i,
    cause: () => "needs: a server it connects to",
  },
  { pattern: /\/run\/secrets\/([\w.-]+)/, cause: (match) => `needs: a secret, ${word(match)}` },
  { pattern: /KeyError: '([A-Z][A-Z0-9_]+)'/, cause: (match) => `needs: a variable, ${word(match)}` },
  {
    pattern:
      /(?:missing|required|set|provide)[^\n]{0,60}\b(?:env|environment)\b[^\n]{0,60}|pydantic\.dev\/[\d.]+\/v\/missing|\b([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)\b[^\n]{0,40}(?:is not set|must be set|not defined|is required)/i,
    cause: (match) => `needs: a variable${word(match) === "" ? "" : `, ${word(match)}`}`,
  },
  {
    pattern: /AssertionError:?\s*([^\n]{0,80})/,
    cause: (match) => `the application's: it asserts "${word(match).trim()}"`,
  },
  {
    pattern:
      /No module named '(pkg_resources|django\.utils\.six[\w.]*)'|module '(marshmallow)' has no attribute|from '(werkzeug\.urls)'/,
    cause: (match) => `the application's: old code under a newer ${word(match)} than it was written for`,
  },
  {
    pattern: /(?:EACCES|[Pp]ermission denied)[^\n]{0,40}'(\/(?!app\b)[^']+)'/,
    cause: (match) => `the application's: it writes to ${word(match)}, which only root may`,
  },
  {
    pattern: /No such file or directory: '(uv|git|node|npm)'|(?:Command failed: |spawn )(\w+)/,
    cause: (match) => `the application's: it calls ${word(match)} while it runs`,
  },
];

/** The cause that lines of a log tell; the surest sign wins over the first line. */
export function causeOf(lines: readonly string[]): Cause {
  for (const { pattern, cause } of signs) {
    for (const line of [...lines].reverse()) {
      const match = pattern.exec(line);
      if (match) return cause(match);
    }
  }
  return "ours or unknown";
}

/** True for a failure that no Dockerfile could have prevented here: the build was kept from what it needs. */
export function unbuildableHere(cause: Cause): boolean {
  return /^(?:network|base missing|out of time)/.test(cause);
}
