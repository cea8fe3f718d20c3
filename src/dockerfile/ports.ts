import { isIP } from "node:net";

/** A port of EXPOSE taken apart: `[[ip:]host:]port[-end][/protocol]`. */
export interface PortSpec {
  readonly start: number;
  readonly end: number;
  /** Lower case; `tcp` unless given. */
  readonly protocol: string;
  /** The host part, which EXPOSE takes and ignores. */
  readonly host?: string;
}

/** Reads a port specification as BuildKit does; undefined when it refuses it. */
export function parsePort(text: string): PortSpec | undefined {
  const parts = text.split(":");
  const container = parts.at(-1) ?? "";
  const hostPort = parts.at(-2) ?? "";
  const ip = parts.slice(0, -2).join(":");
  const slash = container.indexOf("/");
  const protocol = slash < 0 ? "tcp" : container.slice(slash + 1).toLowerCase() || "tcp";
  if (!/^(?:tcp|udp|sctp)$/.test(protocol)) return undefined;
  if (ip !== "" && isIP(ip.replace(/^\[(.*)\]$/, "$1")) === 0) return undefined;
  const ports = portRange(slash < 0 ? container : container.slice(0, slash));
  if (!ports) return undefined;
  if (hostPort !== "") {
    const hosts = portRange(hostPort);
    if (!hosts) return undefined;
    if (hosts.end - hosts.start !== ports.end - ports.start && ports.end !== ports.start) return undefined;
  }
  const host = parts.slice(0, -1).join(":");
  return { ...ports, protocol, ...(host === "" ? {} : { host }) };
}

/** True when BuildKit takes the text as a port specification. */
export function isPort(text: string): boolean {
  return parsePort(text) !== undefined;
}

function portRange(text: string): { start: number; end: number } | undefined {
  const dash = text.indexOf("-");
  const start = portNumber(dash < 0 ? text : text.slice(0, dash));
  const end = dash < 0 ? start : portNumber(text.slice(dash + 1));
  if (start === undefined || end === undefined || end < start) return undefined;
  return { start, end };
}

function portNumber(text: string): number | undefined {
  if (!/^\+?\d{1,9}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65_535 ? port : undefined;
}
