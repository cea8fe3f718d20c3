import { z } from "zod";
import { redact } from "../redact.ts";
import type { ScanFinding } from "../types.ts";
import { lastWords, readOutput } from "./json.ts";
import { absolute } from "./package.ts";
import type { ImagePlaces } from "./places.ts";
import { rate } from "./severity.ts";
import { type Scanner, type ScannerCall, ScannerError, type ScannerOutput } from "./types.ts";

/** Dockle (https://github.com/goodwithtech/dockle): the CIS Docker benchmark's image items and some of its own. */
export const dockle: Scanner = {
  name: "dockle",
  kinds: ["misconfiguration", "secret"],
  programs: [{ program: "dockle", args: [] }],
  image: "goodwithtech/dockle",
  setting: "DOCKWRIGHT_DOCKLE",
  variables: ["DOCKLE_"],
  oldest: "0.4.0",
  versionArgs: ["--version"],
  network: "never",
  run,
  parse,
};

async function run(call: ScannerCall): Promise<ScannerOutput> {
  // Exit codes for findings are its caller's choice (--exit-code), so any but 0 is a failure here.
  const { exitCode, stdout, stderr } = await call.start(
    ["--input", call.archive, "--format", "json", "--exit-code", "0", "--no-color"],
    { env: { NO_COLOR: "1" } },
  );
  if (exitCode !== 0) throw new ScannerError(`dockle failed (exit code ${exitCode}): ${lastWords(stderr)}`);
  return { raw: stdout, notScanned: [], notes: [] };
}

const reportSchema = z.looseObject({
  details: z.array(
    z.looseObject({
      code: z.string(),
      title: z.string(),
      level: z.string(),
      alerts: z.array(z.string()).nullish(),
    }),
  ),
});
type Detail = z.output<typeof reportSchema>["details"][number];

// About the machine that pulls, not about the image.
const elsewhere = new Set(["CIS-DI-0005"]);

function parse(raw: string, places: ImagePlaces): ReturnType<Scanner["parse"]> {
  const { details } = readOutput("dockle", raw, reportSchema);
  const findings = details
    .filter(
      ({ code, level }) => !elsewhere.has(code) && !["PASS", "SKIP", "IGNORE"].includes(level.toUpperCase()),
    )
    .flatMap((detail) => {
      const alerts = detail.alerts ?? [];
      return alerts.length === 0
        ? [finding(detail, "", places)]
        : alerts.map((alert) => finding(detail, alert, places));
    });
  return { findings, notScanned: [], notes: [] };
}

const file =
  /^(?:Suspicious filename found|set[ug]id file|unnecessary file)\s*: (?:\S{9,11} )?(\S.*?)(?: \(You can .*\))?$/;
const variable = /^Suspicious ENV key found : ([A-Za-z_]\w{0,120})/;

function finding(detail: Detail, alert: string, places: ImagePlaces): ScanFinding {
  const path = file.exec(alert)?.[1];
  const name = variable.exec(alert)?.[1];
  const place = path === undefined ? undefined : places.at(path);
  const bit = /^(set[ug]id) file/.exec(alert)?.[1];
  const code = redact(detail.code, 40);
  return {
    id: bit === undefined ? code : `${bit}-file`,
    aliases: bit === undefined ? [] : [code],
    kind: code === "CIS-DI-0010" ? "secret" : "misconfiguration",
    ...rate(detail.level, "dockle"),
    title: redact(
      name === undefined && path === undefined && alert !== "" ? `${detail.title}: ${alert}` : detail.title,
      200,
    ),
    ...(path === undefined ? {} : { path: redact(absolute(path), 300) }),
    ...(name === undefined ? {} : { variable: name }),
    ...(place?.layer === undefined ? {} : { layer: place.layer }),
    inFinalImage: place?.inFinalImage ?? true,
    scanners: ["dockle"],
  };
}
