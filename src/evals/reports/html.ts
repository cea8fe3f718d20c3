import { cleanLines } from "../../security/untrusted.ts";
import type { Report, ReportCriterion, ReportEntry } from "../report.ts";

const words = { passed: "passed", failed: "failed", "not-tested": "not tested", error: "broke off" } as const;

/** One page without scripts from elsewhere: subjects side by side, the evidence behind every verdict. */
export function html(report: Report): string {
  const names = [...new Set(report.scenarios.map(({ name }) => name))];
  const sections = names.map((name) => section(report.scenarios.filter((entry) => entry.name === name)));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>dockwright eval</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Evaluation</h1>
<p>${text(report.tool)}, ${text(report.day)}, seed ${report.seed}</p>
${report.notes.map((note) => `<p class="note">${text(note)}</p>`).join("\n")}
<nav>${names.map((name) => `<a href="#${id(name)}">${text(name)}</a>`).join(" ")}</nav>
</header>
${sections.join("\n")}
</body>
</html>
`;
}

function section(entries: readonly ReportEntry[]): string {
  const first = entries[0];
  if (first === undefined) return "";
  const rows = first.criteria.map(
    ({ id: criterion, name, added }) =>
      `<tr><th scope="row">${text(name)}${added ? ' <small title="beside the documented criteria">ours</small>' : ""}</th>${entries.map((entry) => cell(entry.criteria.find((each) => each.id === criterion))).join("")}</tr>`,
  );
  return `<section id="${id(first.name)}">
<h2>${text(first.title)}</h2>
<div class="wide"><table>
<thead><tr><th scope="col">Criterion</th>${entries.map((entry) => `<th scope="col">${text(entry.subject)}<br><small>${entry.arm}</small></th>`).join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
<tfoot><tr><th scope="row">All required</th>${entries.map(outcome).join("")}</tr></tfoot>
</table></div>
${entries.map(answers).join("\n")}
</section>`;
}

function cell(criterion: ReportCriterion | undefined): string {
  if (criterion === undefined) return "<td></td>";
  const { verdict, evidence, passed, failed, notTested, flaky } = criterion;
  const trials = passed + failed + notTested;
  const count = trials > 1 ? ` ${passed}/${trials}${flaky ? " flaky" : ""}` : "";
  return `<td class="${verdict}"><details><summary>${words[verdict]}${count}</summary><p>${text(evidence)}</p></details></td>`;
}

function outcome({ outcome: ended, statistics }: ReportEntry): string {
  const { trials, passed, interval, medianMs, inputTokens, outputTokens, costUSD } = statistics;
  const facts = [
    ...(trials > 1
      ? [`${passed} of ${trials} trials, 95 % interval ${percent(interval[0])} to ${percent(interval[1])}`]
      : []),
    ...(medianMs === undefined ? [] : [`${(medianMs / 1000).toFixed(1)} s`]),
    ...(inputTokens + outputTokens > 0 ? [`${inputTokens} + ${outputTokens} tokens`] : []),
    ...(costUSD === undefined ? [] : [`${costUSD.toFixed(4)} USD`]),
  ];
  return `<td class="${ended}"><strong>${words[ended]}</strong>${facts.map((fact) => `<br><small>${text(fact)}</small>`).join("")}</td>`;
}

function answers(entry: ReportEntry): string {
  const trials = entry.trials.map((trial) => {
    const files = Object.entries(trial.files).map(
      ([name, body]) => `<h4>${text(name)}</h4>${numbered(entry, name, trial.trial, body)}`,
    );
    const error = trial.error
      ? `<p class="failed">${text(trial.error.message)}; ${text(trial.error.hint)}</p>`
      : "";
    const stopped = trial.stopped === undefined ? "" : `<p>${text(trial.stopped)}</p>`;
    const size =
      trial.imageBytes === undefined ? "" : `<p>Image: ${(trial.imageBytes / 1e6).toFixed(1)} MB</p>`;
    return `<h3>Trial ${trial.trial}</h3>${error}${stopped}${size}${files.join("")}`;
  });
  return `<details class="answer"><summary>The answer of ${text(entry.subject)}, ${entry.arm}</summary>${trials.join("")}</details>`;
}

/** A file with the lines marked that a criterion points to. */
function numbered(entry: ReportEntry, name: string, trial: number, body: string): string {
  const criteria = entry.trials.find((each) => each.trial === trial)?.criteria ?? [];
  const lines = cleanLines(body.replaceAll("\t", "    "), 2000, 400).map((line, index) => {
    const here = criteria.filter(({ at }) => at?.file === name && at.line === index + 1);
    const worst = here.some(({ verdict }) => verdict === "failed")
      ? "failed"
      : here.length > 0
        ? "passed"
        : "";
    const title = here.map(({ id: criterion, evidence }) => `${criterion}: ${evidence}`).join("\n");
    const open = worst === "" ? "<li>" : `<li class="${worst}" title="${text(title)}">`;
    return `${open}<code>${text(line)}</code></li>`;
  });
  return `<ol>${lines.join("")}</ol>`;
}

function text(value: string): string {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function id(name: string): string {
  return name.replace(/[^\w-]/g, "-");
}

function percent(value: number): string {
  return `${Math.round(value * 100)} %`;
}

const style = `
:root{color-scheme:light dark;--line:#8884;--ok:#2a7d3d;--bad:#b3261e;--open:#7a6a00}
@media(prefers-color-scheme:dark){:root{--ok:#6fcf85;--bad:#ff8a80;--open:#e0c94f}}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem}
h1{font-size:1.6rem;margin:0}h2{margin-top:2.5rem}nav a{margin-right:1rem}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid var(--line);padding:.4rem .6rem;text-align:left;vertical-align:top}
tbody th{font-weight:400;max-width:26rem}tfoot th,tfoot td{border-bottom:0;padding-top:.8rem}
.passed>details>summary,td.passed strong{color:var(--ok)}.failed>details>summary,td.failed strong,p.failed{color:var(--bad)}
.not-tested>details>summary,td.not-tested strong,td.error strong{color:var(--open)}
summary{cursor:pointer}td details p{margin:.3rem 0;font-size:.9em;overflow-wrap:anywhere;max-width:32rem}
.answer{margin:1rem 0}ol{font-size:.85em;border:1px solid var(--line);padding:.5rem .5rem .5rem 3.5rem;overflow-x:auto}
li code{white-space:pre}li.passed{box-shadow:inset 3px 0 var(--ok)}li.failed{box-shadow:inset 3px 0 var(--bad)}
small{opacity:.75}.note{opacity:.85}
`;
