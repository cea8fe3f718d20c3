/** Nothing a server lists or reads changes while it runs, and it is the same for everybody. */
export const cacheHint = { ttlMs: 3_600_000, cacheScope: "public" } as const;

/** The hint for every result hosts may keep. */
export const cacheHints = {
  "tools/list": cacheHint,
  "prompts/list": cacheHint,
  "resources/list": cacheHint,
  "resources/templates/list": cacheHint,
  "resources/read": cacheHint,
  "server/discover": cacheHint,
} as const;
