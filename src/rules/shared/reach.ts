import { rememberLast } from "../../dockerfile/remember.ts";
import type { Dockerfile, Stage } from "../../dockerfile/types.ts";
import type { Aliases } from "../types.ts";
import type { Command } from "./commands.ts";
import { finalStage, stageChain } from "./stages.ts";

const shipped = rememberLast(
  (file: Dockerfile) => file,
  (file): ReadonlySet<Stage> => {
    const final = finalStage(file);
    return new Set(final ? stageChain(file, final) : []);
  },
);

/** True when the layers of a stage are part of the final image: the final stage and the stages it is built FROM. */
export function ships(file: Dockerfile, stage: Stage): boolean {
  return shipped(file).has(stage);
}

/** The aliases of a finding about a command: hadolint does not see through `sudo`, `env`, a path or a variable. */
export function aliasesOf(command: Command, aliases: Aliases): Aliases {
  if (command.direct && !command.name.includes("$")) return aliases;
  const { hadolint: _, ...others } = aliases;
  return others;
}

/** True for a mount of one of the types at `target` or above it. */
export function isMounted(
  command: Command,
  target: string,
  types: readonly string[] = ["cache", "tmpfs"],
): boolean {
  return command.run.mounts.some((mount) => {
    if (!types.includes(mount.type) || mount.target === undefined) return false;
    const at = mount.target.replace(/\/+$/, "");
    return target === at || target.startsWith(`${at}/`);
  });
}
