/** Rules whose finding in a file of one stage is answered by a file of several, the plainest first. */
export const singleStageRules: readonly string[] = [
  "multi-stage",
  "no-build-tools-in-final",
  "dev-dependencies-in-final",
  "minimal-base",
];
