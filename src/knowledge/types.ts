/** A document of the project's knowledge: a pattern, a checklist, a guide, typed facts. */
export interface KnowledgeDocument {
  /** Absolute and stable: `dockwright://reference/python-dockerfiles`. Hosts may keep it. */
  readonly uri: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  /** Bytes of its text in UTF-8. */
  readonly size: number;
}

/** A document with its text. */
export interface LoadedDocument extends KnowledgeDocument {
  readonly text: string;
}

/** One argument of a prompt. */
export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** The values a host may offer; each is tried as a prefix completion. */
  readonly values?: readonly string[];
}

/** A job described so that a model can do it. */
export interface KnowledgePrompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** The text of the user's message; arguments were checked to be known, required ones to be there. */
  render(args: Readonly<Record<string, string>>): string;
}

/** What the servers offer beside tools. Listing is cheap; texts are read when they are asked for. */
export interface Knowledge {
  listDocuments(): readonly KnowledgeDocument[];
  /** The text, or undefined when there is no such document. */
  readDocument(uri: string): string | undefined;
  readonly prompts: readonly KnowledgePrompt[];
}
