import { openKnowledge } from "../knowledge/index.ts";
import type { Knowledge, KnowledgePrompt, LoadedDocument } from "../knowledge/types.ts";

/** Documents that can be listed and read. */
export type Documents = Pick<Knowledge, "listDocuments" | "readDocument">;

/** What a server offers beside tools. */
export interface Offered {
  readonly prompts: readonly KnowledgePrompt[];
  /** Resolves when the documents are loaded, which happens when the first host asks. */
  documents(): Promise<Documents>;
}

/** The knowledge that ships with the package, the pages of the rules included. */
export function offeredKnowledge(): Offered {
  let documents: Promise<Documents> | undefined;
  return {
    prompts: openKnowledge().prompts,
    documents: () => {
      documents ??= withRules();
      return documents;
    },
  };
}

// The rules are most of the code of the validator; a server that only lists its tools does without them.
async function withRules(): Promise<Documents> {
  const [{ rules }, { ruleMarkdown }] = await Promise.all([
    import("../rules/index.ts"),
    import("../validate/documentation.ts"),
  ]);
  const index: Omit<LoadedDocument, "mimeType" | "size"> = {
    uri: "dockwright://reference/rules",
    title: "Rules",
    description: `The ${rules.length} rules of validate_dockerfile by name, a line each; dockwright://rules/<name> has the page of one.`,
    text: [
      "# Rules of validate_dockerfile",
      "",
      "The page of a rule, with reason and examples: `dockwright://rules/<name>`. Those marked (off) wait for a configuration.",
      "",
      ...rules.map(
        ({ meta }) =>
          `- ${meta.name} (${meta.severity}${meta.enabled === false ? ", off" : ""}): ${meta.summary}`,
      ),
      "",
    ].join("\n"),
  };
  const pages = new Map(rules.map((rule) => [`dockwright://rules/${rule.meta.name}`, rule]));
  return openKnowledge([
    { list: () => [index], text: (uri) => (uri === index.uri ? index.text : undefined) },
    {
      list: () =>
        [...pages].map(([uri, { meta }]) => ({
          uri,
          title: `Rule: ${meta.name}`,
          description: meta.summary,
        })),
      text: (uri) => {
        const rule = pages.get(uri);
        return rule === undefined ? undefined : ruleMarkdown(rule);
      },
    },
  ]);
}
