import { endOfLife, isEndOfLife, supportedCycles } from "../data/eol.ts";
import { recommended } from "../data/images.ts";
import { packageManager } from "../data/package-managers.ts";
import type { Variant } from "../plan/types.ts";
import type { Fact, Language } from "../project/types.ts";
import type { Parameters } from "./types.ts";

/** Release lines of a language's runtime. */
export interface RuntimeVersions {
  /** With standard support today, newest first. */
  readonly supported: readonly string[];
  /** What a project that states nothing gets. */
  readonly standard: string;
}

const products = {
  node: "node",
  python: "python",
  go: "go",
  rust: "rust",
  java: "java",
} as const satisfies Record<Language, string>;

/** The release lines of a language on a day (YYYY-MM-DD). */
export function runtimeVersions(
  language: Language,
  today: string,
  variant: Variant = "production",
): RuntimeVersions {
  const supported = supportedCycles(products[language], today).map((cycle) => cycle.cycle);
  const known = recommended(language);
  // A distroless image may hold another version than the one to start with elsewhere.
  const standard = (variant === "hardened" ? known?.hardenedVersion : undefined) ?? known?.version;
  return { supported, standard: standard ?? supported[0] ?? "latest" };
}

/** The version of a package manager that a build pins; throws for one we hold no facts about. */
export function toolVersion(name: string): string {
  const version = packageManager(name)?.version;
  if (version === undefined) throw new Error(`no version is known for ${name}`);
  return version;
}

/** The version a project asks for, or the standard one when that has ended and `upgrade` was asked for. */
export function settleVersion(asked: Fact<string>, language: Language, parameters: Parameters): Fact<string> {
  if (!parameters.upgrade || !isEndOfLife(products[language], asked.value, parameters.today)) return asked;
  const ended = endOfLife(products[language], asked.value)?.eol;
  const { standard } = runtimeVersions(language, parameters.today);
  return {
    value: standard,
    evidence: asked.evidence,
    confidence: "likely",
    note: `upgraded from ${asked.value}, whose support ended on ${String(ended)}`,
    alternatives: [asked.value],
  };
}
