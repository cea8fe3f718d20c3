import { z } from "zod";
import type { Advisory, OsvAffected, OsvEvent, OsvRange } from "./types.ts";

const texts = z.array(z.string()).nullish();
const severities = z.array(z.object({ type: z.string(), score: z.string() })).nullish();
const specific = z
  .looseObject({ severity: z.unknown(), urgency: z.unknown(), cvss: z.unknown() })
  .partial()
  .nullish();
const event = z.object({
  introduced: z.string().optional(),
  fixed: z.string().optional(),
  last_affected: z.string().optional(),
  limit: z.string().optional(),
});
const record = z.object({
  id: z.string(),
  aliases: texts,
  upstream: texts,
  summary: z.string().nullish(),
  withdrawn: z.string().nullish(),
  severity: severities,
  database_specific: specific,
  affected: z
    .array(
      z.object({
        package: z.object({ ecosystem: z.string(), name: z.string() }).nullish(),
        severity: severities,
        ranges: z.array(z.object({ type: z.string(), events: z.array(event) })).nullish(),
        versions: texts,
        ecosystem_specific: specific,
        database_specific: specific,
      }),
    )
    .nullish(),
});

/** Reads one OSV record; undefined when it is none. Packages without a name (commits only) are left out. */
export function readAdvisory(value: unknown): Advisory | undefined {
  const { data } = record.safeParse(value);
  if (data === undefined) return undefined;
  const rating = word(data.database_specific);
  const affected = (data.affected ?? []).flatMap((one): OsvAffected[] => {
    if (!one.package) return [];
    const own = word(one.ecosystem_specific) ?? word(one.database_specific);
    return [
      {
        ecosystem: one.package.ecosystem,
        name: one.package.name,
        ranges: (one.ranges ?? []).flatMap(readRange),
        versions: one.versions ?? [],
        severity: one.severity ?? [],
        ...(own === undefined ? {} : { rating: own }),
      },
    ];
  });
  return {
    id: data.id,
    aliases: data.aliases ?? [],
    upstream: data.upstream ?? [],
    summary: data.summary ?? "",
    withdrawn: Boolean(data.withdrawn),
    severity: data.severity ?? [],
    ...(rating === undefined ? {} : { rating }),
    affected,
  };
}

function readRange({
  type,
  events,
}: {
  readonly type: string;
  readonly events: readonly z.infer<typeof event>[];
}): OsvRange[] {
  if (type !== "SEMVER" && type !== "ECOSYSTEM") return [];
  // An event object holds one event; some writers put two in.
  const list = events.flatMap(({ introduced, fixed, last_affected, limit }): OsvEvent[] => [
    ...(introduced === undefined ? [] : [{ kind: "introduced" as const, version: introduced }]),
    ...(fixed === undefined ? [] : [{ kind: "fixed" as const, version: fixed }]),
    ...(last_affected === undefined ? [] : [{ kind: "lastAffected" as const, version: last_affected }]),
    ...(limit === undefined ? [] : [{ kind: "limit" as const, version: limit }]),
  ]);
  return [{ type, events: list }];
}

function word(value: z.infer<typeof specific>): string | undefined {
  for (const one of [value?.severity, value?.urgency]) {
    if (typeof one === "string" && one !== "") return one;
  }
  return undefined;
}
