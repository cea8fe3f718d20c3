import pkg from "../../package.json" with { type: "json" };
import { DockwrightError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";
import { exitCodeOf, exitCodes } from "./exit.ts";
import type { CliIo } from "./io.ts";

/** Runs the command line with the arguments after its name; returns the exit code. Never throws. */
export async function dispatch(argv: readonly string[], io: CliIo): Promise<number> {
  try {
    return await run(argv, io);
  } catch (error) {
    if (error instanceof DockwrightError) {
      const text = `${clean(error.message, 1000).replace(/[.;]$/, "")}; ${clean(error.hint, 1000)}`;
      io.stderr.write(`error: ${text}\n`);
      if (argv.includes("--json"))
        io.stdout.write(`${JSON.stringify({ error: { kind: error.kind, message: text } })}\n`);
      return exitCodeOf(error.kind);
    }
    io.stderr.write(
      `internal error, please report it: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    return exitCodes.internal;
  }
}

// Each branch loads what it needs and no more: a server's host waits for its start.
async function run(argv: readonly string[], io: CliIo): Promise<number> {
  const [verb, ...rest] = argv;
  if (verb === "--version" || verb === "-V") {
    io.stdout.write(`${pkg.version}\n`);
    return exitCodes.ok;
  }
  if (verb === "serve") return (await import("./serve.ts")).serve(withLongHelp(rest), io);
  if (verb === "eval") return (await import("../evals/cli.ts")).evalCommand(withLongHelp(rest), io);
  const { tools } = await import("../tools/list.ts");
  const { verbs, commands } = await import("./verbs.ts");
  const available = new Set(tools.map((tool) => tool.verb));
  if (verb === undefined || verb === "--help" || verb === "-h" || verb === "help") {
    const asked = verb === "help" ? rest[0] : undefined;
    if (asked !== undefined) return run([asked, "--help"], io);
    const [{ overview }, { paintFor }] = await Promise.all([import("./help.ts"), import("./terminal.ts")]);
    const output = verb === undefined ? io.stderr : io.stdout;
    output.write(overview(paintFor(output, io.env), available));
    return verb === undefined ? exitCodes.usage : exitCodes.ok;
  }
  const found = verbs.find((one) => one.verb === verb);
  const tool = tools.find((one) => one.verb === verb);
  if (found === undefined || tool === undefined) {
    const { didYouMean } = await import("../dockerfile/suggest.ts");
    const known = [...available, ...commands.map((command) => command.verb)];
    const what = verb.startsWith("-") ? "option" : "verb";
    io.stderr.write(
      `error: there is no ${what} ${clean(verb, 60)}.${didYouMean(verb, known)} dockwright --help lists what there is\n`,
    );
    return exitCodes.usage;
  }
  const { runVerb } = await import("./call.ts");
  return runVerb(found, tool, withLongHelp(rest), io);
}

function withLongHelp(argv: readonly string[]): string[] {
  return argv.map((argument) => (argument === "-h" ? "--help" : argument));
}
