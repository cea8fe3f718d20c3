import { document, loadDocuments } from "./documents.ts";
import { makePrompts } from "./prompts.ts";
import type { Knowledge, KnowledgeDocument, KnowledgePrompt, LoadedDocument } from "./types.ts";

/** Documents made elsewhere, such as the pages of rules: what to list, and how to get a text. */
export interface DocumentSource {
  list(): readonly Omit<KnowledgeDocument, "mimeType" | "size">[];
  /** Markdown. */
  text(uri: string): string | undefined;
}

/**
 * Everything an agent can read, by address:
 * `dockwright://reference/<page>`, `dockwright://checklists/<name>`, `dockwright://patterns/<language>/<name>`,
 * `dockwright://skills/<name>`, `dockwright://facts/<name>`, and what `sources` add (`dockwright://rules/<name>`).
 * Files are read once, when they are first needed.
 */
export function openKnowledge(sources: readonly DocumentSource[] = []): Knowledge {
  let prompts: readonly KnowledgePrompt[] | undefined;
  let loaded: ReadonlyMap<string, LoadedDocument> | undefined;
  const all = (): ReadonlyMap<string, LoadedDocument> => {
    loaded ??= new Map(
      [
        ...loadDocuments(),
        ...sources.flatMap((source) =>
          source
            .list()
            .map((one) => document(one.uri, one.title, one.description, source.text(one.uri) ?? "")),
        ),
      ].map((one) => [one.uri, one]),
    );
    return loaded;
  };
  return {
    listDocuments: () => [...all().values()].map(({ text: _, ...listed }) => listed),
    readDocument: (uri) => all().get(uri)?.text,
    get prompts() {
      prompts ??= makePrompts();
      return prompts;
    },
  };
}
