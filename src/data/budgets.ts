import facts from "../../reference/data/budgets.json" with { type: "json" };

/** A limit on the size of an image. Megabytes are 10^6 bytes, as `docker images` prints them. */
export interface SizeBudget {
  readonly id: string;
  readonly title: string;
  readonly maxMB: number;
  /** Application types it is the default of. */
  readonly appTypes: readonly string[];
  readonly source: string;
}

/** A figure somebody states, and whether we measured it. */
export interface Claim {
  readonly id: string;
  readonly claim: string;
  readonly source: string;
  readonly status: string;
  readonly note?: string;
}

/** backend 500 MB, frontend 300 MB, minimal 100 MB. */
export const sizeBudgets: readonly SizeBudget[] = facts.budgets;
/** Estimates with their parts. */
export const sizeEstimates: readonly {
  readonly id: string;
  readonly title: string;
  readonly totalMB: number;
  readonly parts: readonly { readonly what: string; readonly mb: number }[];
  readonly source: string;
}[] = facts.estimates;
/** Before and after of multi-stage builds, as stated. */
export const statedReductions: readonly {
  readonly language: string;
  readonly beforeMB: number;
  readonly afterMB: number;
  readonly percent: number;
  readonly source: string;
}[] = facts.reductions;
export const claims: readonly Claim[] = facts.claims;

/** The budget of an application type (`api`, `worker`, `frontend`, `cli`), or by its own name (`backend`, `minimal`). */
export function sizeBudget(name: string): SizeBudget | undefined {
  return sizeBudgets.find((one) => one.id === name || one.appTypes.includes(name));
}
