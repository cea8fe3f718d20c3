import { InputError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { formatBytes } from "../report/bytes.ts";
import type { ImageAnalysis } from "./types.ts";

/** A size or a ratio an image has to keep. */
export type Target =
  | { readonly kind: "size"; readonly name: string; readonly maxBytes: number }
  | { readonly kind: "dive"; readonly name: DiveRule; readonly limit: number };

/** dive's CI rules by their own names. */
export type DiveRule = "lowestEfficiency" | "highestWastedBytes" | "highestUserWastedPercent";

/** Whether a target is kept. */
export interface Verdict {
  readonly target: string;
  readonly passed: boolean;
  /** The measured value in words. */
  readonly actual: string;
  /** Bytes over the limit; 0 when it is kept and for ratios. */
  readonly over: number;
}

const MB = 1_000_000;

/** Sizes by what an image is for; a backend below 500 MB is the widest, a static binary below 30 MB the tightest. */
export const budgets: Readonly<Record<string, number>> = {
  backend: 500 * MB,
  frontend: 300 * MB,
  minimal: 100 * MB,
  distroless: 50 * MB,
  static: 30 * MB,
};

const units: Readonly<Record<string, number>> = {
  "": 1, b: 1, k: 1e3, kb: 1e3, m: 1e6, mb: 1e6, g: 1e9, gb: 1e9, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3,
}; // biome-ignore format: a table

/** Bytes of `300MB`, `1.5 GiB` or `123456`; undefined for other text. MB are 10^6 as in `docker images`. */
export function parseBytes(text: string): number | undefined {
  const [, number, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const factor = units[unit.toLowerCase()];
  return number === undefined || factor === undefined ? undefined : Math.round(Number(number) * factor);
}

/**
 * Reads targets, separated by commas: a size (`<300MB`, `100 MB`), a budget (`backend`, `frontend`, `minimal`,
 * `distroless`, `static`), or a rule of dive (`lowestEfficiency=0.95`, `highestWastedBytes=20MB`,
 * `highestUserWastedPercent=0.1`; `dive` alone means its defaults). Throws InputError.
 */
export function parseTargets(text: string): Target[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .flatMap(parseTarget);
}

function parseTarget(text: string): Target[] {
  const budget = Object.hasOwn(budgets, text.toLowerCase()) ? budgets[text.toLowerCase()] : undefined;
  if (budget !== undefined)
    return [{ kind: "size", name: `${text.toLowerCase()} < ${formatBytes(budget)}`, maxBytes: budget }];
  if (text.toLowerCase() === "dive") {
    // The defaults of dive 0.13.1: no limit on bytes.
    return [
      { kind: "dive", name: "lowestEfficiency", limit: 0.9 },
      { kind: "dive", name: "highestUserWastedPercent", limit: 0.1 },
    ];
  }
  const [, name, value = ""] =
    /^(lowestEfficiency|highestWastedBytes|highestUserWastedPercent)\s*[:=]\s*"?([^"]+)"?$/.exec(text) ?? [];
  if (name === "lowestEfficiency" || name === "highestUserWastedPercent") {
    const limit = Number(value);
    if (value.trim() !== "" && limit >= 0 && limit <= 1) return [{ kind: "dive", name, limit }];
    throw wrong(text, "give a ratio from 0 to 1");
  }
  if (name === "highestWastedBytes") {
    const limit = parseBytes(value);
    if (limit !== undefined) return [{ kind: "dive", name, limit }];
    throw wrong(text, "give bytes such as 20MB");
  }
  const size = parseBytes(text.replace(/^<=?/, ""));
  if (size === undefined) {
    throw wrong(
      text,
      `give a size such as 300MB, one of ${Object.keys(budgets).join(", ")}, or a rule of dive such as lowestEfficiency=0.95`,
    );
  }
  return [{ kind: "size", name: `< ${formatBytes(size)}`, maxBytes: size }];
}

function wrong(text: string, hint: string): InputError {
  return new InputError(`target ${clean(text, 60)} cannot be read`, hint);
}

const diveRule =
  /^\s*(lowest-?efficiency|highest-?wasted-?bytes|highest-?user-?wasted-?percent)\s*:\s*(.+?)\s*$/i;

/** The rules of a `.dive-ci` file that are switched on. Throws InputError for values dive would refuse. */
export function parseDiveFile(text: string): Target[] {
  const names: Readonly<Record<string, DiveRule>> = {
    lowestefficiency: "lowestEfficiency",
    highestwastedbytes: "highestWastedBytes",
    highestuserwastedpercent: "highestUserWastedPercent",
  };
  return text.split("\n").flatMap((line) => {
    const [, key = "", raw = ""] = diveRule.exec(line.replace(/\s#.*$/, "")) ?? [];
    const name = names[key.toLowerCase().replaceAll("-", "")];
    const value = raw.replace(/^["']|["']$/g, "");
    if (name === undefined || value === "disabled") return [];
    return parseTarget(`${name}=${value}`);
  });
}

/** Holds an image against a target. dive's rules are missed only beyond their limit, sizes at theirs. */
export function judge(analysis: ImageAnalysis, target: Target): Verdict {
  const { size, dive } = analysis;
  if (target.kind === "size") {
    return {
      target: target.name,
      passed: size.total < target.maxBytes,
      actual: formatBytes(size.total),
      over: Math.max(0, size.total - target.maxBytes),
    };
  }
  const value = {
    lowestEfficiency: dive.efficiency,
    highestWastedBytes: dive.wastedBytes,
    highestUserWastedPercent: dive.userWastedPercent ?? 0,
  }[target.name];
  const passed = target.name === "lowestEfficiency" ? value >= target.limit : value <= target.limit;
  const shown = target.name === "highestWastedBytes" ? formatBytes : (ratio: number) => ratio.toFixed(4);
  return { target: `${target.name} ${shown(target.limit)}`, passed, actual: shown(value), over: 0 };
}
