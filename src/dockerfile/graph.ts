import type { Base, CopyInstruction, Dockerfile, Mount, RunInstruction, Stage } from "./types.ts";

/** Where files come from: a stage of this file, an image, or a named build context. */
export type CopySource =
  | { readonly kind: "stage"; readonly stage: Stage }
  | { readonly kind: "image"; readonly image: string }
  | { readonly kind: "context"; readonly context: string };

/** A COPY with `--from`. */
export interface StageCopy {
  readonly instruction: CopyInstruction;
  /** The stage the COPY stands in. */
  readonly stage: Stage;
  readonly from: CopySource;
}

/** A RUN mount with `from`. */
export interface StageMount {
  readonly instruction: RunInstruction;
  readonly mount: Mount;
  readonly stage: Stage;
  readonly from: CopySource;
}

/** How the stages of a file depend on each other, for one target. */
export interface StageGraph {
  /** The stage that is built: the target, or the last one. */
  readonly final: Stage | undefined;
  /** True when building `final` needs the stage. */
  reachable(stage: Stage): boolean;
  /** The stage of this file it is built FROM. */
  parent(stage: Stage): Stage | undefined;
  /** The stage, then the stages it is built FROM, nearest first. */
  chain(stage: Stage): readonly Stage[];
  /** The image or scratch at the bottom of the chain. */
  rootBase(stage: Stage): Base | undefined;
  /** A stage by name (any case) or number; with `before`, only stages above that one. The last of a name wins. */
  find(nameOrIndex: string, before?: Stage): Stage | undefined;
  readonly copies: readonly StageCopy[];
  readonly mounts: readonly StageMount[];
}

/** Settings of a graph. */
export interface GraphOptions {
  /** Names of build contexts given from outside (`--build-context`). */
  readonly contexts?: readonly string[];
}

/** Builds the graph for a target stage (name or number); without one, or when there is no such stage, for the last. */
export function stageGraph(file: Dockerfile, target?: string, options: GraphOptions = {}): StageGraph {
  const { stages } = file;
  const named = new Map<string, Stage[]>();
  for (const stage of stages) {
    if (stage.name === undefined) continue;
    const list = named.get(stage.name);
    if (list) list.push(stage);
    else named.set(stage.name, [stage]);
  }
  const contexts = new Set(options.contexts);

  const byName = (name: string, limit: number): Stage | undefined =>
    named.get(name.toLowerCase())?.findLast((stage) => stage.index < limit);
  const find = (nameOrIndex: string, before?: Stage): Stage | undefined => {
    const limit = before?.index ?? stages.length;
    if (!/^\d{1,9}$/.test(nameOrIndex)) return byName(nameOrIndex, limit);
    const index = Number(nameOrIndex);
    return index < limit ? stages[index] : undefined;
  };
  const source = (name: string, stage: Stage | undefined): CopySource => {
    if (stage) return { kind: "stage", stage };
    return contexts.has(name) ? { kind: "context", context: name } : { kind: "image", image: name };
  };
  const parent = (stage: Stage): Stage | undefined =>
    stage.base?.kind === "stage" ? stages[stage.base.stage] : undefined;
  const chain = (stage: Stage): readonly Stage[] => {
    const list: Stage[] = [];
    for (let link: Stage | undefined = stage; link; link = parent(link)) list.push(link);
    return list;
  };

  const copies: StageCopy[] = [];
  const mounts: StageMount[] = [];
  const needs = new Map<Stage, Set<Stage>>();
  for (const stage of stages) {
    const needed = new Set<Stage>();
    const base = parent(stage);
    if (base) needed.add(base);
    for (const each of stage.instructions) {
      const instruction = each.keyword === "ONBUILD" && each.trigger ? each.trigger : each;
      if (instruction.keyword === "COPY" && instruction.from !== undefined) {
        const from = source(instruction.from, find(instruction.from, stage));
        copies.push({ instruction, stage, from });
        if (from.kind === "stage") needed.add(from.stage);
      }
      if (instruction.keyword !== "RUN") continue;
      for (const mount of instruction.mounts) {
        if (mount.from === undefined) continue;
        const from = source(mount.from, byName(mount.from, stage.index));
        mounts.push({ instruction, mount, stage, from });
        if (from.kind === "stage") needed.add(from.stage);
      }
    }
    needs.set(stage, needed);
  }

  const final = (target === undefined ? undefined : find(target)) ?? stages.at(-1);
  let reached: Set<Stage> | undefined;
  return {
    final,
    reachable(stage) {
      reached ??= reachableFrom(final, needs);
      return reached.has(stage);
    },
    parent,
    chain,
    rootBase: (stage) => chain(stage).at(-1)?.base,
    find,
    copies,
    mounts,
  };
}

function reachableFrom(final: Stage | undefined, needs: ReadonlyMap<Stage, ReadonlySet<Stage>>): Set<Stage> {
  const reached = new Set<Stage>(final ? [final] : []);
  for (const stage of reached) for (const needed of needs.get(stage) ?? []) reached.add(needed);
  return reached;
}
