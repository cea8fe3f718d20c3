import parse from "spdx-expression-parse";

/** The licences as one SPDX expression; undefined when one of them is no SPDX expression. */
export function spdxExpression(licences: readonly string[]): string | undefined {
  if (licences.length === 0 || !licences.every(isExpression)) return undefined;
  const [first = ""] = licences;
  if (licences.length === 1) return first;
  return licences.map((one) => (/ (?:OR|AND|WITH) /.test(one) ? `(${one})` : one)).join(" AND ");
}

/** Operators in small letters are SPDX 3's: 2.3 wants capitals. */
function isExpression(licence: string): boolean {
  if (/ (?:and|or|with) /.test(licence)) return false;
  try {
    parse(licence);
    return true;
  } catch {
    return false;
  }
}
