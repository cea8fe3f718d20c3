import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { EngineError } from "../security/errors.ts";
import { childEnvironment } from "../security/process.ts";
import { clean } from "../security/untrusted.ts";

/** A tool as a server describes it. */
export interface RemoteTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** What a call of a tool gave. */
export interface RemoteResult {
  readonly text: string;
  readonly structured: unknown;
  readonly error: boolean;
}

/** A running MCP server. */
export interface McpConnection {
  readonly tools: readonly RemoteTool[];
  /** Throws EngineError when the server breaks off or does not answer in time. */
  call(name: string, input: Record<string, unknown>): Promise<RemoteResult>;
  close(): Promise<void>;
}

/** Starts an MCP server by its command line and lists its tools. Throws EngineError. */
export async function connectMcp(
  command: readonly string[],
  options: { readonly cwd: string; readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<McpConnection> {
  const [program = "", ...args] = command;
  const transport = new StdioClientTransport({
    command: program,
    args,
    cwd: options.cwd,
    env: childEnvironment(),
    stderr: "pipe",
  });
  const errors: string[] = [];
  transport.stderr?.on("data", (chunk: Buffer) => {
    errors.push(chunk.toString("utf8"));
    if (errors.length > 20) errors.shift();
  });
  const client = new Client({ name: "dockwright-eval", version: "1" });
  const bounds = { signal: options.signal, timeout: options.timeoutMs };
  const failure = (what: string, error: unknown): EngineError => {
    const said = clean(errors.join(" ").split("\n").filter(Boolean).at(-1) ?? "", 200);
    const message = clean(error instanceof Error ? error.message : String(error), 200);
    return new EngineError(
      `the MCP server ${clean(program, 80)} ${what}: ${message}${said === "" ? "" : ` (${said})`}`,
      "run its command line by hand to see why",
      { cause: error },
    );
  };
  try {
    await client.connect(transport, bounds);
    const { tools } = await client.listTools({}, bounds);
    return {
      tools: tools.map(({ name, description = "", inputSchema }) => ({
        name,
        description,
        inputSchema: { ...inputSchema },
      })),
      async call(name, input) {
        try {
          const result = await client.callTool({ name, arguments: input }, bounds);
          const text = result.content.flatMap((part) =>
            part.type === "text"
              ? [part.text]
              : part.type === "resource" && "text" in part.resource
                ? [part.resource.text]
                : [],
          );
          return {
            text: text.join("\n\n"),
            structured: result.structuredContent,
            error: result.isError === true,
          };
        } catch (error) {
          options.signal.throwIfAborted();
          throw failure(`did not answer ${clean(name, 60)}`, error);
        }
      },
      close: () => client.close(),
    };
  } catch (error) {
    await client.close().catch(() => undefined);
    options.signal.throwIfAborted();
    throw failure("did not start", error);
  }
}
