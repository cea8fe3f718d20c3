import facts from "../../reference/data/eol.json" with { type: "json" };
import { compareVersions } from "./version.ts";

/** One release line of a product. */
export interface Cycle {
  /** As the project writes it: `24`, `3.13`, `24.04`, `debian13`. */
  readonly cycle: string;
  /** Release name, lower case: `bookworm`, `noble`. */
  readonly codename?: string;
  readonly released?: string;
  /** End of standard support, YYYY-MM-DD; false when no end is announced. */
  readonly eol: string | false;
  /** True, or the day it became (becomes) long-term support. */
  readonly lts?: boolean | string;
  /** End of active support (bug fixes); security fixes go on until `eol`. */
  readonly supportEnds?: string;
  /** Support after `eol` by somebody: Debian LTS, a paid programme. */
  readonly extended?: { readonly until: string; readonly by: string };
  readonly note?: string;
  /** True when the cycle is older than any listed: `eol` is then the latest day it can have been. */
  readonly latestPossible?: boolean;
}

/** A product with its release lines, newest first. */
export interface Product {
  readonly title: string;
  readonly source: string;
  /** Only the newest release is ever supported (Rust, nginx mainline): an old one matters less than a dead LTS line. */
  readonly rolling: boolean;
  readonly cycles: readonly Cycle[];
}

/** JSON has no literal `false` type: a boolean `eol` always means that no end is announced. */
interface StoredCycle extends Omit<Cycle, "eol"> {
  readonly eol: string | boolean;
}
const stored: Readonly<
  Record<string, Omit<Product, "cycles"> & { readonly cycles: readonly StoredCycle[] }>
> = facts.products;
const products: Readonly<Record<string, Product>> = Object.fromEntries(
  Object.entries(stored).map(([name, product]) => [
    name,
    {
      ...product,
      cycles: product.cycles.map(
        (one) => ({ ...one, eol: typeof one.eol === "string" ? one.eol : false }) as const,
      ),
    },
  ]),
);

/** Names that `endOfLife` knows: `node`, `python`, `go`, `rust`, `java`, `debian` ... */
export function eolProducts(): readonly string[] {
  return Object.keys(products);
}

/** A product by name, undefined when we hold no dates for it. */
export function eolProduct(product: string): Product | undefined {
  return Object.hasOwn(products, product) ? products[product] : undefined;
}

/**
 * The release line `cycle` of a product: `endOfLife("node", "20")`, `endOfLife("debian", "bookworm")`. A longer
 * version is cut to the line it belongs to (`3.12.4` -> `3.12`). Undefined for an unknown or newer one.
 */
export function endOfLife(product: string, cycle: string): Cycle | undefined {
  const cycles = eolProduct(product)?.cycles;
  if (cycles === undefined) return undefined;
  const wanted = cycle.toLowerCase();
  const exact = cycles.find((one) => one.cycle === wanted || one.codename === wanted);
  if (exact !== undefined) return exact;
  if (!/^\d+(\.\d+)*$/.test(wanted)) return undefined;
  const line = cycles.find((one) => wanted.startsWith(`${one.cycle}.`));
  if (line !== undefined) return line;
  const oldest = cycles.at(-1);
  // `3` alone is a moving tag, not an old release.
  if (oldest === undefined || !/^\d/.test(oldest.cycle)) return undefined;
  if (wanted.split(".").length < oldest.cycle.split(".").length) return undefined;
  if (compareVersions(wanted, oldest.cycle) >= 0) return undefined;
  return { cycle: wanted, eol: oldest.eol, latestPossible: true };
}

/** True when standard support of the cycle has ended on or before `today` (YYYY-MM-DD). False when unknown. */
export function isEndOfLife(product: string, cycle: string, today: string): boolean {
  const found = endOfLife(product, cycle);
  return found !== undefined && found.eol !== false && found.eol <= today;
}

/** Release lines that have standard support on `today`, newest first. Empty for an unknown product. */
export function supportedCycles(product: string, today: string): readonly Cycle[] {
  return (eolProduct(product)?.cycles ?? []).filter(
    (one) => (one.eol === false || one.eol > today) && (one.released === undefined || one.released <= today),
  );
}
