import { rules } from "../rules/index.ts";
import type { Aliases, Category, Rule } from "../rules/types.ts";

const toolNames: Readonly<Record<keyof Aliases, string>> = {
  hadolint: "hadolint",
  buildkit: "BuildKit",
  trivy: "Trivy",
  checkov: "Checkov",
  semgrep: "Semgrep",
  dockle: "Dockle",
  shellcheck: "ShellCheck",
  dockerfileUtils: "dockerfile-utils",
};

const categories: readonly (readonly [Category, string])[] = [
  ["correctness", "Correctness"],
  ["security", "Security"],
  ["size", "Size"],
  ["cache", "Build cache"],
  ["reproducibility", "Reproducibility"],
  ["maintainability", "Maintainability"],
  ["shell", "Shell"],
  ["style", "Style"],
];

/** Checks of other tools that a Dockerfile and its context cannot decide, and where they belong instead. */
const elsewhere: readonly (readonly [string, string, string])[] = [
  [
    "base-image-platform",
    "BuildKit InvalidBaseImagePlatform",
    "needs the registry: the build itself reports it",
  ],
  ["content-trust", "Dockle CIS-DI-0005", "a setting of the machine that pulls, not of a file"],
  ["setuid-files", "Dockle CIS-DI-0008", "needs the image's layers: scan_image"],
  ["empty-password", "Dockle DKL-LI-0001", "needs the image's layers: scan_image"],
  ["duplicate-uid", "Dockle DKL-LI-0002", "needs the image's layers: scan_image"],
  ["unneeded-files", "Dockle DKL-LI-0003", "needs the image's layers: analyze_image_size"],
  [
    "credential-files",
    "Dockle CIS-DI-0010",
    "needs the image's layers: scan_image; copied ones: secret-file-copied",
  ],
  ["microdnf-clean", "Trivy DS-0027", "part of dnf-clean"],
  [
    "syntax: unknown instructions, missing arguments, flags, quotes, ports, stage names, directives",
    "BuildKit's build errors, dockerfile-utils' UNKNOWN_*, ARGUMENT_*, FLAG_*, SYNTAX_*, INVALID_*",
    "the parser's own findings: `syntax-unknown-instruction`, `syntax-missing-argument`, `syntax-invalid-port` and so on, always errors",
  ],
  [
    "ShellCheck's other codes",
    "SC1xxx to SC3xxx without a rule here",
    "ShellCheck itself, over the same RUN",
  ],
  [
    "image-latest-dockle-scanned",
    "Dockle DKL-DI-0006 of the scanned image",
    "the name of an image, not of its file",
  ],
];

/** One rule as Markdown: what, why, examples, repair, ids, source. Served as `dockwright://rules/<name>`. */
export function ruleMarkdown({ meta }: Rule, level = "#"): string {
  const ids = Object.entries(toolNames).flatMap(([tool, name]) =>
    (toolIds(meta.aliases, tool) ?? []).map((id) => `${name} ${id}`),
  );
  const fix = { safe: "safe", unsafe: "unsafe (may change what the image does)", no: "none" }[meta.fixable];
  return [
    `${level} ${meta.name}`,
    "",
    meta.summary,
    "",
    meta.why,
    "",
    `- Severity: ${meta.severity}; category: ${meta.category}; repair: ${fix}${meta.enabled === false ? "; off by default" : ""}`,
    ...(ids.length > 0 ? [`- Same check: ${ids.join(", ")}`] : []),
    `- Source: ${meta.source}`,
    "",
    "Bad:",
    "",
    ...example(meta.bad),
    "Good:",
    "",
    ...example(meta.good),
  ].join("\n");
}

/** The whole of docs/rules.md. */
export function rulesMarkdown(): string {
  const parts = [
    "# Rules",
    "",
    "Generated from src/rules by `npm run docs`. Every id below works in pragmas, in configuration and with `--ignore`.",
    "",
    `${rules.length} rules, ${rules.filter(({ meta }) => meta.fixable !== "no").length} with a repair.`,
    "",
  ];
  for (const [category, title] of categories) {
    const list = rules.filter(({ meta }) => meta.category === category);
    if (list.length === 0) continue;
    parts.push(`- ${title}: ${list.map(({ meta }) => `[${meta.name}](#${meta.name})`).join(", ")}`);
  }
  parts.push("", configuration);
  for (const rule of rules) parts.push(ruleMarkdown(rule, "##"), "");
  parts.push("## Checks that are made elsewhere", "", "| check | known as | where |", "|---|---|---|");
  for (const row of elsewhere) parts.push(`| ${row.join(" | ")} |`);
  return `${parts.join("\n")}\n`;
}

function toolIds(aliases: Aliases, tool: string): readonly string[] | undefined {
  return Object.entries(aliases).find(([name]) => name === tool)?.[1];
}

function example({ dockerfile, context, options }: Rule["meta"]["bad"]): string[] {
  const lines = ["```dockerfile", dockerfile.trimEnd(), "```", ""];
  for (const [path, text] of Object.entries(context ?? {})) {
    if (path === ".dockerignore") lines.push("`.dockerignore`:", "", "```", text.trimEnd(), "```", "");
  }
  const files = Object.keys(context ?? {}).filter((path) => path !== ".dockerignore");
  if (files.length > 0)
    lines.push(`with ${files.map((path) => `\`${path}\``).join(", ")} in the build context`, "");
  if (options) lines.push(`with the settings \`${JSON.stringify(options)}\``, "");
  return lines;
}

const configuration = `## Configuration

\`dockwright.yaml\` (beside the Dockerfile or above it; JSON Schema in reference/schema/dockwright.schema.json):

\`\`\`yaml
profile: recommended          # or all, security, hadolint, buildkit, trivy, checkov, semgrep, dockle; a list adds up
failOn: warning               # error, warning, info, style, none
ignore: [DL3008, missing-healthcheck]
rules:
  apt-no-recommends: "off"
  image-digest-pin: warning   # a severity also switches a rule on
trustedRegistries: [docker.io, "*.example.com"]
labelSchema: { org.opencontainers.image.source: url }
pragmas: true                 # false: comments in a Dockerfile silence nothing
checklists:
  release:
    title: Before a release
    items:
      - { id: pinned, title: Images are pinned, rules: [image-digest-pin] }
budgets: { backend: 500MB }
\`\`\`

A \`.hadolint.yaml\` and hadolint's environment variables work as they are; hadolint's checks then run in full.

In the Dockerfile:

\`\`\`dockerfile
# dockwright ignore=apt-no-recommends,DL3008 # the next instruction
# dockwright stage ignore=missing-user
# dockwright file ignore=image-digest-pin
# hadolint ignore=DL3008
# hadolint global ignore=DL3008
# check=skip=JSONArgsRecommended
#trivy:ignore:DS-0002
#checkov:skip=CKV_DOCKER_2: probed by the orchestrator
# nosemgrep: missing-user
# dockerfile-utils: ignore
\`\`\`
`;
