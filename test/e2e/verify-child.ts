/*
 * A process that verifies the folder it is given and says how far it is: what the tests of clean-up kill.
 */
import { defaultLimits } from "../../src/security/limits.ts";
import { verify } from "../../src/verify/verify.ts";

const [context = ""] = process.argv.slice(2);

await verify(
  { context },
  {
    signal: new AbortController().signal,
    progress: (message) => console.log(message),
    limits: defaultLimits,
    roots: { directories: [context] },
    today: "2026-11-21",
    env: process.env,
  },
);
