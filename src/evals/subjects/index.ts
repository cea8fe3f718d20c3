import path from "node:path";
import { packageRoot } from "../../data/package-files.ts";
import { InputError, MissingToolError } from "../../security/errors.ts";
import { defaultLimits } from "../../security/limits.ts";
import { makeRoots } from "../../security/paths.ts";
import { clean } from "../../security/untrusted.ts";
import type { EvalArguments } from "../arguments.ts";
import { commandLineWords } from "../command-line.ts";
import type { Subject } from "../types.ts";
import { agentCommandSubject } from "./agent-command.ts";
import { answersSubject } from "./answers.ts";
import { anthropicModel } from "./anthropic.ts";
import { chatSubject } from "./chat.ts";
import { claudeCodeSubject } from "./claude-code.ts";
import { generatorSubject } from "./generator.ts";
import { mcpSubject } from "./mcp.ts";
import { openaiModel } from "./openai.ts";
import { replaySubject } from "./replay.ts";

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Makes a subject from its name: `generator`, `answers:<path>`, `mcp:<command line>` ... Throws InputError, MissingToolError. */
export function makeSubject(name: string, wanted: EvalArguments, { env, cwd }: Surroundings): Subject {
  const colon = name.indexOf(":");
  const kind = colon < 0 ? name : name.slice(0, colon);
  const rest = colon < 0 ? "" : name.slice(colon + 1);
  const needed = (what: string): string => {
    if (rest !== "") return rest;
    throw new InputError(`subject ${kind} needs ${what}`, `write ${kind}:<${what}>`);
  };
  switch (kind) {
    case "generator":
      return generatorSubject(async (root, signal) => ({
        signal,
        progress: () => undefined,
        roots: await makeRoots([root]),
        limits: defaultLimits,
        today: new Date().toISOString().slice(0, 10),
        now: Date.now,
        allow: { write: false, build: false },
      }));
    case "answers":
      return answersSubject(path.resolve(cwd, needed("path")));
    case "replay":
      return replaySubject(path.resolve(cwd, needed("folder")));
    case "mcp":
      return mcpSubject(`mcp:${clean(rest, 60)}`, {
        command: commandLineWords(needed("command line")),
        ...(wanted.tool === undefined ? {} : { tool: wanted.tool }),
        ...(wanted.toolArguments === undefined ? {} : { toolArguments: wanted.toolArguments }),
      });
    case "agent":
      return agentCommandSubject(`agent:${clean(rest, 60)}`, {
        command: commandLineWords(needed("command line")),
        serverCommand,
        env: agentVariables(env),
      });
    case "claude-code":
      return claudeCodeSubject({
        ...(rest === "" ? {} : { model: rest }),
        serverCommand,
        env: claudeVariables(env),
      });
    case "anthropic": {
      const model = needed("model");
      const key = keyOf(env, "ANTHROPIC_API_KEY");
      const baseUrl = wanted.baseUrl ?? env.ANTHROPIC_BASE_URL ?? "https://api.anthropic.com";
      return chatSubject(name, anthropicModel(model, { baseUrl, key }), serverCommand);
    }
    case "openai": {
      const model = needed("model");
      const baseUrl = wanted.baseUrl ?? env.OPENAI_BASE_URL ?? "https://api.openai.com/v1";
      // A model on one's own machine asks for no key.
      const local = /^https?:\/\/(?:localhost|127\.|\[::1\])/.test(baseUrl);
      const key = local ? (env.OPENAI_API_KEY ?? "") : keyOf(env, "OPENAI_API_KEY");
      return chatSubject(name, openaiModel(model, { baseUrl, key }), serverCommand);
    }
    default:
      throw new InputError(
        `there is no subject ${clean(kind, 60)}`,
        "use generator, answers:, mcp:, agent:, claude-code, anthropic:, openai: or replay:",
      );
  }
}

/** Our own server, confined to the project of the trial. */
function serverCommand(directory: string): readonly string[] {
  return [process.execPath, path.join(packageRoot(), "dist", "cli", "main.js"), "serve", "--root", directory];
}

/** Keys and endpoints, which an agent's program finds under names of its provider. */
function agentVariables(env: Surroundings["env"]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (
      value !== undefined &&
      /^(?:ANTHROPIC|OPENAI|GEMINI|GOOGLE|AWS|AZURE)_|_API_KEY$|_BASE_URL$/.test(name)
    )
      variables[name] = value;
  }
  return variables;
}

/** Claude Code's own settings, without the marks of a session we may run in. */
function claudeVariables(env: Surroundings["env"]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && /^(?:ANTHROPIC_|CLAUDE_CONFIG_DIR$|AWS_|CLOUD_ML_REGION$|GOOGLE_)/.test(name))
      variables[name] = value;
  }
  return variables;
}

function keyOf(env: Surroundings["env"], name: string): string {
  const key = env[name];
  if (key !== undefined && key !== "") return key;
  throw new MissingToolError(`${name} is not set`, `set ${name} to the key of the endpoint`);
}
