import type { Aliases, Problem, RuleContext } from "../types.ts";
import { type Command, commandsOfRun } from "./commands.ts";
import { insert } from "./edits.ts";
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
  /** The command that is missing: `dnf clean all`. */
  readonly cleanup: (manager: Manager) => string;
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
    yield {
      range: command.range,
      message: `what ${manager} ${verb} downloaded stays in this layer: end the RUN with ${check.cleanup(manager)}`,
      aliases: aliasesOf(command, check.aliasesOf(downloads)),
      ...(shipped ? {} : { parity: true }),
      ...appendFix(context, run, check.cleanup(manager)),
    };
  }
}

/** Appends a command when the RUN is a plain list of commands that all must succeed. */
function appendFix(context: RuleContext, run: Command["run"], cleanup: string): Pick<Problem, "fix"> {
  if (run.command.form !== "shell" || run.heredocs.length > 0) return {};
  const last = commandsOfRun(context, run).at(-1);
  const text = context.file.text.slice(run.argumentsRange.start, run.argumentsRange.end);
  if (!last || last.range.end !== run.range.end || /[;|#(){}]|\b(?:if|for|while)\b/.test(text)) return {};
  return {
    fix: {
      title: `add ${cleanup}`,
      edits: [insert(run.range.end, ` ${context.file.escape}\n    && ${cleanup}`)],
      safe: true,
    },
  };
}
