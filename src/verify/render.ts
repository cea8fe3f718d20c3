import { formatBytes } from "../image/report/bytes.ts";
import type { Claim, EvidenceRecord } from "./types.ts";

/** An evidence record as short text: what is refuted first, with what was seen, then the rest, then what to do next. */
export function renderEvidence(record: EvidenceRecord, full: boolean): string {
  const of = (verdict: Claim["verdict"]): Claim[] =>
    record.claims.filter((claim) => claim.verdict === verdict);
  const refuted = of("refuted").sort((a, b) => Number(b.required) - Number(a.required));
  const { totals, engine } = record;
  const lines = [
    `${totals.requiredRefuted === 0 ? "PASSED" : "FAILED"}: ${totals.proved} proved, ${totals.refuted} refuted, ${totals.notTested} not tested in ${seconds(totals.ms)} (${engine.name} ${engine.version}, ${engine.builder})`,
  ];
  for (const claim of refuted) {
    lines.push(
      "",
      `REFUTED ${claim.id}${claim.required ? "" : " (for information)"}: ${claim.reason ?? claim.claim}`,
    );
    const figures = measured(claim);
    if (figures !== "") lines.push(`  ${figures}`);
    for (const line of (claim.log ?? []).slice(-(full ? 20 : 8))) lines.push(`  | ${line}`);
  }
  const proved = of("proved");
  if (proved.length > 0) {
    lines.push("", "Proved:");
    for (const claim of proved) {
      const figures = measured(claim);
      lines.push(`- ${claim.id}: ${claim.claim}${figures === "" ? "" : ` (${figures})`}`);
      if (claim.reason !== undefined) lines.push(`  ${claim.reason}`);
    }
  }
  const untested = of("not-tested");
  if (untested.length > 0) {
    lines.push("", "Not tested:", ...byReason(untested));
  }
  if (full && record.steps.length > 0) {
    lines.push("", "Build steps:");
    for (const step of record.steps) {
      if (step.position !== "")
        lines.push(`- [${step.position}] ${step.name}: ${step.state}, ${seconds(step.ms)}`);
    }
  }
  if (record.notes.length > 0) lines.push("", ...record.notes.map((note) => `Note: ${note}`));
  lines.push("", `Next: ${nextStep(record)}`);
  return lines.join("\n");
}

/** One line a reason: a build that fails leaves a dozen claims untested for the same one. */
function byReason(claims: readonly Claim[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { id, reason = "" } of claims) reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
  return [...reasons].map(([reason, ids]) => `- ${ids.join(", ")}: ${reason}`);
}

/** What to do with the answer. */
export function nextStep(record: EvidenceRecord): string {
  const refuted = (id: Claim["id"]): boolean =>
    record.claims.some((claim) => claim.id === id && claim.verdict === "refuted");
  if (refuted("builds")) return "mend the step that fails, then verify again";
  if (refuted("no-secret-in-image"))
    return "change the secret if its value was real, mount it, then verify again";
  if (refuted("valid-dockerfile")) return "validate_dockerfile with fix=safe, then verify again";
  if (refuted("within-size-budget")) return "analyze_image_size on the image, then verify again";
  if (record.totals.requiredRefuted > 0) return "mend what is refuted, then verify again";
  return "nothing has to be done; the record can be kept as evidence";
}

/** A claim's figures in one line, times and sizes in the units people read. */
export function measured(claim: Claim): string {
  return Object.entries(claim.measurement ?? {})
    .map(([name, value]) => {
      if (typeof value === "number" && /ms$/i.test(name))
        return `${name.replace(/Ms$/, "")} ${seconds(value)}`;
      if (typeof value === "number" && /bytes$/i.test(name)) return `${name} ${formatBytes(value)}`;
      return `${name} ${value}`;
    })
    .join(", ");
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
