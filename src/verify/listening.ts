import { readFile } from "node:fs/promises";

/** A TCP port a process of a container listens on. */
export interface Listening {
  readonly port: number;
  /** True when nobody outside the container can reach it. */
  readonly loopbackOnly: boolean;
}

/**
 * The TCP ports listened on in the network of a process (proc(5), /proc/net/tcp: local address in hex, state 0A).
 * Undefined where the engine's processes are not ours to see: other machines, Docker Desktop.
 */
export async function listeningPorts(pid: number): Promise<readonly Listening[] | undefined> {
  if (pid <= 0 || process.platform !== "linux") return undefined;
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/${pid}/net/${name}`, "utf8").catch(() => undefined)),
  );
  if (tables.every((table) => table === undefined)) return undefined;
  const ports = new Map<number, boolean>();
  for (const line of tables.join("\n").split("\n")) {
    const [, address = "", port = "", state] =
      /^\s*\d+: ([0-9A-F]{8,32}):([0-9A-F]{4}) [0-9A-F:]+ ([0-9A-F]{2})/.exec(line) ?? [];
    if (state !== "0A") continue;
    const number = Number.parseInt(port, 16);
    // 127.0.0.0/8 little-endian, ::1, and 127.0.0.1 mapped into IPv6.
    const loopback = /^(?:[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/.test(address);
    // The engine's own resolver listens on 127.0.0.11.
    if (address === "0B00007F") continue;
    ports.set(number, loopback && (ports.get(number) ?? true));
  }
  return [...ports].map(([port, loopbackOnly]) => ({ port, loopbackOnly }));
}
