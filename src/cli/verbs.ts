/** How a tool's verb is typed. */
export interface Verb {
  readonly verb: string;
  readonly summary: string;
  /** What follows the verb, as help shows it. */
  readonly usage: string;
  /** The argument that gets what is typed without a dash. */
  readonly positional: string;
  readonly many: boolean;
  /** Used when nothing was typed and none of `unless` is there. */
  readonly fallback?: { readonly value: string; readonly unless: readonly string[] };
  /** The argument that gets standard input's text when `-` is typed. */
  readonly stdin?: string;
  /**
   * Shorter spellings, weakest first: what is typed, and the option with its value that it stands for. Of several for one
   * option the strongest counts; all give way to the option with a value of its own.
   */
  readonly shorthands?: Readonly<Record<string, readonly [option: string, value: string]>>;
  /** What people get unless they ask for something else (or for JSON): the tool's own default is for models. */
  readonly forPeople?: (options: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  readonly examples: readonly (readonly [command: string, what: string])[];
}

/** The verbs that are tools, in the order of a Dockerfile's life. */
export const verbs: readonly Verb[] = [
  {
    verb: "generate",
    summary: "Write a Dockerfile and .dockerignore for a project",
    usage: "[directory]",
    positional: "directory",
    many: false,
    fallback: { value: ".", unless: ["language"] },
    examples: [
      ["dockwright generate", "print the files for the project in this folder"],
      ["dockwright generate services/api --write", "save them beside the project"],
      ["dockwright generate --language go --variant hardened", "without a project"],
      ["dockwright generate . --json", "facts, plan and files as JSON"],
    ],
  },
  {
    verb: "validate",
    summary: "Check Dockerfiles and repair them",
    usage: "[files or folders ...]",
    positional: "path",
    many: true,
    fallback: { value: ".", unless: ["dockerfile"] },
    stdin: "dockerfile",
    shorthands: {
      "--diff": ["--fix", "safe"],
      "--fix": ["--fix", "safe"],
      "--fix-unsafe": ["--fix", "unsafe"],
    },
    // The source with a caret; repairs and checklists have a text of their own.
    forPeople: ({ fix, profile }) => (fix === undefined && profile === undefined ? { format: "text" } : {}),
    examples: [
      ["dockwright validate", "every Dockerfile below this folder"],
      ["dockwright validate Dockerfile --fix --write", "repair it in place"],
      ["dockwright validate Dockerfile --diff", "show what a repair would change"],
      ["cat Dockerfile | dockwright validate -", "from standard input"],
      ["dockwright validate . --format sarif --fail-on warning", "for a CI job"],
    ],
  },
  {
    verb: "analyze",
    summary: "Say where the bytes of an image come from",
    usage: "<image>",
    positional: "image",
    many: false,
    examples: [
      ["dockwright analyze myapp:1.4 --target-size 300MB", "an image of the engine"],
      ["docker save myapp | dockwright analyze -", "an archive from standard input"],
    ],
  },
  {
    verb: "scan",
    summary: "Find secrets, vulnerabilities and risky settings in an image",
    usage: "<image>",
    positional: "image",
    many: false,
    examples: [
      ["dockwright scan myapp:1.4", "every layer, removed files included"],
      ["dockwright scan image.tar --scanners trivy --only-fixed --fail-on critical", "a gate"],
      ["dockwright scan myapp:1.4 --sbom cyclonedx", "its packages"],
    ],
  },
  {
    verb: "verify",
    summary: "Build, run and measure a Dockerfile",
    usage: "[directory]",
    positional: "context",
    many: false,
    fallback: { value: ".", unless: [] },
    examples: [
      ["dockwright verify .", "needs a container engine"],
      ["dockwright verify services/api --probe 8080/health=200 --size-budget 300MB", "what it must show"],
    ],
  },
];

/** Commands that are not tools. */
export const commands: readonly { readonly verb: string; readonly summary: string }[] = [
  { verb: "serve", summary: "Serve the tools to an agent over MCP (stdio, or --http)" },
  { verb: "eval", summary: "Measure how well Dockerfiles are written, against scenarios" },
];
