import path from "node:path";
import { packageRoot } from "../data/package-files.ts";
import { offeredKnowledge } from "../mcp/knowledge.ts";
import type { ServerSettings } from "../mcp/settings.ts";
import { InputError } from "../security/errors.ts";
import { defaultLimits } from "../security/limits.ts";
import { makeRoots } from "../security/paths.ts";
import { exitCodes } from "./exit.ts";
import type { CliIo } from "./io.ts";
import type { OptionSpec } from "./options.ts";

/** Options of `serve`. */
export const serveOptions: readonly OptionSpec[] = [
  { name: "root", flag: "root", kind: "list", description: "Folder that may be read; CLAUDE_PROJECT_DIR or this one by default" },
  { name: "allowWrite", flag: "allow-write", kind: "flag", description: "Files may be written below the roots" },
  { name: "allowBuild", flag: "allow-build", kind: "flag", description: "Dockerfiles may be built and run (verify_dockerfile)" },
  { name: "deadline", flag: "deadline", kind: "number", description: "Seconds until a call gives up", default: "120" },
  { name: "http", flag: "http", kind: "flag", description: "Streamable HTTP at /mcp instead of stdio" },
  { name: "port", flag: "port", kind: "number", description: "Port; 0 takes a free one", default: "4711" },
  { name: "host", flag: "host", kind: "text", description: "Address to listen on", default: "127.0.0.1" },
  { name: "allowBuildOverHttp", flag: "allow-build-over-http", kind: "flag", description: "--allow-build over HTTP, too" },
  { name: "tokenFile", flag: "token-file", kind: "text", description: "File with the bearer token; or DOCKWRIGHT_TOKEN; made up and printed otherwise" },
  { name: "noToken", flag: "no-token", kind: "flag", description: "No token; on a loopback address only" },
  { name: "allowedHost", flag: "allowed-host", kind: "list", description: "Further name clients may use in Host" },
  { name: "allowedOrigin", flag: "allowed-origin", kind: "list", description: "Further host name browsers may come from" },
  { name: "help", flag: "help", kind: "flag", description: "This text" },
]; // biome-ignore format: a table

const examples = [
  ["dockwright serve", "stdio, for an agent's MCP settings"],
  ["dockwright serve --root . --allow-write", "generated files may be saved"],
  ["dockwright serve --http --port 4711", "http://127.0.0.1:4711/mcp with a token"],
] as const;

/** `dockwright serve`: runs until the client leaves or the process is asked to stop. */
export async function serve(argv: readonly string[], io: CliIo): Promise<number> {
  const options = argv.length === 0 ? {} : await read(argv, io);
  if (options === undefined) return exitCodes.ok;
  const overHttp = options.http === true;
  const settings: ServerSettings = {
    roots: await makeRoots(rootsOf(options.root, io)),
    limits: limitsOf(options.deadline),
    allow: {
      write: options.allowWrite === true,
      build: options.allowBuild === true && (!overHttp || options.allowBuildOverHttp === true),
    },
    knowledge: offeredKnowledge(),
    skillsFolder: path.join(packageRoot(), "skills"),
    now: Date.now,
    log: (line) => io.stderr.write(`${line}\n`),
  };
  if (overHttp) {
    const { serveHttpCommand } = await import("./serve-http.ts");
    await serveHttpCommand(options, settings, io);
  } else {
    const { serveOverStdio } = await import("../mcp/stdio.ts");
    await serveOverStdio(settings, io.signal);
  }
  return exitCodes.ok;
}

async function read(
  argv: readonly string[],
  io: CliIo,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { readOptions } = await import("./options.ts");
  const { options, positionals } = readOptions("serve", argv, serveOptions);
  if (options.help === true) {
    const [{ commandHelp }, { paintFor }] = await Promise.all([import("./help.ts"), import("./terminal.ts")]);
    const summary =
      "Serves the tools, documents, prompts and skills of dockwright over the Model Context Protocol.";
    io.stdout.write(
      commandHelp(
        summary,
        "dockwright serve [options]",
        serveOptions.slice(0, -1),
        examples,
        paintFor(io.stdout, io.env),
      ),
    );
    return undefined;
  }
  if (positionals[0] !== undefined) {
    throw new InputError("serve takes options only", "name folders with --root");
  }
  if (options.http !== true) {
    const needsHttp = serveOptions.slice(5, -1).find(({ name }) => options[name] !== undefined);
    if (needsHttp) throw new InputError(`--${needsHttp.flag} is for --http`, "add --http or leave it out");
  }
  return options;
}

function rootsOf(root: unknown, io: CliIo): string[] {
  const given = Array.isArray(root) ? root.map(String) : [io.env.CLAUDE_PROJECT_DIR || io.cwd];
  return given.map((folder) => path.resolve(io.cwd, folder));
}

function limitsOf(deadline: unknown) {
  if (deadline === undefined) return defaultLimits;
  if (typeof deadline !== "number" || deadline <= 0) {
    throw new InputError("--deadline must be a number of seconds", "write --deadline 60");
  }
  return { ...defaultLimits, deadlineMs: deadline * 1000, buildDeadlineMs: deadline * 1000 };
}
