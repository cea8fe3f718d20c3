/** Build arguments BuildKit sets from the platforms of the build; FROM sees them, a stage after `ARG NAME`. */
export const platformArgs: ReadonlySet<string> = new Set([
  "BUILDPLATFORM",
  "BUILDOS",
  "BUILDOSVERSION",
  "BUILDARCH",
  "BUILDVARIANT",
  "TARGETPLATFORM",
  "TARGETOS",
  "TARGETOSVERSION",
  "TARGETARCH",
  "TARGETVARIANT",
  "TARGETSTAGE",
]);

/** Build arguments that reach RUN without an ARG instruction. */
export const proxyArgs: ReadonlySet<string> = new Set([
  "HTTP_PROXY",
  "http_proxy",
  "HTTPS_PROXY",
  "https_proxy",
  "FTP_PROXY",
  "ftp_proxy",
  "NO_PROXY",
  "no_proxy",
  "ALL_PROXY",
  "all_proxy",
]);

/** True for a build argument that may be used without being declared with a value. */
export function isPredefinedArg(name: string): boolean {
  return platformArgs.has(name) || proxyArgs.has(name);
}
