import { z } from "zod";
import { clean } from "../../security/untrusted.ts";
import type { ScanFinding } from "../types.ts";
import { lastWords, readOutput } from "./json.ts";
import { makePackage } from "./package.ts";
import type { ImagePlaces } from "./places.ts";
import { type Rating, rate, severityOfScore } from "./severity.ts";
import { type Scanner, type ScannerCall, ScannerError, type ScannerOutput } from "./types.ts";

/** OSV-Scanner (https://google.github.io/osv-scanner/): vulnerabilities of packages, and the layer that brought them. */
export const osvScanner: Scanner = {
  name: "osv-scanner",
  kinds: ["vulnerability"],
  programs: [{ program: "osv-scanner", args: [] }],
  image: "ghcr.io/google/osv-scanner",
  setting: "DOCKWRIGHT_OSV_SCANNER",
  variables: ["OSV_"],
  oldest: "2.0.0",
  versionArgs: ["--version"],
  network: "optional",
  run,
  parse,
};

async function run(call: ScannerCall): Promise<ScannerOutput> {
  const args = [
    "scan",
    "image",
    "--format",
    "json",
    ...(call.offline ? ["--offline"] : []),
    "--archive",
    call.archive,
  ];
  const { exitCode, stdout, stderr } = await call.start(args);
  // It stops at the first ecosystem it has no data for, also with the exit code of a finished scan.
  const missing = [...stderr.matchAll(/could not load db for (\S.{0,40}?) ecosystem/g)].map(
    ([, name]) => name,
  );
  const notScanned =
    missing.length === 0
      ? []
      : [
          `some packages by osv-scanner: it has no data for ${clean([...new Set(missing)].join(", "), 120)} on this machine and stopped there`,
        ];
  switch (exitCode) {
    case 0:
    // 1: it found something.
    case 1:
      break;
    case 128:
      return {
        raw: '{"results":[]}',
        notScanned: ["packages by osv-scanner: it found none in the image"],
        notes: [],
        looked: [],
      };
    default:
      if (missing.length === 0) {
        throw new ScannerError(`osv-scanner failed (exit code ${exitCode}): ${lastWords(stderr)}`);
      }
  }
  return { raw: stdout, notScanned, notes: [], ...(missing.length === 0 ? {} : { looked: [] }) };
}

const rangeSchema = z.looseObject({
  type: z.string().optional(),
  events: z.array(z.looseObject({ fixed: z.string().optional() })).nullish(),
});
const reportSchema = z.looseObject({
  results: z
    .array(
      z.looseObject({
        source: z.looseObject({ path: z.string().default("") }).nullish(),
        packages: z.array(
          z.looseObject({
            package: z.looseObject({
              name: z.string(),
              os_package_name: z.string().optional(),
              version: z.string().default(""),
              ecosystem: z.string().default(""),
              image_origin_details: z.looseObject({ index: z.int() }).nullish(),
            }),
            groups: z
              .array(
                z.looseObject({
                  ids: z.array(z.string()).min(1),
                  aliases: z.array(z.string()).nullish(),
                  max_severity: z.string().nullish(),
                }),
              )
              .nullish(),
            vulnerabilities: z
              .array(
                z.looseObject({
                  id: z.string(),
                  summary: z.string().optional(),
                  details: z.string().optional(),
                  database_specific: z.looseObject({ severity: z.unknown().optional() }).nullish(),
                  affected: z
                    .array(
                      z.looseObject({
                        package: z.looseObject({ name: z.string() }).nullish(),
                        ranges: z.array(rangeSchema).nullish(),
                      }),
                    )
                    .nullish(),
                }),
              )
              .nullish(),
          }),
        ),
      }),
    )
    .nullable(),
  image_metadata: z
    .looseObject({ layer_metadata: z.array(z.looseObject({ diff_id: z.string().default("") })).nullish() })
    .nullish(),
});
type Report = z.output<typeof reportSchema>;
type Packages = NonNullable<Report["results"]>[number]["packages"][number];

function parse(raw: string, places: ImagePlaces): ReturnType<Scanner["parse"]> {
  const report = readOutput("osv-scanner", raw, reportSchema);
  const findings = (report.results ?? []).flatMap(({ source, packages }) =>
    packages.flatMap((one) => groupsOf(one, source?.path ?? "", report, places)),
  );
  return { findings, notScanned: [], notes: [] };
}

function groupsOf(one: Packages, path: string, report: Report, places: ImagePlaces): ScanFinding[] {
  const { name, os_package_name: binary, version, ecosystem, image_origin_details: origin } = one.package;
  const step = origin ? report.image_metadata?.layer_metadata?.[origin.index] : undefined;
  const layer = step?.diff_id ? places.layer(step.diff_id) : undefined;
  const os = binary !== undefined;
  return (one.groups ?? []).map(({ ids, aliases, max_severity: score }): ScanFinding => {
    const [id = ""] = ids;
    const advisories = (one.vulnerabilities ?? []).filter((advisory) => ids.includes(advisory.id));
    const fixed = fixedVersions(advisories, name);
    const text = advisories.map((advisory) => advisory.summary || advisory.details).find(Boolean) ?? id;
    return {
      id: clean(id, 80),
      aliases: [...new Set([...ids, ...(aliases ?? [])])]
        .filter((alias) => alias !== id)
        .map((alias) => clean(alias, 80)),
      kind: "vulnerability",
      ...rating(score ?? "", advisories),
      title: clean(text, 200),
      package: makePackage({
        name: binary ?? name,
        version,
        ecosystem: ecosystem.split(":")[0],
        ...(os ? { source: name } : { path }),
      }),
      ...(fixed === undefined ? {} : { fixedVersion: clean(fixed, 100) }),
      ...(layer === undefined ? {} : { layer }),
      inFinalImage: true,
      scanners: ["osv-scanner"],
    };
  });
}

function rating(score: string, advisories: Packages["vulnerabilities"]): Rating {
  if (score !== "") return { severity: severityOfScore(Number(score)), severitySource: "osv" };
  const word = advisories
    ?.map((one) => one.database_specific?.severity)
    .find((one) => typeof one === "string");
  return rate(typeof word === "string" ? word : "", "osv");
}

/** All fixed versions that are named; commits are none. */
function fixedVersions(advisories: Packages["vulnerabilities"], name: string): string | undefined {
  const events = (advisories ?? [])
    .flatMap(({ affected }) => affected ?? [])
    .filter((one) => one.package?.name.toLowerCase() === name.toLowerCase())
    .flatMap(({ ranges }) => ranges ?? [])
    .filter(({ type }) => type !== "GIT")
    .flatMap(({ events: list }) => list ?? []);
  const distinct = [...new Set(events.flatMap(({ fixed }) => fixed ?? []))];
  return distinct.length === 0 ? undefined : distinct.join(", ");
}
