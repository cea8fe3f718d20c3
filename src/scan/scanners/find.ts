import path from "node:path";
import { coerce, lt } from "semver";
import { DockwrightError, InputError, MissingToolError } from "../../security/errors.ts";
import { findProgram, runProcess } from "../../security/process.ts";
import { clean } from "../../security/untrusted.ts";
import { lastWords } from "./json.ts";
import type { Scanner, Starter } from "./types.ts";

/** A scanner that is there, and old and new enough to be understood. */
export interface FoundScanner {
  readonly scanner: Scanner;
  readonly starter: Starter;
  /** Undefined when it says none (a build of somebody's own). */
  readonly version: string | undefined;
}

/** Where scanners are looked for. */
export interface FindRequest {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A starter for a container image that the engine has. Images are never pulled. */
  readonly container?: ((image: string) => Promise<Starter | undefined>) | undefined;
  /** An empty folder: scanners read settings from where they are started. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

const versionTimeoutMs = 20_000;

/**
 * Finds a scanner: the program its setting names, one on PATH, or its container image. Undefined when there is
 * none. Throws InputError for a setting that names no program, MissingToolError for a release that is too old or
 * a program that does not start.
 */
export async function findScanner(scanner: Scanner, request: FindRequest): Promise<FoundScanner | undefined> {
  for (const starter of await starters(scanner, request)) {
    const result = await starter
      .start({
        args: scanner.versionArgs,
        network: false,
        signal: request.signal,
        timeoutMs: versionTimeoutMs,
        maxOutputBytes: 64 * 1024,
      })
      .catch((error: unknown) => {
        if (request.signal.aborted || !(error instanceof DockwrightError)) throw error;
        return { exitCode: 1, stdout: "", stderr: error.message };
      });
    if (result.exitCode !== 0) {
      // `docker` without its plugin is no scanner.
      if (starter.optional) continue;
      throw new MissingToolError(
        `${starter.what} does not start: ${lastWords(result.stderr) || `exit code ${result.exitCode}`}`,
        `repair ${scanner.name}, or leave it out`,
      );
    }
    const version = /\b(\d+\.\d+\.\d+)\b/.exec(`${result.stdout}\n${result.stderr}`)?.[1];
    if (version !== undefined && lt(coerce(version) ?? version, scanner.oldest)) {
      throw new MissingToolError(
        `${scanner.name} ${version} is older than ${scanner.oldest}, the oldest whose output is understood`,
        `update ${clean(starter.what, 120)}`,
      );
    }
    return { scanner, starter, version };
  }
  return undefined;
}

async function starters(
  scanner: Scanner,
  request: FindRequest,
): Promise<(Starter & { readonly optional?: boolean })[]> {
  const set = request.env[scanner.setting];
  if (set !== undefined && set !== "") {
    const program = path.isAbsolute(set) ? await findProgram(set) : undefined;
    if (program === undefined) {
      throw new InputError(
        `${scanner.setting} does not name a program: ${clean(set, 120)}`,
        "set it to an absolute path, or unset it",
      );
    }
    return [local(program, [], scanner, request)];
  }
  for (const { program, args } of scanner.programs) {
    const found = await findProgram(program);
    if (found !== undefined) return [{ ...local(found, args, scanner, request), optional: args.length > 0 }];
  }
  const container = await request.container?.(scanner.image);
  return container === undefined ? [] : [container];
}

function local(
  program: string,
  first: readonly string[],
  scanner: Scanner,
  { env, folder }: FindRequest,
): Starter {
  const own = Object.entries(env).filter(([name]) =>
    scanner.variables.some((beginning) => name.startsWith(beginning)),
  );
  const handedOn = Object.fromEntries(
    own.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return {
    what: [program, ...first].join(" "),
    seenAs: (file) => file,
    start: ({ args, env: extra, signal, timeoutMs, maxOutputBytes }) =>
      runProcess({
        program,
        args: [...first, ...args],
        cwd: folder,
        env: { ...handedOn, ...extra },
        signal,
        timeoutMs,
        maxOutputBytes,
      }),
  };
}
