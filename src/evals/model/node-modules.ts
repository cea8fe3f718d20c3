import type { CopyInstruction, Range, Stage } from "../../dockerfile/types.ts";
import { type Command, hasFlag, operandsOf } from "../../rules/shared/commands.ts";
import { usedCommands, variablesAt } from "./commands.ts";
import { expanded, isCopy } from "./files.ts";
import type { AnswerModel } from "./read.ts";

/** The dependencies a stage holds at its end. */
export interface NodeModules {
  /** Development dependencies are in one of its layers. */
  readonly development: boolean;
  /** Where that was decided, and why. */
  readonly range: Range;
  readonly why: string;
}

/**
 * Follows installs, prunes and copies through a stage and those it comes from. For a stage that ships, what an
 * earlier instruction brought stays in its layer: pruning afterwards does not help.
 */
export function nodeModulesOf(model: AnswerModel, stage: Stage): NodeModules | undefined {
  const ships = model.shipped.includes(stage);
  const parent = model.context.graph.parent(stage);
  let state = parent ? nodeModulesOf(model, parent) : undefined;
  for (const instruction of stage.instructions) {
    if (isCopy(instruction)) {
      const brought = copied(model, stage, instruction);
      if (brought) state = ships && state?.development ? state : brought;
    } else if (instruction.keyword === "RUN") {
      const before = state;
      for (const command of usedCommands(model).filter(({ run }) => run === instruction))
        state = after(model, command, state);
      // A later layer hides what an earlier one holds; it stays in the image.
      if (ships && before?.development && state?.development !== true)
        state = { ...before, why: `${before.why}; pruned only in a later layer` };
    }
  }
  return state;
}

function copied(model: AnswerModel, stage: Stage, copy: CopyInstruction): NodeModules | undefined {
  if (copy.from === undefined) {
    const files = copy.sources.flatMap((source) => model.build.match(expanded(model, copy, source)));
    return files.some((file) => /(?:^|\/)node_modules\//.test(file))
      ? { development: true, range: copy.range, why: "node_modules of the build context are copied" }
      : undefined;
  }
  const from = model.context.graph.find(copy.from, stage);
  if (
    from === undefined ||
    !copy.sources.some((source) => holdsModules(model, from, expanded(model, copy, source)))
  )
    return undefined;
  const state = nodeModulesOf(model, from);
  return state && { ...state, range: copy.range, why: `${from.name ?? `stage ${from.index}`}: ${state.why}` };
}

/** True for node_modules itself and for a folder around it: the working directory of an install, or one above it. */
function holdsModules(model: AnswerModel, from: Stage, source: string): boolean {
  const folder = `/${source.replace(/^\/+|\/+$/g, "")}`;
  if (/\/node_modules(?:\/|$)/.test(folder)) return true;
  const stages = model.context.graph.chain(from);
  return usedCommands(model).some((command) => {
    if (!stages.includes(command.stage) || kindOf(command) === undefined) return false;
    const deployed = command.name === "pnpm" && operandsOf(command).some(({ text }) => text === "deploy");
    const workdir = deployed
      ? (operandsOf(command).at(-1)?.text ?? "/")
      : (model.context.stateBefore(command.run).workdir?.value ?? "/");
    return workdir === folder || workdir.startsWith(folder === "/" ? "/" : `${folder}/`);
  });
}

function after(
  model: AnswerModel,
  command: Command,
  state: NodeModules | undefined,
): NodeModules | undefined {
  const kind = kindOf(command);
  if (kind === undefined) return state;
  const words = [command.name, ...command.args.map(({ text }) => text)].join(" ").slice(0, 80);
  const { range } = command;
  if (kind === "remove") return undefined;
  if (isProduction(model, command, kind)) return { development: false, range, why: words };
  // A prune that keeps development dependencies changes nothing.
  return kind === "prune"
    ? state
    : { development: true, range, why: `${words} installs development dependencies` };
}

function kindOf(command: Command): "install" | "prune" | "remove" | undefined {
  const words = operandsOf(command).map(({ text }) => text);
  const [first = ""] = words;
  if (command.name === "rm")
    return words.some((word) => /(?:^|\/)node_modules\/?$/.test(word)) ? "remove" : undefined;
  if (command.name === "npm") {
    if (hasFlag(command, "-g", "--global")) return undefined;
    if (first === "prune") return "prune";
    return /^(?:ci|clean-install|install|i|add)$/.test(first) ? "install" : undefined;
  }
  if (command.name === "yarn")
    return first === "" || first === "install" || words.join(" ").startsWith("workspaces focus")
      ? "install"
      : undefined;
  if (command.name === "pnpm") {
    if (first === "prune") return "prune";
    return words.some((word) => /^(?:install|i|deploy)$/.test(word)) ? "install" : undefined;
  }
  return command.name === "bun" && (first === "install" || first === "i") ? "install" : undefined;
}

function isProduction(model: AnswerModel, command: Command, kind: "install" | "prune"): boolean {
  if (command.args.some(({ text }) => /^--(?:production|prod)=false$|^--include=dev$/.test(text)))
    return false;
  const omit = command.args.some(
    ({ text }, index) =>
      text === "--omit=dev" ||
      text === "--only=production" ||
      text === "--only=prod" ||
      (text === "--omit" && command.args[index + 1]?.text === "dev"),
  );
  if (omit || hasFlag(command, "--production", "--prod", "-P")) return true;
  if (command.name === "npm" || command.name === "yarn" || command.name === "pnpm") {
    const values = variablesAt(model, command);
    if (
      values.get("NODE_ENV") === "production" ||
      values.get("npm_config_omit") === "dev" ||
      values.get("NPM_CONFIG_OMIT") === "dev"
    )
      return true;
  }
  return kind === "prune" && command.name === "yarn";
}
