import type { Aliases, RuleContext } from "../types.ts";
import { baseFacts } from "./images.ts";
import type { ShellTree } from "./shell-tree.ts";

/** What /bin/sh is: by the image's family, `unknown` when that is not known. */
export type PlainShell = "dash" | "busybox" | "bash" | "unknown";

const shells: Readonly<Record<string, PlainShell>> = {
  debian: "dash", ubuntu: "dash", alpine: "busybox", busybox: "busybox", wolfi: "busybox", rhel: "bash", fedora: "bash",
  amazonlinux: "bash", opensuse: "bash", arch: "bash",
}; // biome-ignore format: a table

/** The program behind `sh` in a stage. */
export function plainShell(context: RuleContext, tree: ShellTree): PlainShell {
  const family = baseFacts(context.file, tree.stage)?.family;
  return (family !== undefined && Object.hasOwn(shells, family) ? shells[family] : undefined) ?? "unknown";
}

/** How a construct that POSIX leaves open is judged where it stands. */
export interface Judgement {
  readonly parity?: true;
  readonly aliases: Aliases;
}

/**
 * Judges what POSIX's sh does not know: undefined in a shell that knows it by its own name, harmless where the
 * image's sh knows it all the same (`knows`).
 */
export function judgeBashism(
  context: RuleContext,
  tree: ShellTree,
  code: string,
  knows: readonly PlainShell[],
): Judgement | undefined {
  const { shell } = tree.script;
  if (shell !== "sh" && shell !== "dash" && shell !== "ash") return undefined;
  const actual = shell === "dash" ? "dash" : shell === "ash" ? "busybox" : plainShell(context, tree);
  if (shell === "ash" && knows.includes("busybox")) return undefined;
  return {
    aliases: { shellcheck: [code] },
    ...(knows.includes(actual) ? { parity: true } : {}),
  };
}
