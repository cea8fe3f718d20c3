import { clean, cleanLines } from "../security/untrusted.ts";
import type { Claim, ClaimId, Verdict } from "./types.ts";

/** What each claim says, in the order of reports, and whether it decides the answer. */
export const statements = {
  "valid-dockerfile": ["No rule finds an error in the Dockerfile", true],
  builds: ["The image builds", true],
  starts: ["The container starts without capabilities and within its limits", true],
  "runs-as-non-root": ["No process runs as root", true],
  "answers-probe": ["The application answers its probe", true],
  "healthcheck-healthy": ["The image's own health check becomes healthy", true],
  "stops-on-sigterm": ["The application ends when it is asked to, before it is killed", true],
  "read-only-root": ["It also works with a read-only root file system and a tmpfs on /tmp", false],
  "within-size-budget": ["The image is within its size budget", true],
  "no-secret-in-image": [
    "No secret is in a layer, the history, the configuration, a label or the provenance",
    true,
  ],
  "no-secret-in-log": ["No secret is printed by the build", true],
  "fails-without-secret": ["Without its secrets the build fails", true],
  "dependencies-cached": ["After a change of the source, dependencies come from the cache", true],
  reproducible: ["Two builds without cache give the same content", false],
  "no-known-vulnerabilities": ["A scanner finds nothing that counts", true],
} as const satisfies Record<ClaimId, readonly [claim: string, required: boolean]>;

/** What is known of a claim besides its verdict. Text is raw. */
export interface Detail {
  readonly reason?: string;
  readonly measurement?: Claim["measurement"];
  readonly log?: string | readonly string[];
  /** Milliseconds. */
  readonly ms?: number;
}

/** Collects claims; each is decided once, the first time. */
export interface Recorder {
  add(id: ClaimId, verdict: Verdict, detail?: Detail): void;
  /** Everything not decided yet becomes "not tested" for this reason. */
  rest(reason: string): void;
  has(id: ClaimId): boolean;
  readonly claims: readonly Claim[];
}

/** Makes a recorder; `redact` takes secret values out of every text. */
export function makeRecorder(redact: (text: string) => string): Recorder {
  const claims: Claim[] = [];
  const has = (id: ClaimId): boolean => claims.some((claim) => claim.id === id);
  const add: Recorder["add"] = (id, verdict, detail = {}) => {
    if (has(id)) return;
    const [claim, required] = statements[id];
    const log = typeof detail.log === "string" ? detail.log : detail.log?.join("\n");
    claims.push({
      id,
      claim,
      verdict,
      required,
      ...(detail.reason === undefined ? {} : { reason: clean(redact(detail.reason), 600) }),
      ...(detail.measurement === undefined ? {} : { measurement: detail.measurement }),
      ...(log === undefined || log.trim() === "" ? {} : { log: cleanLines(redact(log), 20, 240) }),
      ms: Math.round(detail.ms ?? 0),
    });
  };
  return {
    add,
    has,
    rest(reason) {
      for (const id of claimIds) add(id, "not-tested", { reason });
    },
    claims,
  };
}

/** All claims in the order of reports. */
export const claimIds: readonly ClaimId[] = Object.keys(statements).filter(
  (name): name is ClaimId => name in statements,
);
