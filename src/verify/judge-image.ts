import path from "node:path";
import { askEngine } from "../engine/call.ts";
import { attribute } from "../image/analysis/attribute.ts";
import { describeInstruction } from "../image/analysis/instruction.ts";
import type { ImageAnalysis } from "../image/analysis/types.ts";
import { analyzeImage } from "../image/analyze.ts";
import { openImage } from "../image/open.ts";
import { formatBytes } from "../image/report/bytes.ts";
import type { ImageHandle } from "../image/types.ts";
import { clean } from "../security/untrusted.ts";
import type { FirstBuild, Run } from "./build.ts";
import { searchImage } from "./secrets/search.ts";
import type { RunSecret } from "./secrets/values.ts";
import type { ImageRecord, SecretPlace } from "./types.ts";

/** The image that was built, opened. The caller disposes of the handle. */
export interface JudgedImage {
  readonly handle: ImageHandle;
  readonly image: ImageRecord;
  readonly places: readonly SecretPlace[];
}

/** Saves an image of the run into its folder and opens it there, so that nothing is left outside of it. */
export async function openBuilt(run: Run, tag: string, name: string): Promise<ImageHandle> {
  const { session, context } = run;
  const file = path.join(session.folder, `${name}.tar`);
  const format = session.engine.name === "podman" ? ["--format", "docker-archive"] : [];
  await askEngine(session.build, ["save", ...format, "--output", file, tag]);
  return openImage(`docker-archive:${file}`, {
    signal: context.signal,
    limits: context.limits,
    roots: { directories: [session.folder] },
  });
}

/** Measures the image of the first build and searches it for the values of its secrets. */
export async function judgeImage(
  run: Run,
  built: Extract<FirstBuild, { kind: "built" }>,
): Promise<JudgedImage> {
  run.progress.say("measure", "measuring the image");
  const handle = await openBuilt(run, built.tag, "first");
  try {
    const began = performance.now();
    const analysis = await analyzeImage(handle, { top: 5, contents: false });
    judgeSize(run, analysis, performance.now() - began);
    const places = await judgeSecrets(run, handle, built);
    const id = await askEngine(run.session.call, ["image", "inspect", "--format", "{{.Id}}", built.tag]);
    return { handle, image: recordOf(run, handle, analysis, id), places };
  } catch (error) {
    await handle.dispose();
    throw error;
  }
}

function judgeSize({ input, recorder }: Run, analysis: ImageAnalysis, ms: number): void {
  const { total } = analysis.size;
  const budget = input.sizeBudgetBytes;
  if (budget === undefined) {
    recorder.add("within-size-budget", "not-tested", {
      reason: "no size budget was given",
      measurement: { bytes: total },
      ms,
    });
    return;
  }
  const largest = [...analysis.layers].sort((a, b) => b.bytes - a.bytes).slice(0, 3);
  recorder.add("within-size-budget", total <= budget ? "proved" : "refuted", {
    measurement: { bytes: total, budgetBytes: budget },
    ms,
    ...(total <= budget
      ? {}
      : {
          reason: `${formatBytes(total)}, ${formatBytes(total - budget)} over the budget of ${formatBytes(budget)}; analyze_image_size says what to leave out`,
          log: largest.map((layer) => `${formatBytes(layer.bytes)} ${layer.instruction}`),
        }),
  });
}

async function judgeSecrets(
  run: Run,
  handle: ImageHandle,
  built: Extract<FirstBuild, { kind: "built" }>,
): Promise<readonly SecretPlace[]> {
  const { recorder, redact, notes } = run;
  const searched = built.secrets.filter(({ needles }) => needles.length > 0);
  const plain = built.secrets.filter(({ needles }) => needles.length === 0).map(({ label }) => label);
  if (plain.length > 0) {
    notes.push(
      `${plain.join(", ")}: the value is too short or too plain to be searched for, use a longer one`,
    );
  }
  if (searched.length === 0) {
    const reason =
      built.secrets.length === 0
        ? run.secrets.length === 0
          ? "the build uses no secret"
          : "the build fails with random values for its secrets"
        : "no secret has a value that can be searched for";
    recorder.add("no-secret-in-image", "not-tested", { reason });
    recorder.add("no-secret-in-log", "not-tested", { reason });
    return built.places;
  }
  if (recorder.has("no-secret-in-image")) return built.places;
  run.progress.say("measure", "searching the image for secrets", 0.5);
  const began = performance.now();
  const result = await searchImage(handle, searched, redact);
  notes.push(...result.notes);
  const places = [...result.places, ...built.places.filter(({ where }) => where === "provenance")];
  const measurement = {
    secrets: searched.length,
    canaries: searched.filter(({ canary }) => canary).length,
    layers: handle.layers.length,
    files: result.files,
    bytes: result.bytes,
    places: places.length,
  };
  const ms = performance.now() - began;
  const closed = closedLayers(run, handle, searched, result.unsearched);
  if (places.length === 0 && closed.length > 0) {
    recorder.add("no-secret-in-image", "not-tested", {
      reason: `nothing was found, but layer ${closed.join(", ")} has files that could not be searched inside: ${result.notes.join("; ")}`,
      measurement,
      ms,
    });
  } else if (places.length === 0) recorder.add("no-secret-in-image", "proved", { measurement, ms });
  else {
    const labels = [...new Set(places.map(({ secret }) => secret))].join(", ");
    recorder.add("no-secret-in-image", "refuted", {
      reason: `the value of ${labels} is in the image and leaves with it: mount it only in the RUN that needs it (--mount=type=secret) and write it nowhere`,
      measurement,
      log: places.slice(0, 10).map(describePlace),
      ms,
    });
  }
  return [...places, ...built.places.filter(({ where }) => where === "build-log")];
}

/** Layers that may hold what was not found. A value made up for this run is in no layer of the base image. */
function closedLayers(
  { file, input }: Run,
  { config, layers }: ImageHandle,
  searched: readonly RunSecret[],
  unsearched: readonly number[],
): readonly number[] {
  const made = searched.every(({ canary }) => canary);
  const first = made ? (attribute(file, config, layers, input.target)?.baseLayers ?? 0) : 0;
  return unsearched.filter((layer) => layer >= first);
}

/** One line about a place: what, where, how it got there. */
export function describePlace(place: SecretPlace): string {
  const where =
    place.where === "layer"
      ? `${place.path} in layer ${place.layer} (${place.visibility})`
      : `${place.where}${place.path === undefined ? "" : ` ${place.path}`}`;
  const form = place.form === "plain" ? "" : `, as ${place.form}`;
  return `${place.secret}: ${where}${form}${place.instruction === undefined ? "" : `, by ${place.instruction}`}`;
}

function recordOf(run: Run, handle: ImageHandle, analysis: ImageAnalysis, id: string): ImageRecord {
  const { config } = handle;
  const say = (text: string, max = 200): string => clean(run.redact(text), max);
  return {
    id,
    platform: handle.platform,
    user: say(config.user),
    entrypoint: (config.entrypoint ?? []).map((word) => say(word)),
    cmd: (config.cmd ?? []).map((word) => say(word)),
    ports: config.exposedPorts.map((port) => say(port, 20)),
    ...(config.healthcheck ? { healthcheck: config.healthcheck.test.map((word) => say(word)) } : {}),
    ...(config.stopSignal ? { stopSignal: say(config.stopSignal, 20) } : {}),
    labels: Object.fromEntries(
      Object.entries(config.labels)
        .filter(([name]) => name !== "dockwright.run")
        .slice(0, 30)
        .map(([name, value]) => [say(name, 80), say(value)]),
    ),
    bytes: analysis.size.total,
    layers: handle.layers.map((layer, index) => ({
      instruction: describeInstruction(run.redact(layer.createdBy), 160),
      bytes: analysis.layers[index]?.bytes ?? 0,
    })),
  };
}
