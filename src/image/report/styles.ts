/** The report's style sheet: system fonts, light and dark, readable on paper. */
export const styles = `
:root{color-scheme:light dark;--text:#1c2430;--soft:#5b6676;--line:#d5dbe3;--page:#fff;--own:#7fb3e6;--base:#c3ccd6;--hidden:#e07a5f}
@media (prefers-color-scheme:dark){:root{--text:#e6eaf0;--soft:#9aa6b5;--line:#38424f;--page:#14181d;--own:#2f6aa3;--base:#4b5663;--hidden:#b5533b}}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,sans-serif}
main{max-width:980px;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.4rem;margin:0;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:2rem 0 .5rem}
header p,footer,small,li span{color:var(--soft)}
.figures{display:flex;flex-wrap:wrap;gap:1.5rem;margin:1rem 0}.figures dt{color:var(--soft);font-size:.85rem}.figures dd{margin:0;font-size:1.3rem;font-variant-numeric:tabular-nums}
.meter{width:100%;height:14px;border-radius:4px}
.map{width:100%;height:auto;border:1px solid var(--line)}.map rect{stroke:var(--page);stroke-width:1;fill:var(--own)}.map text{font:11px system-ui,sans-serif;fill:var(--text);pointer-events:none}
.s-own{fill:var(--own)}.map .s-base,.s-base{fill:var(--base)}.s-hidden{fill:var(--hidden)}.map .s-rest,.map .s-other{fill:var(--base)}
.map .s-usr,.map .s-deb,.map .s-apk,.map .s-rpm{fill:#8fb8de}.map .s-var{fill:#e0b46c}.map .s-app,.map .s-npm{fill:#8ec58b}.map .s-opt,.map .s-python{fill:#c7a3d9}.map .s-lib,.map .s-java{fill:#d99a8b}.map .s-go{fill:#79c2c2}.map .s-home,.map .s-root{fill:#d9c47a}
@media (prefers-color-scheme:dark){.map text{fill:#10151b}.map .s-own,.map .s-base,.map .s-rest,.map .s-other{fill:#8d99a8}}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}th,.short{white-space:nowrap}th{color:var(--soft);font-weight:600}
li{margin:.5rem 0}code{overflow-wrap:anywhere}
@media print{main{max-width:none}}
`;
