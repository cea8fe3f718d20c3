import type { ErrorKind } from "../security/errors.ts";

/** Exit codes; scripts rely on them. */
export const exitCodes = {
  ok: 0,
  /** Findings at or above the threshold, a target missed, a proof that failed. */
  failed: 1,
  /** Wrong arguments or input. */
  usage: 2,
  /** A program or service that is needed is missing or does not work. */
  missing: 3,
  internal: 4,
  /** Ended by Ctrl-C, as shells count it. */
  interrupted: 130,
} as const;

/** The exit code of a call that ended with an error. */
export function exitCodeOf(kind: ErrorKind | "internal"): number {
  switch (kind) {
    case "input":
    case "not-found":
    case "limit":
      return exitCodes.usage;
    case "missing-tool":
    case "engine":
      return exitCodes.missing;
    case "cancelled":
      return exitCodes.interrupted;
    case "internal":
      return exitCodes.internal;
  }
}
