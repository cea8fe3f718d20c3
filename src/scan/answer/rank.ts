import { type ScanFinding, type Severity, severities } from "../types.ts";
import { upgradeOf } from "./fixed.ts";
import { isOfDistribution } from "./same.ts";

/** Most severe first; then what is attacked, what is visible, what can be repaired, and by place. */
export function rank(findings: readonly ScanFinding[]): ScanFinding[] {
  const place = (one: ScanFinding): readonly (number | string)[] => [
    severities.indexOf(one.severity),
    one.exploited ? 0 : 1,
    one.inFinalImage ? 0 : 1,
    kinds.indexOf(one.kind),
    one.fixedVersion === undefined && one.kind === "vulnerability" ? 1 : 0,
    one.layer?.index ?? -1,
    one.package?.name ?? one.path ?? "",
    one.id,
  ];
  const keyed = findings.map((finding) => ({ finding, key: place(finding) }));
  keyed.sort((a, b) => {
    for (const [index, left] of a.key.entries()) {
      const right = b.key[index] ?? 0;
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  });
  return keyed.map(({ finding }) => finding);
}

const kinds: readonly ScanFinding["kind"][] = ["secret", "vulnerability", "end-of-life", "misconfiguration"];

/** One upgrade or edit, and what is gone after it. */
export interface Remedy {
  readonly title: string;
  /** How many findings it removes, and of which severities. */
  readonly removes: number;
  readonly bySeverity: Readonly<Partial<Record<Severity, number>>>;
  /** A few of their ids. */
  readonly examples: readonly string[];
}

/** What `remedies` needs to know about the image. */
export interface RemedyFacts {
  /** Layers of the base image, counted from the lowest. */
  readonly baseLayers: number;
  readonly baseName?: string | undefined;
}

const weights: Readonly<Record<Severity, number>> = {
  critical: 1000,
  high: 100,
  medium: 10,
  low: 1,
  info: 0,
};
const most = 10;

/** The upgrades and edits that remove most, the best first. */
export function remedies(findings: readonly ScanFinding[], facts: RemedyFacts): readonly Remedy[] {
  const groups = new Map<
    string,
    { words: (group: readonly ScanFinding[]) => string; group: ScanFinding[] }
  >();
  for (const finding of findings) {
    const remedy = remedyOf(finding, facts);
    if (remedy === undefined) continue;
    const known = groups.get(remedy.key);
    if (known === undefined) groups.set(remedy.key, { words: remedy.words, group: [finding] });
    else known.group.push(finding);
  }
  return [...groups.values()]
    .map(({ words, group }) => ({
      group,
      words,
      weight: group.reduce((sum, one) => sum + weights[one.severity], 0),
    }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || b.group.length - a.group.length)
    .slice(0, most)
    .map(({ group, words }) => ({
      title: words(group),
      removes: group.length,
      bySeverity: Object.fromEntries(
        severities
          .map((level) => [level, group.filter(({ severity }) => severity === level).length] as const)
          .filter(([, count]) => count > 0),
      ),
      examples: [...new Set(group.map(({ id }) => id))].slice(0, 4),
    }));
}

interface Grouping {
  readonly key: string;
  readonly words: (group: readonly ScanFinding[]) => string;
}

function remedyOf(finding: ScanFinding, facts: RemedyFacts): Grouping | undefined {
  const { kind, layer, fixedVersion, id, fix } = finding;
  switch (kind) {
    case "vulnerability":
      return fixedVersion === undefined ? undefined : upgrade(finding, fixedVersion, facts);
    case "secret":
      return layer === undefined
        ? {
            key: "configuration",
            words: () => "keep secrets out of ENV, ARG, labels and commands; use RUN --mount=type=secret",
          }
        : {
            key: `layer ${layer.index}`,
            words: (group) =>
              `change ${placeOf(group)} so that it leaves no secret in the image (${files(group)})`,
          };
    case "end-of-life":
      return { key: id, words: () => fix ?? "use a supported release" };
    case "misconfiguration":
      return fix === undefined
        ? undefined
        : { key: id, words: (group) => (group.length > 1 ? `${id}: ${fix} …` : fix) };
  }
}

function upgrade(finding: ScanFinding, fixed: string, facts: RemedyFacts): Grouping | undefined {
  const { package: subject, layer } = finding;
  if (subject === undefined) return undefined;
  const { ecosystem } = subject;
  if (isOfDistribution(subject)) {
    const index = layer?.index ?? 0;
    if (layer === undefined || index < facts.baseLayers) {
      const base = facts.baseName === undefined ? "the base image" : `the base image (${facts.baseName})`;
      return { key: "base", words: (group) => `update ${base} and build again: ${names(group)}` };
    }
    return {
      key: `packages ${index}`,
      words: (group) =>
        `build layer ${index} again without cache, so that it installs current packages: ${names(group)}`,
    };
  }
  return {
    key: `package ${ecosystem} ${subject.name} ${subject.version}`,
    words(group) {
      const to = upgradeOf(group) ?? `a version after ${fixed}`;
      return `upgrade ${subject.name} ${subject.version} to ${to}`;
    },
  };
}

/** The line of the Dockerfile, or the layer where there is none. */
function placeOf([first]: readonly ScanFinding[]): string {
  if (first?.place !== undefined) return `line ${first.place.line} of the Dockerfile`;
  return `the instruction of layer ${first?.layer?.index ?? 0}`;
}

function names(group: readonly ScanFinding[]): string {
  return some(group.map((one) => one.package?.source ?? one.package?.name ?? one.id));
}

function files(group: readonly ScanFinding[]): string {
  return some(group.map((one) => one.path ?? one.id));
}

function some(words: readonly string[]): string {
  const distinct = [...new Set(words)];
  const shown = distinct.slice(0, 4).join(", ");
  return distinct.length > 4 ? `${shown} and ${distinct.length - 4} more` : shown;
}
