// An MCP server over stdio with one tool, for tests of what talks to servers.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "tiny", version: "1.0.0" });
server.registerTool(
  "say_hello",
  { description: "Says hello", inputSchema: { name: z.string() } },
  ({ name }) => ({
    content: [{ type: "text", text: `Hello, ${name}` }],
  }),
);
server.registerTool(
  "make_dockerfile",
  {
    description: "Writes a Dockerfile for a project",
    inputSchema: { projectPath: z.string(), variant: z.string().optional() },
  },
  ({ projectPath }) => ({
    content: [
      {
        type: "text",
        text: `For ${projectPath}:\n\n\`\`\`dockerfile\nFROM scratch\nCOPY app /app\n\`\`\`\n`,
      },
    ],
  }),
);
await server.connect(new StdioServerTransport());
