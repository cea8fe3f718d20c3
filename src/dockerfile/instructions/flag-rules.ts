import { didYouMean } from "../suggest.ts";
import type { Flag } from "../types.ts";
import { type ReadContext, report } from "./head.ts";

type Kind = "text" | "list" | "boolean" | "duration" | "count" | "network" | "security";

/** The flags of each instruction; BuildKit does not look at the flags of ARG and STOPSIGNAL. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  FROM: { platform: "text" },
  RUN: { mount: "list", network: "network", security: "security", device: "list" },
  COPY: { from: "text", chown: "text", chmod: "text", link: "boolean", parents: "boolean", exclude: "list" },
  ADD: {
    chown: "text",
    chmod: "text",
    link: "boolean",
    "keep-git-dir": "boolean",
    checksum: "text",
    unpack: "boolean",
    exclude: "list",
  },
  HEALTHCHECK: {
    interval: "duration",
    timeout: "duration",
    "start-period": "duration",
    "start-interval": "duration",
    retries: "count",
  },
};
const UNCHECKED = new Set(["ARG", "STOPSIGNAL"]);

/** Reports the flags BuildKit refuses. */
export function checkFlags(context: ReadContext, keyword: string, flags: readonly Flag[]): void {
  if (flags.length === 0 || UNCHECKED.has(keyword)) return;
  const known = FLAGS[keyword] ?? {};
  const seen = new Set<string>();
  for (const flag of flags) {
    const kind = Object.hasOwn(known, flag.name) ? known[flag.name] : undefined;
    if (!kind) {
      const names = Object.keys(known);
      const message = `${keyword} has no flag --${flag.name}.${didYouMean(flag.name, names)}`;
      report(context, "unknown-flag", message, flag.range);
      continue;
    }
    if (seen.has(flag.name) && kind !== "list") {
      report(context, "duplicate-flag", `--${flag.name} may be given only once.`, flag.range);
    }
    seen.add(flag.name);
    const problem = valueProblem(kind, flag);
    if (problem) report(context, problem.code, problem.message, flag.valueRange ?? flag.range);
  }
}

function valueProblem(kind: Kind, flag: Flag): { code: string; message: string } | undefined {
  const { name, value } = flag;
  if (kind === "boolean") {
    if (value === undefined || /^(?:true|false)$/i.test(value)) return undefined;
    if (value === "") return { code: "missing-flag-value", message: `--${name}= has no value.` };
    return { code: "invalid-flag-value", message: `--${name} is true or false, not "${value}".` };
  }
  if (value === undefined) {
    return { code: "missing-flag-value", message: `--${name} needs a value: --${name}=…` };
  }
  const allowed = valuesOf(kind, value);
  if (allowed === undefined) return undefined;
  return { code: "invalid-flag-value", message: `--${name}=${value} is not valid: ${allowed}.` };
}

/** What the flag takes, when `value` is none of it. */
function valuesOf(kind: Kind, value: string): string | undefined {
  switch (kind) {
    case "duration":
      return durationProblem(value);
    case "count":
      return value === "" || /^\+?\d{1,9}$/.test(value) ? undefined : "it takes a whole number, 0 or more";
    case "network":
      return /^(?:default|none|host)$/.test(value) ? undefined : "it takes default, none or host";
    case "security":
      return /^(?:insecure|sandbox)$/.test(value) ? undefined : "it takes insecure or sandbox";
    default:
      return undefined;
  }
}

const DURATION = /^[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const UNIT = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a Go duration (`1m30s`, `500ms`); undefined when it is none. */
export function parseDuration(value: string): number | undefined {
  if (!DURATION.test(value)) return undefined;
  let total = 0;
  for (const [, amount, unit] of value.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const factor = Object.entries(UNIT).find(([name]) => name === unit)?.[1] ?? 0;
    total += Number(amount) * factor;
  }
  return value.startsWith("-") ? -total : total;
}

function durationProblem(value: string): string | undefined {
  if (value === "") return undefined;
  const duration = parseDuration(value);
  if (duration === undefined) return "it takes a duration such as 30s or 1m30s";
  return duration !== 0 && duration < 1 ? "the shortest duration is 1ms" : undefined;
}
