import type { CliIo, Output } from "./io.ts";

/** Colours one kind of text; the identity where there are no colours. */
export interface Paint {
  /** False where every function is the identity. */
  readonly colors: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
}

/** Colours on a terminal unless NO_COLOR is set (no-color.org); FORCE_COLOR asks for them anywhere. */
export function paintFor(output: Output, env: CliIo["env"]): Paint {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "" && env.FORCE_COLOR !== "0";
  const wanted = (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb" && (forced || output.isTTY === true);
  const code =
    (open: number, close: number) =>
    (text: string): string =>
      wanted ? `\u001B[${open}m${text}\u001B[${close}m` : text;
  return {
    colors: wanted,
    bold: code(1, 22),
    dim: code(2, 22),
    red: code(31, 39),
    yellow: code(33, 39),
    green: code(32, 39),
  };
}

/** Colours the severities of findings in a tool's text. */
export function paintSeverities(text: string, paint: Paint): string {
  // A report may have megabytes.
  if (!paint.colors) return text;
  return text
    .replace(/(?<=^[^\n`]{0,200}[\s:])error(?=[\s:])/gm, paint.red)
    .replace(/(?<=^[^\n`]{0,200}[\s:])warning(?=[\s:])/gm, paint.yellow);
}

/** Shows how far a call is on one line of a terminal; nothing anywhere else. */
export interface ProgressLine {
  show(message: string, done: number | undefined, total: number | undefined): void;
  clear(): void;
}

/** A progress line on `output` when it is a terminal. */
export function progressLine(output: Output): ProgressLine {
  if (output.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  let shown = false;
  return {
    show(message, done, total) {
      const count = done === undefined ? "" : total === undefined ? ` ${done}` : ` ${done}/${total}`;
      const line = `${message}${count}`.slice(0, Math.max((output.columns ?? 80) - 1, 20));
      output.write(`\r\u001B[2K${line}`);
      shown = true;
    },
    clear() {
      if (shown) output.write("\r\u001B[2K");
      shown = false;
    },
  };
}
