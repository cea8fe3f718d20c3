import type { Aliases, Problem, RuleContext } from "../types.ts";
import { appendCommand, programAs } from "./append.ts";
import { type Command, commandsOfRun } from "./commands.ts";
import { type Manager, type PackageCall, packageCalls } from "./packages.ts";
import { aliasesOf, isMounted, ships } from "./reach.ts";

/** What a package manager leaves in a layer, and what removes it. */
export interface LeftoverCheck {
  readonly managers: readonly Manager[];
  /** The verbs that download. */
  readonly verbs: RegExp;
  /** A command that cleans up after this manager. */
  cleans(command: Command, manager: Manager): boolean;
  /** Where the cache lies: a cache or tmpfs mount on all of one group keeps it out of the layer. */
  readonly caches: readonly (readonly string[])[];
  /** The tools that report a RUN with these downloads, at least one. */
  aliasesOf(downloads: readonly [PackageCall, ...PackageCall[]]): Aliases;
  /** The words that are missing after the manager's name: `clean all`. */
  readonly cleanup: string;
  /** False where the cleanup may remove what is still needed. */
  mayClean?(command: Command): boolean;
  /** True when only stages that ship are meant. */
  readonly onlyShipped?: boolean;
}

/** One finding for each RUN that downloads after its last cleaning. */
export function* leftovers(context: RuleContext, check: LeftoverCheck): Iterable<Problem> {
  const { file } = context;
  const byRun = new Map<Command["run"], [PackageCall, ...PackageCall[]]>();
  for (const call of packageCalls(context, ...check.managers)) {
    if (!check.verbs.test(call.verb)) continue;
    const downloads = byRun.get(call.command.run);
    if (downloads) downloads.push(call);
    else byRun.set(call.command.run, [call]);
  }
  for (const [run, downloads] of byRun) {
    // The last download of the RUN decides: what follows it cleans all.
    const { command, manager, verb } = downloads.at(-1) ?? downloads[0];
    const { stage } = command;
    const commands = commandsOfRun(context, run);
    if (commands.some((other) => other.range.start > command.range.start && check.cleans(other, manager)))
      continue;
    if (check.caches.some((group) => group.every((target) => isMounted(command, target)))) continue;
    const shipped = file.fragment || run.onbuild || ships(file, stage);
    const inherited = file.stages.some(({ base }) => base?.kind === "stage" && base.stage === stage.index);
    if (check.onlyShipped && !shipped && !inherited) continue;
    const cleanup = `${programAs(command)} ${check.cleanup}`;
    yield {
      range: command.range,
      message: `what ${manager} ${verb} downloaded stays in this layer: end the RUN with ${cleanup}`,
      aliases: aliasesOf(command, check.aliasesOf(downloads)),
      ...(shipped ? {} : { parity: true }),
      ...(check.mayClean?.(command) === false ? {} : appendCommand(context, run, cleanup, `add ${cleanup}`)),
    };
  }
}
