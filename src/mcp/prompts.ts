import { completable, type McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { KnowledgePrompt, PromptArgument } from "../knowledge/types.ts";

// Longer answers are not names of things.
const maxArgumentChars = 2_000;

/** Registers the prompts, sorted by name. */
export function registerPrompts(server: McpServer, prompts: readonly KnowledgePrompt[]): void {
  const sorted = [...prompts].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const prompt of sorted) {
    const { name, title, description } = prompt;
    const argsSchema = z.object(
      Object.fromEntries(prompt.arguments.map((argument) => [argument.name, schemaOf(argument)])),
    );
    server.registerPrompt(name, { title, description, argsSchema }, (args) => ({
      description,
      messages: [{ role: "user", content: { type: "text", text: prompt.render(given(args)) } }],
    }));
  }
}

function schemaOf(argument: PromptArgument) {
  const text = z.string().max(maxArgumentChars).describe(argument.description);
  const { values } = argument;
  const schema =
    values === undefined
      ? text
      : completable(text, (typed) => values.filter((value) => value.startsWith(typed)));
  return argument.required ? schema : schema.optional();
}

function given(args: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(args))
    if (value !== undefined && value !== "") result[name] = value;
  return result;
}
