import { z } from "zod";
import { clean } from "../../security/untrusted.ts";
import type { ScanFinding } from "../types.ts";
import { lastWords, readOutput } from "./json.ts";
import { makePackage } from "./package.ts";
import type { ImagePlaces } from "./places.ts";
import { rate, severityOfScore } from "./severity.ts";
import { type Scanner, type ScannerCall, ScannerError, type ScannerOutput } from "./types.ts";

/** Docker Scout (https://docs.docker.com/scout/): vulnerabilities of packages. Needs an account and sends the packages' names. */
export const dockerScout: Scanner = {
  name: "docker-scout",
  kinds: ["vulnerability"],
  programs: [
    { program: "docker-scout", args: [] },
    { program: "docker", args: ["scout"] },
  ],
  image: "docker/scout-cli",
  setting: "DOCKWRIGHT_DOCKER_SCOUT",
  variables: ["DOCKER_SCOUT_"],
  oldest: "1.0.0",
  versionArgs: ["version"],
  network: "required",
  run,
  parse,
};

async function run(call: ScannerCall): Promise<ScannerOutput> {
  if (call.offline) throw new ScannerError("docker-scout works only with the network");
  // Its JSON does not hold vulnerabilities; SARIF holds all that is needed.
  const { exitCode, stdout, stderr } = await call.start([
    "cves",
    "--format",
    "sarif",
    `archive://${call.archive}`,
  ]);
  // 2: vulnerabilities were found, when a configuration asks for that exit code.
  if (exitCode === 0 || exitCode === 2) return { raw: stdout, notScanned: [], notes: [] };
  const login = /log ?in|unauthori[sz]ed|authenticat/i.test(stderr) ? "; log in with docker login" : "";
  throw new ScannerError(`docker-scout failed (exit code ${exitCode}): ${lastWords(stderr)}${login}`);
}

const reportSchema = z.looseObject({
  runs: z.array(
    z.looseObject({
      tool: z.looseObject({
        driver: z.looseObject({
          rules: z
            .array(
              z.looseObject({
                id: z.string(),
                shortDescription: z.looseObject({ text: z.string() }).nullish(),
                properties: z
                  .looseObject({
                    fixed_version: z.string().optional(),
                    purls: z.array(z.string()).optional(),
                    purl: z.string().optional(),
                    cvssV3_severity: z.string().optional(),
                    "security-severity": z.string().optional(),
                  })
                  .nullish(),
              }),
            )
            .nullish(),
        }),
      }),
      results: z
        .array(
          z.looseObject({
            ruleId: z.string(),
            locations: z
              .array(
                z.looseObject({
                  physicalLocation: z
                    .looseObject({
                      artifactLocation: z.looseObject({ uri: z.string().optional() }).nullish(),
                    })
                    .nullish(),
                }),
              )
              .nullish(),
          }),
        )
        .nullish(),
    }),
  ),
});
type Run = z.output<typeof reportSchema>["runs"][number];

function parse(raw: string, places: ImagePlaces): ReturnType<Scanner["parse"]> {
  const { runs } = readOutput("docker-scout", raw, reportSchema);
  return { findings: runs.flatMap((one) => [...findingsOf(one, places)]), notScanned: [], notes: [] };
}

function* findingsOf({ tool, results }: Run, places: ImagePlaces): Generator<ScanFinding> {
  const rules = new Map((tool.driver.rules ?? []).map((rule) => [rule.id, rule]));
  for (const { ruleId, locations } of results ?? []) {
    const rule = rules.get(ruleId);
    const properties = rule?.properties ?? {};
    const path = locations?.[0]?.physicalLocation?.artifactLocation?.uri;
    const score = Number(properties["security-severity"]);
    const rating = properties.cvssV3_severity
      ? rate(properties.cvssV3_severity, "docker-scout")
      : Number.isFinite(score)
        ? { severity: severityOfScore(score), severitySource: "docker-scout" }
        : rate("", "docker-scout");
    const fixed = properties.fixed_version;
    for (const purl of new Set([
      ...(properties.purls ?? []),
      ...(properties.purl ? [properties.purl] : []),
    ])) {
      const [, name = "", version = ""] = /^pkg:[a-z]+\/([^@?#]+)(?:@([^?#]*))?/.exec(purl) ?? [];
      const os = /^pkg:(?:deb|apk|rpm)\//.test(purl);
      const place = path ? places.at(path) : undefined;
      yield {
        id: clean(ruleId, 80),
        aliases: [],
        kind: "vulnerability",
        ...rating,
        title: clean(rule?.shortDescription?.text ?? ruleId, 200),
        package: makePackage({
          name: decode(os ? (name.split("/").at(-1) ?? name) : name),
          version: decode(version),
          purl,
          ...(os || !path ? {} : { path }),
        }),
        ...(fixed && fixed !== "not fixed" ? { fixedVersion: clean(fixed, 100) } : {}),
        ...(place?.layer === undefined ? {} : { layer: place.layer }),
        inFinalImage: true,
        scanners: ["docker-scout"],
      };
    }
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
