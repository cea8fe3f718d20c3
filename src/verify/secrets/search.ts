import { describeInstruction } from "../../image/analysis/instruction.ts";
import { loadUnzstd } from "../../image/blob/packed.ts";
import type { ImageHandle } from "../../image/types.ts";
import { clean } from "../../security/untrusted.ts";
import type { SecretPlace } from "../types.ts";
import { defaultSearchLimits, fileSink, openWaiting, type Scan, type SearchLimits } from "./files.ts";
import { type Hit, type Matcher, makeMatcher } from "./matcher.ts";
import type { RunSecret } from "./values.ts";

/** What a search found and what it had to leave out. */
export interface SearchResult {
  readonly places: readonly SecretPlace[];
  readonly notes: readonly string[];
  /** Layers with files that could not be searched inside, which the notes count. */
  readonly unsearched: readonly number[];
  readonly files: number;
  /** Bytes looked at, unpacked ones included. */
  readonly bytes: number;
}

interface FileHit extends Hit {
  readonly layer: number;
  /** As in the tar, without what is inside of it. */
  readonly file: string;
  readonly path: string;
  hidden: boolean;
}

/**
 * Looks for the values of secrets in every layer (file contents, names and links; compressed files opened), in the
 * configuration, its history and labels. Throws as `ImageHandle.entries`.
 */
export async function searchImage(
  handle: ImageHandle,
  secrets: readonly RunSecret[],
  redact: (text: string) => string,
  limits: SearchLimits = defaultSearchLimits,
): Promise<SearchResult> {
  const matcher = makeMatcher(secrets);
  const scan: Scan = {
    matcher,
    limits,
    unzstd: await loadUnzstd(),
    skipped: new Map(),
    layer: 0,
    unsearched: new Set(),
    waiting: [],
    waitingBytes: 0,
    bytes: 0,
  };
  const hits: FileHit[] = [];
  let files = 0;
  for (const { index } of handle.layers) {
    const lower = hits.length;
    scan.layer = index;
    await handle.entries(index, (entry) => {
      if (entry.whiteout) {
        if (entry.whiteout.kind !== "ignored") hide(hits.slice(0, lower), entry.whiteout.target, true);
        return undefined;
      }
      if (entry.type !== "directory") hide(hits.slice(0, lower), entry.path, false);
      const name = `/${entry.path}`;
      const add = (hit: Hit, inside: string): void => {
        hits.push({ ...hit, layer: index, file: entry.path, path: `${name}${inside}`, hidden: false });
      };
      for (const hit of matcher.find(Buffer.from(`${entry.path}\0${entry.linkName}`))) {
        add({ ...hit, form: `${hit.form} in the name` }, "");
      }
      if (entry.type !== "file" || entry.size === 0) return undefined;
      files++;
      return fileSink(scan, name, add);
    });
    await openWaiting(scan);
  }
  const places = hits.map((hit): SecretPlace => {
    const layer = handle.layers[hit.layer];
    return {
      secret: hit.secret.label,
      where: "layer",
      layer: hit.layer,
      ...(layer?.diffId === undefined ? {} : { layerDigest: layer.diffId }),
      path: clean(redact(hit.path), 300),
      instruction: describeInstruction(redact(layer?.createdBy ?? ""), 200),
      visibility: hit.hidden ? "deleted" : "visible",
      form: hit.form,
    };
  });
  places.push(...searchConfig(handle, matcher, redact));
  return {
    places: bounded(places, limits.places),
    notes: notesOf(scan, limits),
    unsearched: [...scan.unsearched],
    files,
    bytes: scan.bytes,
  };
}

/** Looks for the values in a text that goes with an image: its build's provenance, the log of the build. */
export function searchText(
  text: string,
  where: SecretPlace["where"],
  secrets: readonly RunSecret[],
): SecretPlace[] {
  return makeMatcher(secrets)
    .find(Buffer.from(text))
    .map((hit) => ({ secret: hit.secret.label, where, form: hit.form }));
}

/** As `searchText`, for a text that comes line by line and is not kept: each secret and form once. */
export function makeLineSearch(
  where: SecretPlace["where"],
  secrets: readonly RunSecret[],
): { add(line: string): void; readonly places: readonly SecretPlace[] } {
  const matcher = makeMatcher(secrets);
  const places: SecretPlace[] = [];
  return {
    places,
    add(line) {
      for (const { secret, form } of matcher.find(Buffer.from(line))) {
        if (!places.some((place) => place.secret === secret.label && place.form === form))
          places.push({ secret: secret.label, where, form });
      }
    },
  };
}

function searchConfig(
  handle: ImageHandle,
  matcher: Matcher,
  redact: (text: string) => string,
): SecretPlace[] {
  const { config } = handle;
  const places: SecretPlace[] = [];
  const look = (text: string, where: SecretPlace["where"], path: string, instruction?: string): void => {
    for (const hit of matcher.find(Buffer.from(text))) {
      places.push({
        secret: hit.secret.label,
        where,
        path: clean(redact(path), 120),
        form: hit.form,
        ...(instruction === undefined ? {} : { instruction }),
      });
    }
  };
  for (const [index, step] of config.history.entries()) {
    const text = [step.createdBy, step.comment ?? "", step.author ?? ""].join("\0");
    look(text, "history", `history[${index}]`, describeInstruction(redact(step.createdBy), 200));
  }
  for (const line of config.env) look(line, "config", `Env ${line.split("=", 1)[0]}`);
  for (const [name, value] of Object.entries(config.labels)) look(`${name}\0${value}`, "label", name);
  const { history: _history, env: _env, labels: _labels, diffIds: _diffIds, ...rest } = config;
  for (const [name, value] of Object.entries(rest)) look(JSON.stringify(value) ?? "", "config", name);
  return places;
}

/** A later layer removed a path (everything below it, too) or wrote another file in its place. */
function hide(hits: readonly FileHit[], target: string, below: boolean): void {
  for (const hit of hits) {
    if (hit.file === target || ((below || target !== hit.file) && hit.file.startsWith(`${target}/`))) {
      hit.hidden = true;
    }
  }
}

function notesOf({ skipped }: Scan, { depth }: SearchLimits): string[] {
  return [...skipped].map(
    ([why, files]) =>
      `${files} ${files === 1 ? "file" : "files"} not searched inside: ${why} (archives are opened ${depth} levels deep)`,
  );
}

function bounded(places: readonly SecretPlace[], most: number): SecretPlace[] {
  const counts = new Map<string, number>();
  return places.filter(({ secret }) => {
    const seen = (counts.get(secret) ?? 0) + 1;
    counts.set(secret, seen);
    return seen <= most;
  });
}
