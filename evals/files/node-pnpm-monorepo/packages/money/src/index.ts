/** Cents as people read them. */
export function shown(cents: number): string {
  return `${(cents / 100).toFixed(2)} EUR`;
}
