import parse from "spdx-expression-parse";

/** The licences as one SPDX expression; undefined when one of them is no SPDX expression. */
export function spdxExpression(licences: readonly string[]): string | undefined {
  if (licences.length === 0 || !licences.every(isExpression)) return undefined;
  const [first = ""] = licences;
  if (licences.length === 1) return first;
  return licences.map((one) => (/ (?:OR|AND|WITH) /.test(one) ? `(${one})` : one)).join(" AND ");
}

function isExpression(licence: string): boolean {
  try {
    parse(licence);
    return true;
  } catch {
    return false;
  }
}
