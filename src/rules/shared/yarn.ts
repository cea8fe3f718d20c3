import type { RuleContext } from "../types.ts";
import { type Command, commandsOf, hasFlag } from "./commands.ts";

/** True when a Yarn after 1 runs: its settings are copied or lie in the build context, and package.json names no older one. */
export function usesBerry({ context }: RuleContext, { stage }: Command): boolean {
  // Settings of a newer Yarn may lie beside: what package.json names is what runs.
  if (namesClassic(context?.read("package.json"))) return false;
  return (
    stage.instructions.some(
      (instruction) =>
        instruction.keyword === "COPY" &&
        instruction.sources.some(({ text }) => /(?:^|\/)\.yarn(?:rc\.yml)?\/?$/.test(text)),
    ) || context?.has(".yarnrc.yml") === true
  );
}

/** True when Yarn 1 runs, as package.json or a flag only Yarn 1 has says. */
export function usesClassic(context: RuleContext, command: Command): boolean {
  const manifest = context.context?.read("package.json");
  if (namesClassic(manifest)) return true;
  if (hasFlag(command, "--production", "--prod", "--pure-lockfile", "--non-interactive", "--no-progress"))
    return true;
  if (usesBerry(context, command) || manifest === undefined || /"packageManager"/.test(manifest))
    return false;
  return !commandsOf(context).some(({ name }) => name === "corepack");
}

function namesClassic(manifest: string | undefined): boolean {
  return /"packageManager"\s*:\s*"yarn@[01]\./.test(manifest ?? "");
}
