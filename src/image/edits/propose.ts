import type { Instruction } from "../../dockerfile/types.ts";
import { clean } from "../../security/untrusted.ts";
import type { Attribution } from "../analysis/attribute.ts";
import { placeOf } from "../analysis/attribute.ts";
import { readInstruction } from "../analysis/instruction.ts";
import type { ProposedEdit, UselessKind } from "../analysis/types.ts";
import type { FileVersion } from "../model/tree.ts";
import { pathOf } from "../model/tree.ts";
import { formatBytes } from "../report/bytes.ts";
import type { LayerInfo } from "../types.ts";
import { groupWaste, type Waste } from "./causes.ts";
import { contextPatterns } from "./context-paths.ts";
import type { LayerSource } from "./layer-source.ts";
import { editOwner } from "./owner.ts";
import { appendCommand, deleteInstruction, insertFlag, oneLine } from "./run-text.ts";

/** What the proposals are made from. */
export interface ProposalInput {
  readonly versions: readonly FileVersion[];
  readonly layers: readonly LayerInfo[];
  readonly baseLayers: number;
  readonly attribution: Attribution | undefined;
  /** Proposals that save less are not made. */
  readonly leastBytes: number;
}

/** A proposal on its way: instructions whose text it removes must not be edited by another one. */
interface Draft extends ProposedEdit {
  readonly deletes?: Instruction;
  readonly touches?: readonly Instruction[];
}

/**
 * The changes that make an image smaller, the largest saving first. Each wasted byte is counted for one of them, so
 * that the sum of any of them is what they save together. Nothing is proposed for the base image's own layers.
 */
export function proposeEdits(input: ProposalInput): ProposedEdit[] {
  const sources = input.layers.map(
    (layer, index): LayerSource => ({
      index,
      history: readInstruction(layer.createdBy),
      instruction: input.attribution?.instructions[index],
    }),
  );
  const wastes = groupWaste(input.versions).filter((waste) => waste.layer >= input.baseLayers);
  const drafts = [
    ...ownerEdits(wastes, sources, input),
    ...removalEdits(wastes, sources, input),
    ...uselessEdits(wastes, sources, input),
  ];
  return withoutConflicts(
    drafts.filter((draft) => draft.saves >= input.leastBytes).sort((a, b) => b.saves - a.saves),
  );
}

/** Files that a later step only gave another owner, mode or time: let the step that wrote them do it. */
function ownerEdits(
  wastes: readonly Waste[],
  sources: readonly LayerSource[],
  input: ProposalInput,
): Draft[] {
  const byHider = groupBy(
    wastes.filter((waste) => waste.reason === "same-content-rewritten"),
    (waste) => waste.hiddenBy,
  );
  return [...byHider].flatMap(([hider, group]): Draft[] => {
    const source = sources[hider];
    if (source === undefined) return [];
    const saves = sum(group);
    const why = `layer ${hider} stores ${formatBytes(saves)} again that only changed owner, mode or time`;
    const text = editOwner(source, group, sources, input.attribution);
    return [
      {
        kind: "set-owner-when-copying",
        title: text?.title ?? ownerTitle(source),
        because: why,
        saves,
        certainty: "exact",
        layers: [...new Set([...group.map((waste) => waste.layer), hider])],
        ...place(source, input.attribution),
        ...(text === undefined ? { example: ownerExample(source, group, sources) } : { edits: text.edits }),
        ...(text?.deletes === undefined ? {} : { deletes: text.deletes }),
        ...(text === undefined ? {} : { touches: text.touches }),
      },
    ];
  });
}

function ownerTitle(source: LayerSource): string {
  return `Set owner and mode where the files are written, not in layer ${source.index}`;
}

function ownerExample(source: LayerSource, group: readonly Waste[], sources: readonly LayerSource[]): string {
  const writer = sources[group[0]?.layer ?? -1]?.history.keyword;
  const { argument } = source.history;
  const owner = /\bchown\s+(?:-\S+\s+)*([\w.:-]+)/.exec(argument)?.[1];
  const mode = /\bchmod\s+(?:-[a-zA-Z]+\s+)*([\w,+=-]+)/.exec(argument)?.[1];
  if (writer === "COPY" || writer === "ADD") {
    const flags = [owner && `--chown=${owner}`, mode && `--chmod=${mode}`].filter(Boolean).join(" ");
    return `${writer} ${flags || "with the right owner and mode"} …, and drop the later command`;
  }
  return "run it in the RUN that writes the files";
}

/** Files that a later step deleted or replaced: delete them in the step that wrote them, or do not bring them. */
function removalEdits(
  wastes: readonly Waste[],
  sources: readonly LayerSource[],
  input: ProposalInput,
): Draft[] {
  const hidden = wastes.filter((waste) => waste.hiddenBy >= 0 && waste.reason !== "same-content-rewritten");
  const groups = groupBy(hidden, (waste) => `${waste.origin} ${waste.hiddenBy}`);
  return [...groups.values()].flatMap((group): Draft[] => {
    const [first] = group;
    const writer = sources[first?.origin ?? -1];
    const hider = sources[first?.hiddenBy ?? -1];
    if (first === undefined || writer === undefined || hider === undefined) return [];
    const saves = sum(group);
    const base = {
      because: `layer ${writer.index} writes and layer ${hider.index} removes or replaces ${largest(group)}`,
      saves,
      certainty: "exact" as const,
      layers: [...new Set([writer.index, ...group.map((waste) => waste.layer), hider.index])],
      ...place(writer, input.attribution),
    };
    const { keyword } = writer.history;
    if (keyword === "COPY" || keyword === "ADD")
      return [{ ...base, ...leaveOut(group, writer, input.attribution) }];
    return [{ ...base, ...joinRuns(group, writer, hider, input.attribution) }];
  });
}

type Words = Pick<Draft, "kind" | "title"> &
  Partial<Pick<Draft, "edits" | "example" | "ignore" | "deletes" | "touches">>;

function leaveOut(group: readonly Waste[], writer: LayerSource, attribution: Attribution | undefined): Words {
  const patterns = contextPatterns(group, writer, attribution);
  if (patterns.length > 0) {
    return {
      kind: "ignore-files",
      title: `Keep ${clean(patterns.join(", "), 120)} out of the build context`,
      ignore: patterns,
    };
  }
  const from =
    (writer.instruction?.keyword === "COPY" && writer.instruction.from !== undefined) ||
    /^--from=/.test(writer.history.argument);
  return {
    kind: "leave-out-files",
    title: from
      ? "Copy only what is needed from the other stage"
      : "Do not copy files that are deleted later",
    example: from
      ? "name the files, or delete the rest in the stage they come from"
      : "RUN --mount=type=bind (for secrets type=secret) gives a step files that never become a layer",
  };
}

function joinRuns(
  group: readonly Waste[],
  writer: LayerSource,
  hider: LayerSource,
  attribution: Attribution | undefined,
): Words {
  const words: Words = {
    kind: "join-runs",
    title: `Delete ${clean(largest(group), 120)} in the RUN that writes them`,
    example: "a RUN that deletes what an earlier one wrote saves nothing: join both with &&",
  };
  const first = writer.instruction;
  const second = hider.instruction;
  if (attribution === undefined || first?.keyword !== "RUN" || second?.keyword !== "RUN") return words;
  const { file } = attribution;
  const command = oneLine(file, second);
  if (command === undefined || first.stage !== second.stage || second.mounts.length > 0) return words;
  if (second.index === first.index + 1) {
    const append = appendCommand(file, first, command);
    if (append === undefined) return words;
    return {
      kind: "join-runs",
      title: `Join the RUN of line ${file.lineAt(second.range.start)} into the one of line ${file.lineAt(first.range.start)}`,
      edits: [append, deleteInstruction(file, second)],
      deletes: second,
      touches: [first],
    };
  }
  // A step between the two may need the files; only a plain rm -f can be repeated earlier without harm.
  const removal = /^rm -[a-zA-Z]*f[a-zA-Z]* [^;&|<>`$()]+$/.test(command) ? command : undefined;
  const append = removal === undefined ? undefined : appendCommand(file, first, removal);
  if (append === undefined) return { ...words, example: `end that RUN with: && ${clean(command, 100)}` };
  return {
    kind: "join-runs",
    title: `Delete in line ${file.lineAt(first.range.start)} what line ${file.lineAt(second.range.start)} deletes too late`,
    edits: [append],
    touches: [first],
  };
}

interface Remedy {
  readonly title: string;
  /** Ends the RUN that wrote the files. */
  readonly command?: string;
  /** A directory that a cache mount can take over. */
  readonly mount?: (folder: string) => string | undefined;
  readonly example: string;
  readonly certainty?: "estimate";
}

const cacheRoot =
  /^(.*?\/(?:\.cache\/[^/]+|\.npm|\.local\/share\/pnpm\/store|\.yarn\/berry\/cache|\.bun\/install\/cache|\.cargo\/registry|usr\/local\/cargo\/registry|cargo\/registry|\.m2\/repository|\.gradle\/(?:caches|wrapper)|go\/pkg\/mod\/cache|\.nuget|\.ivy2|\.sbt))(?:\/|$)/;
const mountRoot = (folder: string): string | undefined => cacheRoot.exec(`${folder}/`)?.[1];

const remedies: Readonly<Record<UselessKind, Remedy>> = {
  "apt-lists": {
    title: "Delete the package lists in the RUN that updates them",
    command: "rm -rf /var/lib/apt/lists/*",
    example: "&& rm -rf /var/lib/apt/lists/*",
  },
  "package-manager-cache": {
    title: "Delete the package manager's cache in the RUN that fills it",
    example: "apt-get clean, apk add --no-cache, dnf clean all",
  },
  "pip-cache": {
    title: "Keep the Python installer's cache out of the layer",
    mount: mountRoot,
    example: "pip install --no-cache-dir, or RUN --mount=type=cache,target=/root/.cache/pip",
  },
  "npm-cache": {
    title: "Keep the Node.js package manager's cache out of the layer",
    mount: mountRoot,
    example: "RUN --mount=type=cache,target=/root/.npm npm ci",
  },
  "build-cache": {
    title: "Keep build caches out of the layer",
    mount: mountRoot,
    example: "RUN --mount=type=cache,target=…, or build in a stage of its own and copy the result",
  },
  "version-control": {
    title: "Keep version control data out of the image",
    example: "add .git to .dockerignore",
  },
  tests: {
    title: "Delete tests of installed packages in the RUN that installs them",
    example: "&& find … -type d -name tests -exec rm -rf {} +",
    certainty: "estimate",
  },
  documentation: {
    title: "Leave documentation and manual pages out",
    example: "path-exclude=/usr/share/doc/* and /usr/share/man/* in /etc/dpkg/dpkg.cfg.d before installing",
    certainty: "estimate",
  },
  "source-maps": {
    title: "Leave source maps out",
    example: "do not emit them, or ignore **/*.map",
    certainty: "estimate",
  },
  "build-files": {
    title: "Build in a stage of its own; headers and static libraries are not needed to run",
    example: "FROM … AS build, then COPY --from=build only the result",
    certainty: "estimate",
  },
  "temporary-files": {
    title: "Delete temporary files in the RUN that writes them",
    example: "&& rm -rf /tmp/*, or RUN --mount=type=tmpfs,target=/tmp",
  },
  logs: { title: "Delete logs in the RUN that writes them", example: "&& rm -f /var/log/*.log" },
};

const remedyOf = new Map<string, Remedy>(Object.entries(remedies));

/** Visible files that nobody needs. */
function uselessEdits(
  wastes: readonly Waste[],
  sources: readonly LayerSource[],
  input: ProposalInput,
): Draft[] {
  return wastes.flatMap((waste): Draft[] => {
    const writer = sources[waste.origin];
    if (waste.hiddenBy >= 0 || writer === undefined || waste.origin < input.baseLayers) return [];
    const remedy = remedyOf.get(waste.reason);
    if (remedy === undefined) return [];
    return [
      {
        kind: `drop-${waste.reason}`,
        title: remedy.title,
        because: `layer ${writer.index} writes ${largest([waste])}`,
        saves: waste.bytes,
        certainty: remedy.certainty ?? "exact",
        layers: [...new Set([waste.origin, waste.layer])],
        ...place(writer, input.attribution),
        ...applyRemedy(remedy, waste, writer, input.attribution),
      },
    ];
  });
}

function applyRemedy(
  remedy: Remedy,
  waste: Waste,
  writer: LayerSource,
  attribution: Attribution | undefined,
): Partial<Draft> {
  const { instruction } = writer;
  if (writer.history.keyword === "COPY" || writer.history.keyword === "ADD") {
    const ignore = contextPatterns([waste], writer, attribution);
    return ignore.length > 0 ? { ignore } : { example: remedy.example };
  }
  if (attribution === undefined || instruction?.keyword !== "RUN") return { example: remedy.example };
  const folder = `/${pathOf(waste.folder)}`;
  const target = remedy.mount?.(folder);
  if (target !== undefined && !/[^\w./-]/.test(target)) {
    const mount = `--mount=type=cache,target=${target}`;
    return { edits: [insertFlag(instruction, mount)], touches: [instruction], example: `RUN ${mount}` };
  }
  const command = remedy.command ?? removalOf(waste, folder);
  const append = command === undefined ? undefined : appendCommand(attribution.file, instruction, command);
  if (append === undefined) return { example: remedy.example };
  return { edits: [append], touches: [instruction], example: `&& ${command}` };
}

/** `rm -rf` of a folder whose files are all of no use; undefined for kinds where the folder holds other things too. */
function removalOf(waste: Waste, folder: string): string | undefined {
  if (/[^\w./-]/.test(folder)) return undefined;
  if (waste.reason === "package-manager-cache" && folder.startsWith("/var/cache/"))
    return `rm -rf ${folder}/*`;
  if (waste.reason === "temporary-files" || waste.reason === "logs") {
    const path = `/${pathOf(waste.largest.node)}`;
    return waste.files === 1 && !/[^\w./-]/.test(path) ? `rm -f ${path}` : `rm -rf ${folder}/*`;
  }
  return undefined;
}

function withoutConflicts(drafts: readonly Draft[]): ProposedEdit[] {
  const deleted = new Set(drafts.flatMap((draft) => (draft.deletes === undefined ? [] : [draft.deletes])));
  return drafts.map(({ deletes: _deletes, touches, ...edit }) => {
    const clash = touches?.some((instruction) => deleted.has(instruction)) ?? false;
    if (!clash) return edit;
    const { edits: _edits, ...rest } = edit;
    return {
      ...rest,
      example: rest.example ?? "do it by hand: another proposal changes the same instruction",
    };
  });
}

function place(source: LayerSource, attribution: Attribution | undefined): Pick<ProposedEdit, "place"> {
  if (attribution === undefined || source.instruction === undefined) return {};
  return { place: placeOf(attribution.file, source.instruction) };
}

function largest(group: readonly Waste[]): string {
  const most = group.reduce<Waste | undefined>(
    (best, waste) => (best === undefined || waste.largest.size > best.largest.size ? waste : best),
    undefined,
  );
  if (most === undefined) return "";
  const files = group.reduce((count, waste) => count + waste.files, 0);
  const more = files > 1 ? ` and ${files - 1} more` : "";
  return `${clean(`/${pathOf(most.largest.node)}`, 120)} (${formatBytes(most.largest.size)})${more}`;
}

function sum(group: readonly Waste[]): number {
  return group.reduce((bytes, waste) => bytes + waste.bytes, 0);
}

function groupBy<Key>(wastes: readonly Waste[], keyOf: (waste: Waste) => Key): Map<Key, Waste[]> {
  const groups = new Map<Key, Waste[]>();
  for (const waste of wastes) {
    const key = keyOf(waste);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [waste]);
    else group.push(waste);
  }
  return groups;
}

/** Fewest edits that bring `over` bytes down: the largest first, for their bytes do not overlap. Undefined when all are not enough. */
export function smallestPlan(edits: readonly ProposedEdit[], over: number): number[] | undefined {
  const order = edits.map((edit, index) => ({ index, saves: edit.saves })).sort((a, b) => b.saves - a.saves);
  const plan: number[] = [];
  let left = over;
  for (const { index, saves } of order) {
    if (left < 0) break;
    plan.push(index);
    left -= saves;
  }
  return left < 0 ? plan : undefined;
}
