import { formatBytes } from "../image/report/bytes.ts";
import { measured, nextStep } from "./render.ts";
import type { Claim, EvidenceRecord } from "./types.ts";

const style = `
:root{color-scheme:light dark;--ok:#1a7f37;--no:#c62828;--unknown:#6b7280;--line:#8884}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem}
.head{display:flex;gap:1rem;align-items:baseline;flex-wrap:wrap}
.badge{font-weight:600;padding:.1rem .6rem;border-radius:1rem;color:#fff;white-space:nowrap}
.proved{background:var(--ok)}.refuted{background:var(--no)}.not-tested{background:var(--unknown)}
details{border:1px solid var(--line);border-radius:.5rem;margin:.4rem 0;padding:.5rem .8rem}
summary{cursor:pointer;display:flex;gap:.7rem;align-items:baseline;flex-wrap:wrap}
summary .badge{font-size:.8rem;min-width:5.5rem;text-align:center}
summary code{margin-left:auto;opacity:.75}
pre{overflow:auto;background:#8881;padding:.7rem;border-radius:.4rem;font-size:.85rem;white-space:pre-wrap;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
td.n{text-align:right;white-space:nowrap}
`;

/** The record as one page that needs nothing else: no script, no font, no picture from elsewhere. */
export function renderHtml(record: EvidenceRecord): string {
  const passed = record.totals.requiredRefuted === 0;
  const { totals, subject, engine, image } = record;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="dockwright">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${html(subject.dockerfile)}: ${passed ? "passed" : "failed"}</title>
<style>${style}</style>
</head>
<body>
<main>
<div class="head"><h1>${html(subject.dockerfile)}</h1><span class="badge ${passed ? "proved" : "refuted"}">${passed ? "passed" : "failed"}</span></div>
<p>${totals.proved} proved, ${totals.refuted} refuted, ${totals.notTested} not tested, in ${(totals.ms / 1000).toFixed(1)} s with ${html(`${engine.name} ${engine.version}, ${engine.builder}`)}.<br>Next: ${html(nextStep(record))}.</p>
<h2>Claims</h2>
${[...record.claims]
  .sort((a, b) => rank(a) - rank(b))
  .map(claimHtml)
  .join("\n")}
${secretsHtml(record)}
${
  image
    ? `<h2>Image</h2>
<table>
${row("Id", image.id)}${row("Platform", image.platform)}${row("User", image.user === "" ? "none (root)" : image.user)}${row("Entrypoint", image.entrypoint.join(" "))}${row("Command", image.cmd.join(" "))}${row("Ports", image.ports.join(", "))}${row("Health check", image.healthcheck?.join(" ") ?? "none")}${row("Size", image.bytes === undefined ? "unknown" : formatBytes(image.bytes))}
</table>
<h2>Layers</h2>
<table><tr><th>Instruction</th><th>Bytes</th></tr>
${image.layers.map((layer) => `<tr><td>${html(layer.instruction)}</td><td class="n">${formatBytes(layer.bytes)}</td></tr>`).join("\n")}
</table>`
    : ""
}
${
  record.steps.length === 0
    ? ""
    : `<h2>Build steps</h2>
<table><tr><th>Step</th><th></th><th>State</th><th>Time</th></tr>
${record.steps
  .filter(({ position }) => position !== "")
  .map(
    (step) =>
      `<tr><td>${html(step.position)}</td><td>${html(step.name)}</td><td>${step.state}</td><td class="n">${step.ms} ms</td></tr>`,
  )
  .join("\n")}
</table>`
}
${
  record.findings.length === 0
    ? ""
    : `<h2>What the rules say</h2>
<table><tr><th>Line</th><th>Severity</th><th>Finding</th></tr>
${record.findings.map((finding) => `<tr><td class="n">${finding.location?.startLine ?? ""}</td><td>${finding.severity}</td><td>${html(finding.message)} <code>${html(finding.rule)}</code></td></tr>`).join("\n")}
</table>`
}
${record.notes.length === 0 ? "" : `<h2>Notes</h2>\n<ul>${record.notes.map((note) => `<li>${html(note)}</li>`).join("")}</ul>`}
<p><small>Run ${html(record.runId)}, Dockerfile sha256 ${html(subject.sha256)}. Text from the image and its logs is shown as it is and is not part of the verdict.</small></p>
</main>
</body>
</html>
`;
}

function rank(claim: Claim): number {
  if (claim.verdict === "refuted") return claim.required ? 0 : 1;
  return claim.verdict === "proved" ? 2 : 3;
}

function claimHtml(claim: Claim): string {
  const figures = measured(claim);
  const body = [
    claim.reason === undefined ? "" : `<p>${html(claim.reason)}</p>`,
    figures === "" ? "" : `<p>${html(figures)}</p>`,
    claim.log === undefined ? "" : `<pre>${html(claim.log.join("\n"))}</pre>`,
    `<p><small>${claim.ms} ms${claim.required ? "" : ", for information: does not decide"}</small></p>`,
  ].join("");
  return `<details${claim.verdict === "refuted" ? " open" : ""} id="${claim.id}"><summary><span class="badge ${claim.verdict}">${claim.verdict.replace("-", " ")}</span> <span>${html(claim.claim)}</span> <code>${claim.id}</code></summary>${body}</details>`;
}

function secretsHtml({ secretPlaces }: EvidenceRecord): string {
  if (secretPlaces.length === 0) return "";
  return `<h2>Where secrets were found</h2>
<table><tr><th>Secret</th><th>Place</th><th>Visible</th><th>Form</th><th>Instruction</th></tr>
${secretPlaces
  .map(
    (place) =>
      `<tr><td>${html(place.secret)}</td><td>${html(place.layer === undefined ? `${place.where} ${place.path ?? ""}` : `layer ${place.layer}: ${place.path ?? ""}`)}</td><td>${place.visibility ?? ""}</td><td>${html(place.form)}</td><td>${html(place.instruction ?? "")}</td></tr>`,
  )
  .join("\n")}
</table>`;
}

function row(name: string, value: string): string {
  return `<tr><th>${name}</th><td>${html(value)}</td></tr>`;
}

function html(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
