import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, test } from "vitest";
import { claimIds, makeRecorder } from "../../src/verify/claims.ts";
import { renderHtml } from "../../src/verify/html.ts";
import { renderEvidence } from "../../src/verify/render.ts";
import type { Claim, EvidenceRecord } from "../../src/verify/types.ts";

function recordOf(claims: readonly Claim[]): EvidenceRecord {
  const count = (verdict: Claim["verdict"]): number =>
    claims.filter((claim) => claim.verdict === verdict).length;
  return {
    schemaVersion: 1,
    runId: "0123456789ab",
    subject: { context: "/app", dockerfile: "Dockerfile", sha256: "0".repeat(64) },
    engine: { name: "docker", version: "28.0.0", builder: "buildx" },
    claims,
    steps: [],
    findings: [],
    secretPlaces: [],
    notes: [],
    totals: {
      proved: count("proved"),
      refuted: count("refuted"),
      notTested: count("not-tested"),
      requiredRefuted: claims.filter(({ verdict, required }) => verdict === "refuted" && required).length,
      ms: 12_345,
    },
  };
}

function worst(): EvidenceRecord {
  const recorder = makeRecorder((text) => text);
  for (const id of claimIds) {
    recorder.add(id, "refuted", {
      reason: "some longer explanation of what is wrong and what to do next ".repeat(20),
      log: Array.from(
        { length: 100 },
        (_, line) => `line ${line} ${"of the log of the application ".repeat(20)}`,
      ),
    });
  }
  return recordOf(recorder.claims);
}

describe("the text for a model", () => {
  test("says what is refuted first, then what to do next last", () => {
    const recorder = makeRecorder((text) => text);
    recorder.add("builds", "proved", { measurement: { buildMs: 2500 } });
    recorder.add("within-size-budget", "refuted", {
      reason: "too large",
      measurement: { bytes: 200_000_000 },
      log: ["1 MB COPY . ."],
    });
    recorder.rest("not now");
    const text = renderEvidence(recordOf(recorder.claims), false);
    expect(text).toMatch(/^FAILED: 1 proved, 1 refuted/);
    expect(text.indexOf("REFUTED within-size-budget")).toBeLessThan(text.indexOf("- builds"));
    expect(text).toContain("bytes 200 MB");
    expect(text).toContain("| 1 MB COPY . .");
    expect(text.split("\n").at(-1)).toMatch(/^Next: analyze_image_size/);
  });

  test("claims that were not tested for one reason share its line", () => {
    const recorder = makeRecorder((text) => text);
    recorder.add("builds", "refuted", { reason: "step 3 failed" });
    recorder.rest("the image could not be built");
    const text = renderEvidence(recordOf(recorder.claims), false);
    expect(text.match(/the image could not be built/g)).toHaveLength(1);
    for (const id of claimIds) expect(text).toContain(id);
  });

  test("what is for information does not fail the whole", () => {
    const recorder = makeRecorder((text) => text);
    recorder.add("reproducible", "refuted", { reason: "1 path differs" });
    expect(renderEvidence(recordOf(recorder.claims), false)).toMatch(/^PASSED/);
  });

  test("stays within 14,000 characters and 4,000 tokens for ordinary logs", () => {
    const recorder = makeRecorder((text) => text);
    for (const id of claimIds) {
      recorder.add(id, "refuted", {
        reason: "what is wrong and what to do next",
        log: Array(20).fill("a line of a log"),
      });
    }
    expect(encode(renderEvidence(recordOf(recorder.claims), false)).length).toBeLessThanOrEqual(4000);
  });
});

describe("claims", () => {
  test("are decided once, and values are taken out of every text", () => {
    const recorder = makeRecorder((text) => text.replaceAll("hunter2", "***"));
    recorder.add("builds", "refuted", { reason: "echo hunter2", log: "hunter2\n\u001b[31mred\u001b[0m" });
    recorder.add("builds", "proved");
    expect(recorder.claims).toMatchObject([
      { id: "builds", verdict: "refuted", reason: "echo ***", log: ["***", "red"] },
    ]);
  });
});

describe("the page for a person", () => {
  test("needs nothing from elsewhere and runs nothing", () => {
    const page = renderHtml(worst());
    expect(page).not.toMatch(/<script|<link|<img|\bsrc=|url\(|https?:/i);
    expect(page).toContain("default-src 'none'");
  });

  test("shows hostile text as text", () => {
    const recorder = makeRecorder((text) => text);
    recorder.add("builds", "refuted", {
      reason: "</p><script>alert(1)</script>",
      log: ["<img src=x onerror=alert(1)>", "\"'&"],
    });
    const record = {
      ...recordOf(recorder.claims),
      secretPlaces: [
        {
          secret: "<b>",
          where: "layer",
          layer: 1,
          path: "/<i>",
          instruction: "RUN <u>",
          form: "plain",
        } as const,
      ],
      notes: ["<svg>"],
    };
    const page = renderHtml(record);
    expect(page).not.toMatch(/<(?:script|img|b|i|u|svg)>/i);
    expect(page).not.toMatch(/<img/i);
    expect(page).toContain("&lt;script&gt;alert(1)");
  });
});
