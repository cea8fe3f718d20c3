import { type McpServer, ResourceNotFoundError, ResourceTemplate } from "@modelcontextprotocol/server";
import { cacheHint } from "./cache.ts";
import type { Offered } from "./knowledge.ts";

/** The families of documents. Each document of the knowledge belongs to exactly one; a test says so. */
export const families = [
  {
    name: "checklists",
    template: "dockwright://checklists/{name}",
    title: "Checklists",
    description: "What a Dockerfile is held to, item by item",
  },
  {
    name: "facts",
    template: "dockwright://facts/{name}",
    title: "Facts",
    description: "Images, end-of-life dates, package managers, size budgets: typed, with sources",
  },
  {
    name: "patterns",
    template: "dockwright://patterns/{language}/{name}",
    title: "Patterns",
    description: "Whole Dockerfiles for a language, with reasons",
  },
  {
    name: "reference",
    template: "dockwright://reference/{name}",
    title: "Reference",
    description: "Guides to languages, base images, BuildKit and security",
  },
  {
    name: "rules",
    template: "dockwright://rules/{name}",
    title: "Rules",
    description: "What each rule of validate_dockerfile means, with examples",
    // Two hundred pages would be most of every list: reference/rules names them, and names are completed.
    listed: false,
  },
  {
    name: "skills",
    template: "dockwright://skills/{name}",
    title: "Skills",
    description: "Instructions for whole jobs",
  },
] as const;

/** Registers the knowledge as resource templates: documents are listed and read when a host asks, not at the start. */
export function registerResources(server: McpServer, knowledge: Offered): void {
  for (const family of families) {
    const prefix = family.template.slice(0, family.template.indexOf("{"));
    const documents = async () =>
      (await knowledge.documents()).listDocuments().filter(({ uri }) => uri.startsWith(prefix));
    const list = async () => ({
      resources: (await documents()).map(({ uri, title, description, mimeType, size }) => ({
        name: uri.slice("dockwright://".length),
        uri,
        title,
        description,
        mimeType,
        size,
      })),
    });
    const template = new ResourceTemplate(family.template, {
      list: "listed" in family ? undefined : list,
      complete: completers(family.template, prefix, documents),
    });
    server.registerResource(
      family.name,
      template,
      { title: family.title, description: family.description, mimeType: "text/markdown", cacheHint },
      async (uri) => {
        const text = (await knowledge.documents()).readDocument(uri.href);
        const listed = (await documents()).find((document) => document.uri === uri.href);
        if (text === undefined || listed === undefined) throw new ResourceNotFoundError(uri.href);
        return { contents: [{ uri: uri.href, mimeType: listed.mimeType, text }] };
      },
    );
  }
}

type Completer = (
  value: string,
  context?: { readonly arguments?: Readonly<Record<string, string>> },
) => Promise<string[]>;

/** For each variable of a template: the values documents have there, given the variables before it. */
function completers(
  template: string,
  prefix: string,
  documents: () => Promise<readonly { readonly uri: string }[]>,
): Record<string, Completer> {
  const variables = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const entries = variables.map((variable, position): [string, Completer] => [
    variable,
    async (value, context) => {
      const known = context?.arguments ?? {};
      const fitting = (await documents())
        .map(({ uri }) => uri.slice(prefix.length).split("/"))
        .filter((parts) =>
          variables.every(
            (name, at) => at === position || known[name] === undefined || known[name] === parts[at],
          ),
        )
        .map((parts) => parts[position] ?? "");
      return [...new Set(fitting)].filter((name) => name.startsWith(value)).sort();
    },
  ]);
  return Object.fromEntries(entries);
}
