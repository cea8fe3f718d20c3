import { clean } from "../security/untrusted.ts";
import { listSkills } from "./skills.ts";
import type { KnowledgePrompt, PromptArgument } from "./types.ts";

const LANGUAGES = ["python", "node", "go", "rust", "java"] as const;
const YES_NO = ["yes", "no"] as const;

const directory: PromptArgument = {
  name: "directory",
  description: "Folder of the project; the current one when left out",
  required: false,
};
const dockerfile: PromptArgument = {
  name: "path",
  description: "Dockerfile to look at; ./Dockerfile when left out",
  required: false,
};
const image: PromptArgument = {
  name: "image",
  description: "Image name, archive or OCI folder",
  required: true,
};
const language: PromptArgument = {
  name: "language",
  description: "What language is it?",
  required: false,
  values: LANGUAGES,
};
const secure: PromptArgument = {
  name: "security_critical",
  description: "Is security critical? yes: distroless, no shell",
  required: false,
  values: YES_NO,
};
const small: PromptArgument = {
  name: "size_priority",
  description: "Is image size a priority?",
  required: false,
  values: YES_NO,
};

type Args = Readonly<Record<string, string>>;
const value = (args: Args, name: string): string | undefined =>
  args[name] === undefined ? undefined : clean(args[name], 300);

/** The questions of the quick start that were not answered yet. */
function openQuestions(args: Args): string {
  const open = [
    value(args, "language") ? undefined : "What language? (Only if the project does not say.)",
    value(args, "security_critical")
      ? undefined
      : "Is security critical? Yes means distroless: no shell, harder to debug.",
    value(args, "size_priority")
      ? undefined
      : "Is image size a priority, and what is the limit? (500 MB back end, 300 MB front end, 100 MB minimal)",
  ].filter((question) => question !== undefined);
  if (open.length === 0) return "";
  return `First settle, from the project where possible, by asking otherwise:\n${open.map((question) => `- ${question}`).join("\n")}\n\n`;
}

function answers(args: Args): string {
  const given = ["language", "security_critical", "size_priority"].flatMap((name) => {
    const answer = value(args, name);
    return answer === undefined ? [] : [`${name}: ${answer}`];
  });
  return given.length === 0 ? "" : `Given: ${given.join(", ")}.\n\n`;
}

const variant = (args: Args): string =>
  value(args, "security_critical") === "yes" ? " with variant hardened" : "";

/** The jobs people bring, as prompts; and each skill under its own name. Reads the skills from disk. */
export function makePrompts(): readonly KnowledgePrompt[] {
  return [...jobs, ...skillPrompts()];
}

const jobs: readonly KnowledgePrompt[] = [
  {
    name: "containerize",
    title: "Containerize a project",
    description: "Writes a production Dockerfile and .dockerignore for a project, checks and proves them.",
    arguments: [directory, language, secure, small],
    render: (args) => `Containerize the project in ${value(args, "directory") ?? "the current folder"}.

${answers(args)}${openQuestions(args)}1. Call generate_dockerfile with the directory${variant(args)}. If it answers "choice", ask which application; if "refused", pass the reason on and stop.
2. Show what it assumed, its warnings and the settings the project needs, before anything is written.
3. Write Dockerfile and .dockerignore (write: true, or by yourself). Never replace an existing file without asking.
4. Call validate_dockerfile on the file; nothing of severity error or warning may be left.
5. If a container engine is at hand, call verify_dockerfile and report measured size, start, health and secrets; otherwise say that it was not built, and call the size an estimate.
6. End with the build and run commands. Patterns and reasons: dockwright://reference/index.`,
  },
  {
    name: "optimize-dockerfile",
    title: "Optimize a Dockerfile",
    description:
      "Makes an existing Dockerfile smaller, faster to build and safer, one justified edit at a time.",
    arguments: [dockerfile, secure, small],
    render: (args) => `Optimize ${value(args, "path") ?? "./Dockerfile"}.

${answers(args)}1. Call validate_dockerfile on it with profile "optimization" (the checklist), then without a profile.
2. Repair what is safe (fix: "safe") and show the difference; explain each further edit before you make it: what it changes, what it saves, what could break.
3. If the image is built, call analyze_image_size on it and take its edits in the order of bytes saved.
4. Keep what the application does: same port, same command, same files. Order of gains: base image, several stages, development dependencies, cache order, cache mounts.
5. Validate again, and verify_dockerfile if an engine is at hand; compare sizes before and after as measured.
The page for the language is at dockwright://reference/<language>-dockerfiles.`,
  },
  {
    name: "review-dockerfile",
    title: "Review a Dockerfile",
    description: "A reviewer's verdict with evidence; changes nothing.",
    arguments: [dockerfile],
    render: (args) => `Review ${value(args, "path") ?? "./Dockerfile"}. Change nothing.

1. Call validate_dockerfile on it with detail "full", and once with each profile: optimization, security-requirements, dos-and-donts, best-practices.
2. Read the file itself for what rules cannot know: does the command match the application, is the health path real, is every copied file needed?
3. Report by severity: line, what follows from it, the repair. Say which findings you would leave, and why.
4. End with a verdict: ready, ready after the listed edits, or to be written anew (then generate_dockerfile).`,
  },
  {
    name: "shrink-image",
    title: "Shrink an image",
    description: "Finds where an image's bytes are and removes them.",
    arguments: [
      image,
      dockerfile,
      { name: "target_size", description: "Limit such as 300MB", required: false },
    ],
    render: (
      args,
    ) => `Make the image ${value(args, "image") ?? ""} smaller${value(args, "target_size") ? `, below ${value(args, "target_size")}` : ""}.

1. Call analyze_image_size on it${value(args, "target_size") ? ` with targetSize ${value(args, "target_size")}` : ""}: layers, hidden bytes, the edits with the bytes each saves.
2. Apply the edits to ${value(args, "path") ?? "its Dockerfile"}, largest first; stop when the limit is met or only the application is left.
3. Validate, build, and call analyze_image_size on the new image with compareTo the old one. Report both measured sizes.
Do not trade correctness for size: no Alpine under glibc binaries, no certificates or time zones removed that are used. Background: dockwright://reference/size-budgets.`,
  },
  {
    name: "secure-image",
    title: "Secure an image",
    description:
      "Finds vulnerabilities, secrets and weak settings of an image and its Dockerfile, and repairs them.",
    arguments: [image, dockerfile],
    render: (
      args,
    ) => `Secure the image ${value(args, "image") ?? ""} and ${value(args, "path") ?? "its Dockerfile"}.

1. Call scan_image on it. "Not scanned" is not "clean": say which scanner is missing.
2. A secret in a layer comes first: it must be revoked; deleting the file is not enough.
3. Call validate_dockerfile with profile "security-requirements". Repair: user by number, secrets as mounts, supported and smaller base, no build tools in the last stage.
4. Vulnerabilities: fixable ones first; a newer base or a dependency's lock file, not a longer exception list.
5. Build again, scan again, and give the run-time settings that belong to it (read-only file system, dropped capabilities, limits): dockwright://reference/security-hardening.`,
  },
];

/** Loading a skill by name: its text as the instructions, the task as the argument. */
function skillPrompts(): readonly KnowledgePrompt[] {
  return listSkills().map((skill) => ({
    name: skill.name,
    title: `Skill: ${skill.name}`,
    description: skill.description,
    arguments: [
      { name: "task", description: "What to do", required: false },
      ...(skill.name === "docker-multi-stage"
        ? [
            language,
            { name: "target", description: "Build target stage; runtime when left out", required: false },
            { name: "base_runtime", description: "Runtime base image of your own", required: false },
          ]
        : []),
    ],
    render: (args) => {
      const given = Object.keys(args).flatMap((name) => {
        const text = value(args, name);
        return text === undefined || name === "task" ? [] : [`${name}: ${text}`];
      });
      const task = [value(args, "task"), ...given].filter((part) => part !== undefined).join("\n");
      const body = skill.text
        .replace(/^---\n[\s\S]*?\n---\n/, "")
        .replace(/\]\(reference\//g, "](dockwright://reference/");
      return `${body.trim()}\n\n## Task\n\n${task === "" ? "Ask what is to be done." : task}`;
    },
  }));
}
