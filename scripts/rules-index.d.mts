/** The text of src/rules/index.ts for the rule files that are there. */
export function rulesIndex(folder?: URL): string;
