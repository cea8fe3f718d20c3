/** The user part of a USER value: `app:staff` -> `app`. */
export function userPart(value: string): string {
  const colon = value.indexOf(":");
  return colon < 0 ? value : value.slice(0, colon);
}

/** True for root by name or by number, with or without a group. */
export function isRoot(value: string): boolean {
  const user = userPart(value.trim());
  return user === "root" || /^0+$/.test(user);
}
