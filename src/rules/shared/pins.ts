import type { ShellWord } from "../../dockerfile/shell.ts";
import type { Aliases, Problem, RuleContext } from "../types.ts";
import { type Manager, type PackageCall, packageCalls } from "./packages.ts";
import { aliasesOf } from "./reach.ts";

/** How a manager writes versions. */
export interface PinCheck {
  readonly managers: readonly Manager[];
  /** The verbs that install what is named. */
  readonly verbs: RegExp;
  /** True for a word that names a version, a file or something else that cannot change under the build. */
  isPinned(word: string): boolean;
  /** The aliases of the managers whose calls the other tool judges; undefined for one it does not know. */
  aliasesOf(call: PackageCall): Aliases;
  /** How a version is written: `curl=8.14.1-2`. */
  readonly how: (name: string) => string;
}

/** One finding for each call that installs something without a version, at the first such word. */
export function* unpinned(context: RuleContext, check: PinCheck): Iterable<Problem> {
  for (const call of packageCalls(context, ...check.managers)) {
    if (!check.verbs.test(call.verb)) continue;
    const free = call.operands.filter((word) => !check.isPinned(expand(context, call, word)));
    const [first] = free;
    if (!first) continue;
    const names = free.slice(0, 3).map(({ text }) => text.slice(0, 40));
    const more = free.length > names.length ? ` and ${free.length - names.length} more` : "";
    const unknown = free.every(({ text }) => /^["']?\$/.test(text));
    yield {
      range: first.range,
      message: `${names.join(", ")}${more}: no version is named, write ${check.how(names[0] ?? "package")}`,
      aliases: aliasesOf(call.command, check.aliasesOf(call)),
      // What a variable holds may well carry a version.
      ...(unknown ? { parity: true } : {}),
    };
  }
}

/** Variables of the build put in where they are known, so that `git-$VERSION` can be judged. */
function expand(context: RuleContext, call: PackageCall, word: ShellWord): string {
  if (!word.text.includes("$")) return word.text;
  const { variables } = context.stateBefore(call.command.run);
  return word.text.replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, plain?: string, braced?: string) => {
    return variables.get(plain ?? braced ?? "") ?? argumentOf(context, plain ?? braced ?? "") ?? whole;
  });
}

function argumentOf(context: RuleContext, name: string): string | undefined {
  for (const { instruction } of context.instructions("ARG")) {
    const value = instruction.assignments.find((assignment) => assignment.name === name)?.value;
    if (value !== undefined) return value;
  }
  return undefined;
}
