import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { CancelledError, InputError, LimitError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { judge } from "./affected.ts";
import { readAdvisory } from "./read.ts";
import type { Advisory, AdvisoryMatch, AdvisorySource, PackageQuery } from "./types.ts";

/** Options of `apiAdvisories`. */
export interface ApiOptions {
  /** Sends requests; only given when the network may be used. */
  readonly fetch: typeof fetch;
  /** Without a slash at the end. */
  readonly url?: string;
}

const batch = 500;
const parallel = 8;
const mostPages = 20;
const mostRecords = 5_000;
const mostBytes = 32 * 1024 * 1024;
const tries = 3;

const batchAnswer = z.object({
  results: z.array(
    z
      .object({
        vulns: z.array(z.object({ id: z.string() })).nullish(),
        next_page_token: z.string().nullish(),
      })
      .nullish(),
  ),
});

/**
 * The API of osv.dev (google.github.io/osv.dev/api): which records apply is its answer, versions that fix them are read
 * from the records. Names and versions of the packages leave the machine. Throws InputError when it cannot be reached.
 */
export function apiAdvisories({ fetch, url = "https://api.osv.dev" }: ApiOptions): AdvisorySource {
  const call = (path: string, signal: AbortSignal, body?: unknown): Promise<unknown> =>
    request(fetch, `${url}${path}`, signal, body);
  return {
    title: `the API at ${clean(url, 200)}`,
    async lookup(queries, signal) {
      const ids: Set<string>[] = queries.map(() => new Set());
      const notes: string[] = [];
      const missing = new Set<string>();
      let open = queries.map((query, index) => ({ index, query, token: "" }));
      for (let page = 0; open.length > 0; page++) {
        if (page === mostPages) {
          notes.push(`${open.length} packages have more advisories than were asked for`);
          break;
        }
        const next: typeof open = [];
        for (const part of parts(open)) {
          const reply = await call("/v1/querybatch", signal, {
            queries: part.map(({ query, token }) => asked(query, token)),
          });
          // An ecosystem the API does not know makes it refuse the whole request: each has its own.
          if (reply === undefined) {
            for (const { query } of part) missing.add(query.ecosystem);
            continue;
          }
          const answer = batchAnswer.safeParse(reply);
          if (answer.data === undefined || answer.data.results.length !== part.length) {
            throw new InputError(`${clean(url, 200)} does not answer as osv.dev does`, "check the address");
          }
          answer.data.results.forEach((result, at) => {
            const one = part[at];
            if (one === undefined) return;
            for (const { id } of result?.vulns ?? []) ids[one.index]?.add(id);
            if (result?.next_page_token) next.push({ ...one, token: result.next_page_token });
          });
        }
        open = next;
      }
      const wanted = [...new Set(ids.flatMap((some) => [...some]))];
      if (wanted.length > mostRecords) notes.push(`${wanted.length - mostRecords} advisories were not read`);
      const records = await readAll(wanted.slice(0, mostRecords), (id) =>
        call(`/v1/vulns/${encodeURIComponent(id)}`, signal),
      );
      const unread = wanted.slice(0, mostRecords).filter((id) => !records.has(id)).length;
      if (unread > 0) notes.push(`${unread} advisories could not be read`);
      const matches = queries.map((query, index) =>
        [...(ids[index] ?? [])].flatMap((id) => matchOf(id, records.get(id), query)),
      );
      return { matches, undecided: [], missing: [...missing], data: [], notes };
    },
  };
}

/** Requests of one ecosystem each, of a bounded size. */
function parts<Item extends { readonly query: PackageQuery }>(items: readonly Item[]): Item[][] {
  const open = new Map<string, Item[]>();
  const full: Item[][] = [];
  for (const item of items) {
    const { ecosystem } = item.query;
    const part = open.get(ecosystem) ?? [];
    part.push(item);
    if (part.length === batch) {
      full.push(part);
      open.delete(ecosystem);
    } else open.set(ecosystem, part);
  }
  return [...full, ...open.values()];
}

function asked({ ecosystem, name, version }: PackageQuery, token: string): object {
  return { package: { ecosystem, name }, version, ...(token === "" ? {} : { page_token: token }) };
}

/** The answer of the API counts; a record that cannot be read is reported by its id alone. */
function matchOf(id: string, advisory: Advisory | undefined, query: PackageQuery): AdvisoryMatch[] {
  if (advisory === undefined) {
    return [
      {
        advisory: { id, aliases: [], upstream: [], summary: "", withdrawn: false, severity: [] },
        severity: [],
      },
    ];
  }
  if (advisory.withdrawn) return [];
  const verdict = judge(advisory, query);
  if (verdict !== undefined && verdict !== "undecided") return [verdict];
  const { affected: _, ...rest } = advisory;
  return [{ advisory: rest, severity: [] }];
}

async function readAll(
  ids: readonly string[],
  read: (id: string) => Promise<unknown>,
): Promise<ReadonlyMap<string, Advisory>> {
  const records = new Map<string, Advisory>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      const advisory = readAdvisory(await read(id));
      if (advisory !== undefined) records.set(id, advisory);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, ids.length) }, worker));
  return records;
}

/** The JSON of an answer; undefined for what it does not know. Busy servers are asked again after one and two seconds. */
async function request(
  send: typeof fetch,
  url: string,
  signal: AbortSignal,
  body: unknown,
): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    const response = await attempted(send, url, signal, body);
    if (response.ok) return parse(await received(response, url, signal), url);
    await response.body?.cancel();
    if (response.status === 404 || response.status === 400) return undefined;
    const busy = response.status === 429 || response.status >= 500;
    if (!busy || attempt === tries) {
      throw new InputError(
        `${clean(url, 200)} answered ${response.status}`,
        "try again later, or give a directory of OSV data",
      );
    }
    await setTimeout(attempt * 1000, undefined, { signal }).catch(() => {
      throw new CancelledError();
    });
  }
}

async function attempted(
  send: typeof fetch,
  url: string,
  signal: AbortSignal,
  body: unknown,
): Promise<Response> {
  try {
    return await send(url, {
      signal,
      ...(body === undefined
        ? {}
        : {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
          }),
    });
  } catch (cause) {
    throw unreachable(url, signal, cause);
  }
}

/** The text of an answer; a connection that breaks off in its middle is told as one that never was. */
async function received(response: Response, url: string, signal: AbortSignal): Promise<string> {
  try {
    return await bounded(response, url);
  } catch (error) {
    if (error instanceof LimitError) throw error;
    throw unreachable(url, signal, error);
  }
}

function unreachable(url: string, signal: AbortSignal, cause: unknown): CancelledError | InputError {
  if (signal.aborted) return new CancelledError();
  return new InputError(
    `${clean(url, 200)} cannot be reached`,
    "check the network, or give a directory of OSV data",
    { cause },
  );
}

async function bounded(response: Response, url: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.length;
    if (size > mostBytes) {
      throw new LimitError(
        `${clean(url, 200)} answered with more than 32 MB`,
        "give a directory of OSV data",
      );
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function parse(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${clean(url, 200)} answered with no JSON`, "check the address", { cause });
  }
}
