/** A shell and the options it is started with. */
export interface Interpreter {
  readonly shell: string;
  readonly options: readonly string[];
}

const SH_LIKE = new Set(["sh", "bash", "ash", "dash", "ksh", "mksh", "zsh"]);

/** The shell of a SHELL instruction (or of no SHELL: `sh`); undefined when it is not like sh. */
export function shellInterpreter(words: readonly string[] | undefined): Interpreter | undefined {
  if (!words || words.length === 0) return { shell: "sh", options: [] };
  return fromWords(words);
}

/** The shell a shebang line names; undefined for other interpreters. */
export function shebangInterpreter(line: string): Interpreter | undefined {
  return fromWords(
    line
      .replace(/^#!\s*/, "")
      .trim()
      .split(/\s+/),
  );
}

function fromWords(words: readonly string[]): Interpreter | undefined {
  const program = programName(words[0] ?? "");
  if (program === "env" || program === "busybox") {
    const rest = words.slice(1).filter((word) => word !== "-S" && !/^\w+=/.test(word));
    return rest.length > 0 ? fromWords(rest) : undefined;
  }
  if (!SH_LIKE.has(program)) return undefined;
  return { shell: program, options: words.slice(1).filter((word) => word !== "-c") };
}

function programName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return name.toLowerCase().replace(/\.exe$/, "");
}
