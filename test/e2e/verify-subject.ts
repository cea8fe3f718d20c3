import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { defaultLimits } from "../../src/security/limits.ts";
import type { Claim, ClaimId, EvidenceRecord, VerifyContext, VerifyInput } from "../../src/verify/types.ts";
import { verify } from "../../src/verify/verify.ts";

/** A folder with these files; the tests' own temporary files are below `DOCKWRIGHT` names of the system's folder. */
export function makeContext(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), "verify-context-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/** A server that answers on a port and ends when it is asked to. */
export const server = (port: number, host = "0.0.0.0"): string => `
import http.server, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
http.server.HTTPServer(("${host}", ${port}), Handler).serve_forever()
`;

/** Verifies files with a Dockerfile among them. */
export function verifyFiles(
  files: Readonly<Record<string, string>>,
  input: Partial<VerifyInput> = {},
  env: Readonly<Record<string, string | undefined>> = process.env,
  more: Pick<VerifyContext, "scan"> = {},
): Promise<EvidenceRecord> {
  const context = makeContext(files);
  return verify(
    { context, ...input },
    {
      signal: new AbortController().signal,
      progress: () => undefined,
      limits: defaultLimits,
      roots: { directories: [context] },
      today: "2026-11-21",
      env,
      ...more,
    },
  );
}

/** One claim of a record. */
export function claimOf(record: EvidenceRecord, id: ClaimId): Claim {
  const claim = record.claims.find((one) => one.id === id);
  if (claim === undefined) throw new Error(`the record has no claim ${id}`);
  return claim;
}

const all: readonly ClaimId[] = [
  "starts",
  "runs-as-non-root",
  "answers-probe",
  "healthcheck-healthy",
  "stops-on-sigterm",
  "read-only-root",
  "within-size-budget",
  "no-secret-in-image",
  "dependencies-cached",
  "reproducible",
];

/** Everything that takes time but these. */
export function allBut(...ids: readonly ClaimId[]): readonly ClaimId[] {
  return all.filter((id) => !ids.includes(id));
}
