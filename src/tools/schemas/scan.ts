import { z } from "zod";

/** Input of scan_image. */
export const scanInput = z.object({
  image: z.string().min(1).max(4096).describe("Reference, archive, OCI layout or -"),
  platform: z.string().max(60).optional(),
  failOn: z.enum(["critical", "high", "medium", "low", "none"]).default("high"),
  detail: z.enum(["summary", "full"]).default("summary"),
});

const finding = z.object({
  id: z.string(),
  aliases: z.array(z.string()),
  kind: z.enum(["vulnerability", "secret", "misconfiguration", "end-of-life"]),
  severity: z.enum(["critical", "high", "medium", "low", "info"]),
  severitySource: z.string(),
  title: z.string(),
  path: z.string().optional(),
  line: z.int().optional(),
  layer: z.object({ index: z.int(), digest: z.string().optional(), instruction: z.string() }).optional(),
  inFinalImage: z.boolean(),
  scanners: z.array(z.string()),
  fix: z.string().optional(),
});

/** Output of scan_image. `notScanned` is what nothing is known about; an empty `findings` never means clean then. */
export const scanOutput = z.object({
  reference: z.string(),
  platform: z.string(),
  imageId: z.string().optional(),
  notScanned: z.array(z.string()),
  counts: z.object({ critical: z.int(), high: z.int(), medium: z.int(), low: z.int(), info: z.int() }),
  findings: z.array(finding),
  searched: z.object({ files: z.int(), bytes: z.int(), skippedFiles: z.int() }),
  notes: z.array(z.string()),
});
