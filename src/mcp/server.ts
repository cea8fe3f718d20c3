import { McpServer, type McpServerFactory } from "@modelcontextprotocol/server";
import pkg from "../../package.json" with { type: "json" };
import { instructions } from "../tools/words.ts";
import { cacheHints } from "./cache.ts";
import { registerPrompts } from "./prompts.ts";
import { registerResources } from "./resources.ts";
import type { ServerSettings } from "./settings.ts";
import { skillsOf } from "./skills.ts";
import { registerTools } from "./tools.ts";
import { makeTurnstile } from "./turnstile.ts";

// Each may read a large project or start a scanner; a machine has few cores.
const callsAtATime = 4;

/**
 * What makes a server for each HTTP request and each stdio connection. The servers hold nothing between
 * calls; only the turnstile for calls is shared.
 */
export function serverFactory(settings: ServerSettings): McpServerFactory {
  const turnstile = makeTurnstile(callsAtATime);
  return async () => {
    const attachSkills = await skillsOf(settings.skillsFolder, settings.log);
    const server = new McpServer(
      { name: "dockwright", title: "dockwright", version: pkg.version },
      {
        instructions,
        cacheHints,
        capabilities: {
          tools: { listChanged: false },
          resources: { listChanged: false },
          prompts: { listChanged: false },
        },
      },
    );
    registerTools(server, settings, turnstile);
    registerResources(server, settings.knowledge);
    registerPrompts(server, settings.knowledge.prompts);
    attachSkills(server);
    return server;
  };
}
