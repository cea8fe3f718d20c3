import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import pkg from "../../package.json" with { type: "json" };
import { serveOptions } from "../../src/cli/serve.ts";

const json = <T>(file: string, schema: z.ZodType<T>): T =>
  schema.parse(JSON.parse(readFileSync(file, "utf8")));

describe("what registries and hosts read", () => {
  it("the MCP Registry's server.json fits its schema's rules and our package", () => {
    const server = json(
      "server.json",
      z.object({
        name: z.string().regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
        description: z.string().max(100),
        version: z.string(),
        packages: z.array(
          z.object({
            registryType: z.literal("npm"),
            identifier: z.string(),
            version: z.string(),
            packageArguments: z.array(z.object({ type: z.string(), name: z.string().optional() })),
          }),
        ),
      }),
    );
    expect(server).toMatchObject({
      name: pkg.mcpName,
      version: pkg.version,
      packages: [{ identifier: pkg.name, version: pkg.version }],
    });
    const flags = serveOptions.map(({ flag }) => `--${flag}`);
    const named = server.packages.flatMap(({ packageArguments }) =>
      packageArguments.flatMap(({ name }) => name ?? []),
    );
    expect(flags).toEqual(expect.arrayContaining(named));
  });

  it("the plugin and its marketplace name this package and version", () => {
    const plugin = json(".claude-plugin/plugin.json", z.object({ name: z.string(), version: z.string() }));
    expect(plugin).toEqual({ name: pkg.name, version: pkg.version });
    const market = json(
      ".claude-plugin/marketplace.json",
      z.object({ plugins: z.array(z.object({ name: z.string(), source: z.string() })) }),
    );
    expect(market.plugins).toEqual([{ name: pkg.name, source: "./" }]);
  });

  it("the MCP settings of the plugin start the server of this package", () => {
    const settings = json(
      ".mcp.json",
      z.object({
        mcpServers: z.record(z.string(), z.object({ command: z.string(), args: z.array(z.string()) })),
      }),
    );
    expect(settings.mcpServers.dockwright).toEqual({ command: "npx", args: ["-y", pkg.name, "serve"] });
  });
});
