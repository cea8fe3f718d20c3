import type { Step } from "../plan/types.ts";

/** Timing of a HEALTHCHECK: the seeds' 30s/3s/3, with a start period so that a slow start is not a failure. */
const timing = { interval: "30s", timeout: "5s", startPeriod: "15s", retries: 3 } as const;

/** What to probe: an HTTP path, or a TCP connect when no route is known. Loopback by number: `localhost` may be ::1. */
export interface ProbeTarget {
  readonly port: number;
  readonly path?: string;
}

/** A probe with the Python interpreter that is there anyway; slim images have neither curl nor wget. */
export function pythonHealthcheck(target: ProbeTarget, python = "python"): Step {
  const script =
    target.path === undefined
      ? `import socket; socket.create_connection(('127.0.0.1', ${target.port}), 3).close()`
      : `import urllib.request; urllib.request.urlopen('http://127.0.0.1:${target.port}${target.path}', timeout=3)`;
  return healthcheck([python, "-c", script], target);
}

/** A probe with Node.js itself. */
export function nodeHealthcheck(target: ProbeTarget, node = "node"): Step {
  const script =
    target.path === undefined
      ? `require('net').connect(${target.port},'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))`
      : `fetch('http://127.0.0.1:${target.port}${target.path}').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))`;
  return healthcheck([node, "-e", script], target);
}

/** A probe with a program of the image, given as exec-form words. */
export function healthcheck(command: readonly string[], target: ProbeTarget): Step {
  return {
    kind: "healthcheck",
    command,
    ...timing,
    why:
      target.path === undefined
        ? "No health route was found in the code: the port accepting connections has to do."
        : "",
  };
}
