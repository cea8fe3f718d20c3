import { parseDockerfile } from "../dockerfile/parse.ts";
import type { RunScript } from "../dockerfile/shell.ts";
import { defaultConfig } from "./config/types.ts";
import { makeContext } from "./context.ts";
import { pragmaShell, readPragmas } from "./pragmas.ts";

/** The script of one RUN, and the names that have a value when it runs. */
export interface PlacedScript {
  readonly script: RunScript;
  readonly variables: readonly string[];
}

/** The scripts of a Dockerfile that a shell like sh interprets, in order; exec form has none. */
export function shellScripts(name: string, text: string, today: string): readonly PlacedScript[] {
  const file = parseDockerfile(text, name);
  const pragmas = readPragmas(file);
  const context = makeContext({
    file,
    today,
    buildArgs: {},
    shellOf: (instruction) => pragmaShell(pragmas, instruction),
  }).withOptions(defaultConfig.shared);
  return context.runs.flatMap(({ run }) => {
    const script = context.script(run);
    if (!script || script.exec) return [];
    const { env, args } = context.stateBefore(run);
    return [{ script, variables: [...new Set([...env.keys(), ...args.keys()])] }];
  });
}
