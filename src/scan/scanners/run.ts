import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CancelledError, DockwrightError, LimitError, MissingToolError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { redact } from "../redact.ts";
import type { FindingKind, ScanFinding } from "../types.ts";
import { type FindRequest, type FoundScanner, findScanner } from "./find.ts";
import { scanners } from "./list.ts";
import type { ImagePlaces } from "./places.ts";
import { type ParsedOutput, ScannerError, type ScannerName, type ScannerOutput } from "./types.ts";

/** Which scanners are run, and within which bounds. */
export interface ScannersRequest extends Pick<FindRequest, "container" | "env" | "signal"> {
  /** "auto": those that are there and send nothing away. Named ones must be there. */
  readonly scanners: "auto" | readonly ScannerName[];
  readonly offline: boolean;
  /** Milliseconds for all of them; what has not finished by then is said not to have been scanned. */
  readonly timeoutMs: number;
  now(): number;
  progress?(message: string): void;
}

/** What one scanner did. */
export interface ScannerReport extends ParsedOutput {
  readonly name: ScannerName;
  readonly version?: string;
  /** When its database was made, ISO 8601. */
  readonly database?: string;
  /** What it looked for and had the data for: its silence says something. */
  readonly looked: readonly FindingKind[];
  /** Why there is no answer from it. */
  readonly failed?: string;
}

const maxOutputBytes = 128 * 1024 * 1024;
const mostFindings = 20_000;
const atOnce = 2;

/**
 * Runs the scanners over an image's archive, two at a time. Their answers are read when the places of the image
 * are known. A scanner that fails is a report, not an error. Throws MissingToolError for a named scanner that is
 * not there, CancelledError.
 */
export async function startScanners(
  request: ScannersRequest,
  archive: () => Promise<string>,
): Promise<(places: ImagePlaces) => readonly ScannerReport[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "dockwright-scanner-"));
  try {
    const until = request.now() + request.timeoutMs;
    const chosen = await choose({ ...request, folder });
    const file = chosen.found.length === 0 ? "" : await archive();
    const waiting = [...chosen.found];
    const done: Answer[] = [];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        request.progress?.(`${next.scanner.name} is scanning`);
        done.push(await answer(next, file, request, until));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    done.sort((a, b) => chosen.found.indexOf(a.found) - chosen.found.indexOf(b.found));
    return (places) => [...done.map((one) => read(one, places)), ...chosen.failed];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Answer {
  readonly found: FoundScanner;
  readonly output: ScannerOutput | string;
}

async function choose(
  request: ScannersRequest & FindRequest,
): Promise<{ readonly found: readonly FoundScanner[]; readonly failed: readonly ScannerReport[] }> {
  const { scanners: asked } = request;
  const found: FoundScanner[] = [];
  const failed: ScannerReport[] = [];
  for (const scanner of scanners) {
    if (asked === "auto" ? scanner.network === "required" : !asked.includes(scanner.name)) continue;
    try {
      // A container is started only for somebody who named the scanner.
      const where = asked === "auto" ? { ...request, container: undefined } : request;
      const one = await findScanner(scanner, where);
      if (one !== undefined) found.push(one);
      else if (asked !== "auto") {
        throw new MissingToolError(
          `${scanner.name} was not found`,
          `install it, name it with ${scanner.setting}, or pull its image ${scanner.image}`,
        );
      }
    } catch (error) {
      if (asked !== "auto" || request.signal.aborted || !(error instanceof DockwrightError)) throw error;
      failed.push(failure(scanner.name, scanner.kinds.map(String), clean(error.message, 300)));
    }
  }
  return { found, failed };
}

async function answer(
  found: FoundScanner,
  archive: string,
  request: ScannersRequest,
  until: number,
): Promise<Answer> {
  const { scanner, starter } = found;
  try {
    const output = await scanner.run({
      archive: starter.seenAs(archive),
      offline: request.offline,
      now: request.now(),
      start(args, options = {}) {
        const left = until - request.now();
        if (left <= 0) throw new LimitError(`${scanner.name} had no time left`, "raise the deadline");
        return starter.start({
          args,
          files: [archive],
          network: !request.offline && scanner.network !== "never",
          signal: request.signal,
          timeoutMs: Math.min(left, options.timeoutMs ?? left),
          maxOutputBytes,
          ...(options.env === undefined ? {} : { env: options.env }),
        });
      },
    });
    return { found, output };
  } catch (error) {
    if (request.signal.aborted || error instanceof CancelledError) throw error;
    if (error instanceof ScannerError || error instanceof DockwrightError) {
      return { found, output: clean(error.message, 400) };
    }
    throw error;
  }
}

function read({ found, output }: Answer, places: ImagePlaces): ScannerReport {
  const { scanner, version } = found;
  const known = version === undefined ? {} : { version };
  if (typeof output === "string") return { ...failure(scanner.name, scanner.kinds, output), ...known };
  try {
    const parsed = scanner.parse(output.raw, places);
    const more = parsed.findings.length - mostFindings;
    return {
      name: scanner.name,
      ...known,
      looked: output.looked ?? scanner.kinds,
      ...(output.database === undefined ? {} : { database: clean(output.database.built, 40) }),
      findings: parsed.findings.slice(0, mostFindings).map(masked),
      notScanned: [
        ...output.notScanned.flatMap((one) =>
          typeof one === "string" ? one : places.has(one.files) ? one.what : [],
        ),
        ...parsed.notScanned,
      ],
      notes: [
        ...output.notes,
        ...parsed.notes,
        ...(more > 0 ? [`${more} more findings of ${scanner.name} are left out`] : []),
      ],
    };
  } catch (error) {
    if (error instanceof ScannerError)
      return { ...failure(scanner.name, scanner.kinds, error.message), ...known };
    throw error;
  }
}

/** Advisories and checks quote what they found, too. */
function masked(finding: ScanFinding): ScanFinding {
  return { ...finding, title: redact(finding.title, 200) };
}

function failure(name: ScannerName, kinds: readonly string[], why: string): ScannerReport {
  return {
    name,
    looked: [],
    failed: why,
    findings: [],
    notScanned: [`${kinds.join(", ")} by ${name}: ${why}`],
    notes: [],
  };
}
