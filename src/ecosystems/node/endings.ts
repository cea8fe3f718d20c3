/** Endings of the source files that are read for facts. */
export const endings: readonly string[] = [".js", ".ts", ".mjs", ".cjs", ".mts", ".tsx", ".jsx"];
