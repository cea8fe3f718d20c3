import { z } from "zod";
import { clean } from "../../security/untrusted.ts";
import type { ScanFinding } from "../types.ts";
import { lastWords, readOutput } from "./json.ts";
import { makePackage } from "./package.ts";
import type { ImagePlaces } from "./places.ts";
import { rate } from "./severity.ts";
import { type Scanner, type ScannerCall, ScannerError, type ScannerOutput } from "./types.ts";

/** Grype (https://github.com/anchore/grype): vulnerabilities of packages. */
export const grype: Scanner = {
  name: "grype",
  kinds: ["vulnerability"],
  programs: [{ program: "grype", args: [] }],
  image: "anchore/grype",
  setting: "DOCKWRIGHT_GRYPE",
  variables: ["GRYPE_", "SYFT_"],
  oldest: "0.70.0",
  versionArgs: ["version"],
  network: "optional",
  run,
  parse,
};

const statusSchema = z.looseObject({ built: z.string().optional(), valid: z.boolean().optional() });

async function run(call: ScannerCall): Promise<ScannerOutput> {
  // A database past its age is refused unless that is said; its age is reported instead.
  const env = {
    GRYPE_CHECK_FOR_APP_UPDATE: "false",
    GRYPE_DB_VALIDATE_AGE: "false",
    GRYPE_DB_AUTO_UPDATE: call.offline ? "false" : "true",
  };
  const scan = (settings: Readonly<Record<string, string>>) =>
    call.start([`docker-archive:${call.archive}`, "--output", "json", "--quiet"], { env: settings });
  const notes: string[] = [];
  let result = await scan(env);
  if (result.exitCode === 1 && !call.offline) {
    const refused = lastWords(result.stderr);
    result = await scan({ ...env, GRYPE_DB_AUTO_UPDATE: "false" });
    if (result.exitCode === 0) notes.push(`grype could not update its database: ${refused}`);
  }
  switch (result.exitCode) {
    case 0:
    // 2: findings at its own threshold, which a configuration of the user may set.
    case 2:
      break;
    case 100:
      throw new ScannerError("grype asks for a database upgrade (exit code 100): run grype db update");
    default:
      throw new ScannerError(`grype failed (exit code ${result.exitCode}): ${lastWords(result.stderr)}`);
  }
  const status = await call.start(["db", "status", "--output", "json"], { env });
  const built =
    status.exitCode === 0 ? readOutput("grype db status", status.stdout, statusSchema).built : undefined;
  return {
    raw: result.stdout,
    notScanned: [],
    notes,
    ...(built === undefined ? {} : { database: { built } }),
  };
}

const advisorySchema = z.looseObject({
  id: z.string(),
  namespace: z.string().default(""),
  severity: z.string().default("Unknown"),
  description: z.string().optional(),
  fix: z.looseObject({ versions: z.array(z.string()).nullish(), state: z.string().optional() }).nullish(),
  knownExploited: z.array(z.unknown()).nullish(),
});
const reportSchema = z.looseObject({
  matches: z.array(
    z.looseObject({
      vulnerability: advisorySchema,
      relatedVulnerabilities: z.array(advisorySchema).nullish(),
      artifact: z.looseObject({
        name: z.string(),
        version: z.string().default(""),
        type: z.string().optional(),
        purl: z.string().optional(),
        locations: z.array(z.looseObject({ path: z.string(), layerID: z.string().optional() })).nullish(),
        upstreams: z.array(z.looseObject({ name: z.string() })).nullish(),
      }),
    }),
  ),
});

function parse(raw: string, places: ImagePlaces): ReturnType<Scanner["parse"]> {
  const { matches } = readOutput("grype", raw, reportSchema);
  const findings = matches.map(({ vulnerability, relatedVulnerabilities, artifact }): ScanFinding => {
    const related = relatedVulnerabilities ?? [];
    const [place] = artifact.locations ?? [];
    const layer = place?.layerID ? places.layer(place.layerID) : undefined;
    // A database of packages is not where the package is.
    const path =
      artifact.type === "deb" || artifact.type === "apk" || artifact.type === "rpm" ? undefined : place?.path;
    const [fixed] = vulnerability.fix?.versions ?? [];
    const description = vulnerability.description ?? related.find((one) => one.description)?.description;
    return {
      id: clean(vulnerability.id, 80),
      aliases: related.map(({ id }) => clean(id, 80)).filter((id) => id !== vulnerability.id),
      kind: "vulnerability",
      ...rate(vulnerability.severity, sourceOf(vulnerability.namespace)),
      title: clean(description ?? vulnerability.id, 200),
      package: makePackage({
        name: artifact.name,
        version: artifact.version,
        purl: artifact.purl,
        path,
        source: artifact.upstreams?.[0]?.name,
        ecosystem: artifact.type,
      }),
      ...(fixed ? { fixedVersion: clean(fixed, 100) } : {}),
      ...(layer === undefined ? {} : { layer }),
      ...((vulnerability.knownExploited ?? []).length > 0 ? { exploited: true } : {}),
      inFinalImage: true,
      scanners: ["grype"],
    };
  });
  return { findings, notScanned: [], notes: [] };
}

/** `debian:distro:debian:12` is Debian's own word, `github:language:python` is GitHub's, `nvd:cpe` NVD's. */
function sourceOf(namespace: string): string {
  const [first = ""] = namespace.split(":");
  return first === "github" ? "ghsa" : clean(first, 40) || "grype";
}
