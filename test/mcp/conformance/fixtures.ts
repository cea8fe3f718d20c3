// The official suite's fixtures behind our own HTTP layer: guards, limits and the adapter are those of the product.
// scripts/conformance-mcp-full.mjs starts it; it prints its address and runs until it is stopped.
import { McpServer } from "@modelcontextprotocol/server";
import { cacheHints } from "../../../src/mcp/cache.ts";
import { listen } from "../../../src/mcp/http/listen.ts";
import { registerContent, registerFixturePrompts, registerFixtureResources } from "./content.ts";
import { registerRounds, stateCodec } from "./rounds.ts";

function makeServer(): McpServer {
  const server = new McpServer(
    { name: "conformance-fixtures", version: "1.0.0" },
    {
      capabilities: {
        tools: { listChanged: false },
        resources: { listChanged: false },
        prompts: { listChanged: false },
        completions: {},
      },
      cacheHints,
      requestState: { verify: stateCodec.verify },
    },
  );
  registerContent(server);
  registerRounds(server);
  registerFixtureResources(server);
  registerFixturePrompts(server);
  server.server.setRequestHandler("completion/complete", () => ({
    completion: { values: [], total: 0, hasMore: false },
  }));
  return server;
}

const handle = await listen(() => makeServer(), {
  host: "127.0.0.1",
  port: 0,
  token: undefined,
  allowedHosts: [],
  allowedOrigins: [],
  exchangeMs: 60_000,
  now: Date.now,
  log: (line) => process.stderr.write(`${line}\n`),
});
process.stderr.write(`listening on http://127.0.0.1:${handle.port}/mcp\n`);
process.once("SIGTERM", () => void handle.close(1_000).then(() => process.exit(0)));
