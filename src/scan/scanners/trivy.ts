import { z } from "zod";
import { clean } from "../../security/untrusted.ts";
import { redact } from "../redact.ts";
import type { ScanFinding } from "../types.ts";
import { lastWords, readOutput } from "./json.ts";
import { absolute, makePackage } from "./package.ts";
import type { ImagePlaces } from "./places.ts";
import { rate } from "./severity.ts";
import {
  type Database,
  type NotScannedFiles,
  type Scanner,
  type ScannerCall,
  ScannerError,
  type ScannerOutput,
} from "./types.ts";

/** Trivy (https://trivy.dev): vulnerabilities, secrets, and misconfiguration read from the rebuilt history. */
export const trivy: Scanner = {
  name: "trivy",
  kinds: ["vulnerability", "secret", "misconfiguration", "end-of-life"],
  programs: [{ program: "trivy", args: [] }],
  image: "aquasec/trivy",
  setting: "DOCKWRIGHT_TRIVY",
  variables: ["TRIVY_"],
  oldest: "0.50.0",
  versionArgs: ["--version"],
  network: "optional",
  run,
  parse,
};

// As variables, because releases that do not know one ignore it where an unknown option is an error.
const quiet = {
  TRIVY_SKIP_VERSION_CHECK: "true",
  TRIVY_DISABLE_TELEMETRY: "true",
  TRIVY_NO_PROGRESS: "true",
  TRIVY_SKIP_CHECK_UPDATE: "true",
  TRIVY_SKIP_VEX_REPO_UPDATE: "true",
};

const versionSchema = z.looseObject({
  VulnerabilityDB: z.looseObject({ UpdatedAt: z.string(), NextUpdate: z.string().optional() }).nullish(),
  JavaDB: z.looseObject({ UpdatedAt: z.string() }).nullish(),
});

async function run(call: ScannerCall): Promise<ScannerOutput> {
  const notes: string[] = [];
  const notScanned: (string | NotScannedFiles)[] = [];
  let known = await databases(call);
  const stale = Date.parse(known.VulnerabilityDB?.NextUpdate ?? "") < call.now;
  if (!call.offline && (!known.VulnerabilityDB || stale)) {
    const download = await call.start(["image", "--download-db-only"], { env: quiet, timeoutMs: 60_000 });
    if (download.exitCode === 0) known = await databases(call);
    else notes.push(`trivy could not download its vulnerability database: ${lastWords(download.stderr)}`);
  }
  const vulnerabilities = Boolean(known.VulnerabilityDB);
  if (!vulnerabilities) {
    notScanned.push("known vulnerabilities by trivy: it has no vulnerability database on this machine");
  }
  const env: Record<string, string> = { ...quiet };
  const args = ["image", "--input", call.archive, "--format", "json", "--exit-code", "0"];
  args.push("--scanners", vulnerabilities ? "vuln,secret,misconfig" : "secret,misconfig");
  args.push("--image-config-scanners", "misconfig,secret", "--skip-db-update");
  if (call.offline) {
    args.push("--offline-scan", "--skip-java-db-update");
    if (vulnerabilities && !known.JavaDB) {
      // Without its index of Java archives it would give up at the first one.
      args.push("--skip-files", "**/*.jar,**/*.war,**/*.ear");
      notScanned.push({
        what: "known vulnerabilities of Java archives by trivy: it has no Java database here",
        files: /\.(?:jar|war|ear)$/,
      });
    }
  }
  let result = await call.start(args, { env });
  // Its cache of layers is for one process at a time.
  if (result.exitCode !== 0 && /in use by another process/.test(result.stderr)) {
    result = await call.start(args, { env: { ...env, TRIVY_CACHE_BACKEND: "memory" } });
  }
  if (result.exitCode !== 0) {
    throw new ScannerError(`trivy failed (exit code ${result.exitCode}): ${lastWords(result.stderr)}`);
  }
  if (/\bERROR\b.*Failed to parse file/.test(result.stderr)) {
    notScanned.push(
      "misconfiguration by trivy: it could not read the Dockerfile it rebuilt from the history",
    );
  }
  const built = known.VulnerabilityDB?.UpdatedAt;
  const database: Database | undefined = built === undefined ? undefined : { built };
  return {
    raw: result.stdout,
    notScanned,
    notes,
    ...(database === undefined ? { looked: ["secret", "misconfiguration", "end-of-life"] } : { database }),
  };
}

async function databases(call: ScannerCall): Promise<z.output<typeof versionSchema>> {
  const { exitCode, stdout } = await call.start(["version", "--format", "json"], { env: quiet });
  return exitCode === 0 ? readOutput("trivy version", stdout, versionSchema) : {};
}

const layerSchema = z.looseObject({ Digest: z.string().optional(), DiffID: z.string().optional() }).nullish();
const reportSchema = z.looseObject({
  Metadata: z
    .looseObject({
      OS: z
        .looseObject({
          Family: z.string().optional(),
          Name: z.string().optional(),
          EOSL: z.boolean().optional(),
        })
        .nullish(),
    })
    .nullish(),
  SchemaVersion: z.number(),
  Results: z
    .array(
      z.looseObject({
        Target: z.string().default(""),
        Class: z.string().optional(),
        Type: z.string().optional(),
        Packages: z
          .array(
            z.looseObject({ ID: z.string().optional(), Name: z.string(), SrcName: z.string().optional() }),
          )
          .nullish(),
        Vulnerabilities: z
          .array(
            z.looseObject({
              VulnerabilityID: z.string(),
              VendorIDs: z.array(z.string()).nullish(),
              PkgID: z.string().optional(),
              PkgName: z.string(),
              PkgPath: z.string().optional(),
              PkgIdentifier: z.looseObject({ PURL: z.string().optional() }).nullish(),
              InstalledVersion: z.string().default(""),
              FixedVersion: z.string().optional(),
              Status: z.string().optional(),
              Layer: layerSchema,
              Severity: z.string().default("UNKNOWN"),
              SeveritySource: z.string().optional(),
              VendorSeverity: z.record(z.string(), z.int()).nullish(),
              Title: z.string().optional(),
              Description: z.string().optional(),
            }),
          )
          .nullish(),
        Secrets: z
          .array(
            z.looseObject({
              RuleID: z.string(),
              Severity: z.string(),
              Title: z.string().default(""),
              StartLine: z.int().optional(),
              EndLine: z.int().optional(),
              Layer: layerSchema,
            }),
          )
          .nullish(),
        Misconfigurations: z
          .array(
            z.looseObject({
              ID: z.string(),
              Title: z.string().default(""),
              Message: z.string().default(""),
              Resolution: z.string().optional(),
              Severity: z.string(),
              Status: z.string().optional(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
});
type Result = NonNullable<z.output<typeof reportSchema>["Results"]>[number];

/*
 * Trivy rebuilds a Dockerfile from the history and judges that. The history does not hold what these checks read: the
 * name in FROM (0001), the base's ADD of its root (0005), stages (0006, 0012), where COPY went (0011); and the base's
 * ENTRYPOINT, CMD and HEALTHCHECK count as doubled ones (0007, 0016, 0023).
 */
const guesses = new Set(
  ["0001", "0005", "0006", "0007", "0011", "0012", "0016", "0023"].map((id) => `DS-${id}`),
);

function parse(raw: string, places: ImagePlaces): ReturnType<Scanner["parse"]> {
  const report = readOutput("trivy", raw, reportSchema);
  const results = report.Results ?? [];
  const left = new Set<string>();
  const findings = results.flatMap((result) => [
    ...vulnerabilities(result, places),
    ...secrets(result, places),
    ...misconfigurations(result, left),
  ]);
  const os = report.Metadata?.OS;
  if (os?.EOSL === true) {
    findings.push({
      ...found,
      id: "end-of-life-distribution",
      aliases: [],
      kind: "end-of-life",
      severity: "high",
      severitySource: "trivy",
      title: `${clean(`${os.Family ?? ""} ${os.Name ?? ""}`, 80)} is no longer supported`,
      inFinalImage: true,
    });
  }
  const notes =
    left.size === 0
      ? []
      : [
          `trivy's ${[...left].sort().join(", ")} left out: it judged a Dockerfile rebuilt from the history, which does not hold these instructions as written; validate the real one`,
        ];
  return { findings, notScanned: [], notes };
}

const found = { scanners: ["trivy"] };

function* vulnerabilities(result: Result, places: ImagePlaces): Generator<ScanFinding> {
  const sources = new Map((result.Packages ?? []).map((one) => [one.ID ?? one.Name, one.SrcName]));
  for (const one of result.Vulnerabilities ?? []) {
    if (one.Status === "not_affected") continue;
    const layer = layerOf(one.Layer, places);
    yield {
      ...found,
      ...rate(one.Severity, one.SeveritySource ?? "trivy"),
      ...ratings(one.VendorSeverity ?? {}),
      id: clean(one.VulnerabilityID, 80),
      aliases: (one.VendorIDs ?? []).map((id) => clean(id, 80)),
      kind: "vulnerability",
      title: clean(one.Title ?? one.Description ?? one.VulnerabilityID, 200),
      package: makePackage({
        name: one.PkgName,
        version: one.InstalledVersion,
        purl: one.PkgIdentifier?.PURL,
        path:
          one.PkgPath ?? (result.Class === "lang-pkgs" && isFile(result.Target) ? result.Target : undefined),
        source: sources.get(one.PkgID ?? one.PkgName),
        ecosystem: result.Type,
      }),
      ...(one.FixedVersion ? { fixedVersion: clean(one.FixedVersion, 100) } : {}),
      ...(layer === undefined ? {} : { layer }),
      inFinalImage: true,
    };
  }
}

const vendorSeverities = [undefined, "low", "medium", "high", "critical"] as const;

function ratings(given: Readonly<Record<string, number>>): Pick<ScanFinding, "ratings"> {
  const known = Object.entries(given).flatMap(([source, number]) => {
    const severity = vendorSeverities[number];
    return severity === undefined ? [] : [{ source: clean(source, 40), severity }];
  });
  return known.length < 2 ? {} : { ratings: known };
}

/** Programs and lock files are targets by their path; `Node.js`, `Python` and `Java` stand for many. */
function isFile(target: string): boolean {
  return target.includes("/");
}

function* secrets(result: Result, places: ImagePlaces): Generator<ScanFinding> {
  for (const one of result.Secrets ?? []) {
    const layer = layerOf(one.Layer, places);
    // A secret of the image's configuration has the archive's name as its target, and no layer.
    const path = layer === undefined ? undefined : absolute(result.Target);
    const line = path === undefined ? undefined : one.StartLine;
    yield {
      ...found,
      ...rate(one.Severity, "trivy"),
      id: clean(one.RuleID, 80),
      aliases: [],
      kind: "secret",
      title: `${redact(one.Title, 120) || clean(one.RuleID, 80)}${path === undefined ? " in the configuration or history" : ""}`,
      ...(path === undefined ? {} : { path: redact(path, 300) }),
      ...(line === undefined ? {} : { line }),
      ...(line === undefined || one.EndLine === undefined || one.EndLine === line
        ? {}
        : { endLine: one.EndLine }),
      ...(layer === undefined ? {} : { layer }),
      inFinalImage: path === undefined || layer === undefined || places.visible(path, layer.index),
    };
  }
}

function* misconfigurations(result: Result, left: Set<string>): Generator<ScanFinding> {
  for (const one of result.Misconfigurations ?? []) {
    if (one.Status !== undefined && one.Status !== "FAIL") continue;
    const id = checkId(one.ID);
    if (guesses.has(id)) {
      left.add(id);
      continue;
    }
    const variable = id === "DS-0031" ? /"([A-Za-z_]\w{0,120})"/.exec(one.Message)?.[1] : undefined;
    yield {
      ...found,
      ...rate(one.Severity, "trivy"),
      id,
      aliases: [],
      kind: id === "DS-0031" ? "secret" : "misconfiguration",
      title: redact(one.Message || one.Title, 200),
      ...(variable === undefined ? {} : { variable }),
      inFinalImage: true,
      ...(one.Resolution ? { fix: redact(one.Resolution, 200) } : {}),
    };
  }
}

/** `DS002` and `AVD-DS-0002` of older releases are `DS-0002`. */
function checkId(id: string): string {
  const [, letters, digits = ""] = /^(?:AVD-)?([A-Z]{2,4})-?(\d{3,4})$/.exec(id) ?? [];
  return letters === undefined ? clean(id, 40) : `${letters}-${digits.padStart(4, "0")}`;
}

function layerOf(layer: z.output<typeof layerSchema>, places: ImagePlaces): ScanFinding["layer"] {
  const digest = layer?.DiffID || layer?.Digest;
  return digest ? places.layer(digest) : undefined;
}
