import type { ScanAnswer } from "../scan.ts";

/** A scan of one image, as the formats print it. All text in it is cleaned. */
export interface ScanReport extends Omit<ScanAnswer, "ignored"> {
  readonly reference: string;
  readonly platform: string;
  /** Digest of the configuration. */
  readonly imageId?: string | undefined;
  readonly ignored: readonly IgnoredReport[];
  /** Path of the Dockerfile whose lines are named. */
  readonly dockerfile?: string | undefined;
}

type IgnoredFinding = ScanAnswer["ignored"][number];

/** A finding that was accepted. */
export type IgnoredReport = IgnoredFinding["finding"] & {
  readonly exception: Pick<IgnoredFinding["entry"], "reason" | "until" | "state">;
};

/** One thing that was found. */
export type ReportFinding = ScanReport["findings"][number];

/** `/app/.npmrc:3`, or a package with its path; empty when it is the image as a whole. */
export function placeOf({ path, line, package: subject }: ReportFinding): string {
  if (path !== undefined) return line === undefined ? path : `${path}:${line}`;
  return subject?.path ?? "";
}

/** `openssl 3.0.11 (fixed in 3.0.15)`. */
export function packageOf({ package: subject, fixedVersion, kind }: ReportFinding): string {
  if (subject === undefined) return "";
  const fixed =
    fixedVersion === undefined
      ? kind === "vulnerability"
        ? ", no fix yet"
        : ""
      : `, fixed in ${fixedVersion}`;
  return `${subject.name} ${subject.version}${fixed}`;
}

/** The instruction that made a layer, without what the legacy builder puts around it. */
export function instructionOf({ instruction }: NonNullable<ReportFinding["layer"]>): string {
  return instruction
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, "")
    .replace(/\b(file|dir|multi):[0-9a-f]{64}\b/, "$1");
}
