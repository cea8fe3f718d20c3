import { describeInstruction } from "../../image/analysis/instruction.ts";
import {
  loadUnzstd,
  type Packing,
  packingOf,
  type Unzstd,
  unbrotli,
  unpackEach,
} from "../../image/blob/packed.ts";
import { unxz } from "../../image/blob/xz.ts";
import type { ContentSink, ImageHandle } from "../../image/types.ts";
import { clean } from "../../security/untrusted.ts";
import type { SecretPlace } from "../types.ts";
import type { RunSecret } from "./values.ts";

/** Bounds of a search. */
export interface SearchLimits {
  /** Levels of archives within archives. */
  readonly depth: number;
  /** Largest compressed file that is opened (of xz: all of a layer together), and most that one may unpack to. */
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** Places reported for one secret. */
  readonly places: number;
}

export const defaultSearchLimits: SearchLimits = {
  depth: 5,
  packedBytes: 128 * 1024 * 1024,
  unpackedBytes: 512 * 1024 * 1024,
  places: 20,
};

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

interface Hit {
  readonly secret: RunSecret;
  readonly form: string;
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

interface Matcher {
  /** The longest needle. */
  readonly longest: number;
  /** At most one hit a secret and form. */
  find(data: Buffer): Hit[];
}

function makeMatcher(secrets: readonly RunSecret[]): Matcher {
  const needles = secrets.flatMap((secret) => secret.needles.map((needle) => ({ secret, ...needle })));
  return {
    longest: Math.max(1, ...needles.map(({ bytes }) => bytes.length)),
    find(data) {
      const found: Hit[] = [];
      for (const { secret, form, bytes } of needles) {
        if (data.length < bytes.length || data.indexOf(bytes) < 0) continue;
        if (!found.some((hit) => hit.secret === secret && hit.form === form)) found.push({ secret, form });
      }
      return found;
    },
  };
}

interface Scan {
  readonly matcher: Matcher;
  readonly limits: SearchLimits;
  readonly unzstd: Unzstd;
  /** Why files were not opened, and how many. */
  readonly skipped: Map<string, number>;
  /** The layer that is read, and those of which something was skipped. */
  layer: number;
  readonly unsearched: Set<number>;
  /** What xz holds comes out later: its decoder is asynchronous. Opened before the next layer hides any of it. */
  readonly waiting: Waiting[];
  waitingBytes: number;
  bytes: number;
}

type Report = (hit: Hit, inside: string) => void;

interface Waiting {
  readonly data: Buffer;
  readonly inside: string;
  readonly depth: number;
  readonly report: Report;
}

/** Takes a file as it streams by; one that is packed is kept and opened at its end. */
function fileSink(scan: Scan, name: string, add: (hit: Hit, inside: string) => void): ContentSink {
  const { matcher, limits } = scan;
  const seen = new Set<string>();
  const report: Report = (hit, inside) => {
    const key = `${hit.secret.label}\0${hit.form}\0${inside}`;
    if (seen.has(key)) return;
    seen.add(key);
    add(hit, inside);
  };
  let head: Buffer = Buffer.alloc(0);
  let decided = false;
  let packing: Packing | "brotli" | undefined;
  let tail: Buffer = Buffer.alloc(0);
  let kept: Buffer[] | undefined = [];
  let length = 0;
  return {
    data(raw) {
      const chunk = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
      length += chunk.length;
      scan.bytes += chunk.length;
      if (!decided) {
        head = Buffer.concat([head, chunk.subarray(0, 512 - head.length)]);
        if (head.length >= 262 || length > 512) decide();
      }
      if (kept) {
        kept.push(Buffer.from(chunk));
        if (length > limits.packedBytes) {
          count(scan, `larger than ${limits.packedBytes / 1024 / 1024} MB`);
          kept = undefined;
        }
      }
      for (const hit of matcher.find(chunk)) report(hit, "");
      // A value may begin in one piece and end in the next.
      const overlap = matcher.longest - 1;
      for (const hit of matcher.find(Buffer.concat([tail, chunk.subarray(0, overlap)]))) report(hit, "");
      tail = Buffer.from(
        chunk.length >= overlap
          ? chunk.subarray(chunk.length - overlap)
          : Buffer.concat([tail, chunk]).subarray(-overlap),
      );
    },
    end() {
      if (!decided) decide();
      if (kept === undefined || packing === undefined) return;
      const data = Buffer.concat(kept);
      kept = undefined;
      if (packing === "brotli") {
        const unpacked = unbrotli(data, limits.unpackedBytes);
        if (unpacked) for (const hit of matcher.find(unpacked)) report(hit, "!");
      } else openPacked(scan, data, packing, "", 1, report);
    },
  };

  function decide(): void {
    decided = true;
    packing = packingOf(head) ?? (name.endsWith(".br") ? "brotli" : undefined);
    if (packing === undefined) kept = undefined;
  }
}

function openPacked(
  scan: Scan,
  data: Buffer,
  packing: Packing,
  inside: string,
  depth: number,
  report: Report,
): void {
  const { limits, unzstd } = scan;
  if (packing === "xz") {
    wait(scan, { data, inside, depth, report });
    return;
  }
  try {
    let members = 0;
    for (const member of unpackEach(data, packing, limits.unpackedBytes, unzstd)) {
      members++;
      look(scan, member.data, `${inside}!${member.name}`, depth, report);
    }
    if (members === 0 && (packing === "gzip" || packing === "zstd")) count(scan, `damaged ${packing}`);
  } catch (error) {
    tooMuch(scan, error);
  }
}

/** What came out of a file: searched, and opened where it is packed itself. */
function look(scan: Scan, data: Buffer, path: string, depth: number, report: Report): void {
  const { matcher, limits } = scan;
  scan.bytes += data.length;
  const next = packingOf(data.subarray(0, 512));
  // The members of a tar lie in it as they are: they are named one by one below.
  if (next !== "tar" || depth >= limits.depth) {
    for (const hit of matcher.find(data)) report(hit, path);
  }
  if (next === undefined) return;
  if (depth >= limits.depth) count(scan, `nested deeper than ${limits.depth} levels`);
  else openPacked(scan, data, next, path, depth + 1, report);
}

function wait(scan: Scan, file: Waiting): void {
  const { packedBytes } = scan.limits;
  if (scan.waitingBytes + file.data.length > packedBytes) {
    count(scan, `compressed with xz, more than ${packedBytes / 1024 / 1024} MB in a layer`);
    return;
  }
  scan.waitingBytes += file.data.length;
  // A member is a view of its archive, which is not kept.
  scan.waiting.push({ ...file, data: Buffer.from(file.data) });
}

async function openWaiting(scan: Scan): Promise<void> {
  for (let next = scan.waiting.shift(); next !== undefined; next = scan.waiting.shift()) {
    try {
      const unpacked = await unxz(next.data, scan.limits.unpackedBytes);
      if (unpacked === undefined)
        count(scan, "compressed with xz, damaged or with a check or filter that is not read");
      else look(scan, unpacked, `${next.inside}!`, next.depth, next.report);
    } catch (error) {
      tooMuch(scan, error);
    }
  }
  scan.waitingBytes = 0;
}

/** Rethrows what is no RangeError. */
function tooMuch(scan: Scan, error: unknown): void {
  if (!(error instanceof RangeError)) throw error;
  count(scan, `unpacking to more than ${scan.limits.unpackedBytes / 1024 / 1024} MB`);
}

/** A later layer removed a path (everything below it, too) or wrote another file in its place. */
function hide(hits: readonly FileHit[], target: string, below: boolean): void {
  for (const hit of hits) {
    if (hit.file === target || ((below || target !== hit.file) && hit.file.startsWith(`${target}/`))) {
      hit.hidden = true;
    }
  }
}

function count(scan: Scan, why: string): void {
  scan.skipped.set(why, (scan.skipped.get(why) ?? 0) + 1);
  scan.unsearched.add(scan.layer);
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
