import { wrongLabels } from "./shared/labels.ts";
import type { Rule } from "./types.ts";

const ids =
  /^(?:0BSD|AFL|AGPL|Apache|APSL|Artistic|BlueOak|BSD|BSL|BUSL|CC|CC0|CDDL|CECILL|CPL|ECL|EFL|EPL|EUPL|FSFAP|GFDL|GPL|Hippocratic|IPL|ISC|LGPL|LicenseRef|LPPL|MIT|MPL|MS|MulanPSL|NCSA|NPL|ODbL|OFL|OpenSSL|OSL|PHP|PostgreSQL|PSF|Python|QPL|Ruby|SSPL|UPL|Unlicense|Vim|W3C|WTFPL|X11|Zend|Zlib|zlib|ZPL)(?:-[\w.]+)*\+?$/;

/** Identifiers of the common families, joined by AND, OR and WITH. */
function isSpdx(value: string): boolean {
  const words = value.replace(/[()]/g, " ").trim().split(/\s+/);
  return (
    words.length % 2 === 1 &&
    words.every((word, index) =>
      index % 2 === 1 ? /^(?:AND|OR|WITH)$/.test(word) : ids.test(word) || words[index - 1] === "WITH",
    )
  );
}

/** A label that should hold an SPDX licence expression and does not. */
export const rule: Rule = {
  meta: {
    name: "label-spdx",
    summary: "A label does not hold an SPDX licence expression, as the label schema asks.",
    why: "Tools read labels: one that should hold an SPDX licence expression is useless to them otherwise. Nothing is reported without a label schema in the configuration.",
    severity: "warning",
    category: "maintainability",
    fixable: "no",
    aliases: { hadolint: ["DL3054"] },
    source: "https://github.com/hadolint/hadolint#linting-labels",
    bad: {
      dockerfile: 'FROM debian:13-slim\nLABEL value="my own licence"\n',
      options: { labelSchema: { value: "spdx" } },
    },
    good: {
      dockerfile: 'FROM debian:13-slim\nLABEL value="Apache-2.0"\n',
      options: { labelSchema: { value: "spdx" } },
    },
  },
  check: (context) => wrongLabels(context, "spdx", (value) => isSpdx(value), "an SPDX licence expression"),
};
