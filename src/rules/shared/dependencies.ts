import { type Command, hasFlag, operandsOf } from "./commands.ts";

/** The ecosystems whose dependency steps are known. */
export type Ecosystem = "node" | "python" | "go" | "rust" | "java" | "ruby" | "php" | "dotnet" | "elixir";

/** A command that fetches what manifests name, or builds and fetches on the way. */
export interface DependencyStep {
  readonly ecosystem: Ecosystem;
  /** True for `npm ci`, false for `go build`, which fetches only what was not fetched before. */
  readonly explicit: boolean;
}

/** What a command does for dependencies; undefined for anything else (`npm install left-pad` too). */
export function dependencyStep(command: Command): DependencyStep | undefined {
  const { name, words } = started(command);
  const [first = "", second = ""] = words;
  const explicit = (ecosystem: Ecosystem): DependencyStep => ({ ecosystem, explicit: true });
  const implicit = (ecosystem: Ecosystem): DependencyStep => ({ ecosystem, explicit: false });
  switch (name) {
    case "npm":
      if (first === "ci" || first === "clean-install") return explicit("node");
      return (first === "install" || first === "i") && second === "" && !hasFlag(command, "-g", "--global")
        ? explicit("node")
        : undefined;
    case "yarn":
      return first === "" || first === "install" ? explicit("node") : undefined;
    case "pnpm":
    case "bun":
      return first === "install" || first === "i" || first === "fetch" ? explicit("node") : undefined;
    case "poetry":
    case "pipenv":
    case "pdm":
      return first === "install" || first === "sync" ? explicit("python") : undefined;
    case "uv":
      if (first === "sync") return explicit("python");
      return first === "pip" && second === "install" && hasFlag(command, "-r", "--requirement")
        ? explicit("python")
        : undefined;
    case "go":
      if (first === "mod" && second === "download") return explicit("go");
      return first === "build" || first === "install" ? implicit("go") : undefined;
    case "cargo":
      if (first === "fetch" || first === "chef") return explicit("rust");
      return first === "build" || first === "install" ? implicit("rust") : undefined;
    case "mvn":
    case "mvnw":
      if (words.some((word) => /^dependency:|:go-offline$/.test(word))) return explicit("java");
      return words.some((word) => /^(?:package|install|verify|compile)$/.test(word))
        ? implicit("java")
        : undefined;
    case "gradle":
    case "gradlew":
      if (words.some((word) => /dependencies$/.test(word))) return explicit("java");
      return words.some((word) => /(?:^|:)(?:build|assemble|bootJar|jar|installDist|shadowJar)$/.test(word))
        ? implicit("java")
        : undefined;
    case "bundle":
    case "bundler":
      return first === "install" || first === "" ? explicit("ruby") : undefined;
    case "composer":
      return first === "install" ? explicit("php") : undefined;
    case "dotnet":
      if (first === "restore") return explicit("dotnet");
      return first === "publish" || first === "build" ? implicit("dotnet") : undefined;
    case "mix":
      return first === "deps.get" ? explicit("elixir") : undefined;
    default:
      return isPip(command) ? pipStep(command) : undefined;
  }
}

/** The tool and its words: `sh ./mvnw package` starts the wrapper, whose file may lack the permission to run. */
function started(command: Command): { readonly name: string; readonly words: readonly string[] } {
  const words = operandsOf(command).map(({ text }) => text);
  const wrapper = /^(?:ba|da)?sh$/.test(command.name)
    ? /^(?:\.\/|\/|[\w./-]+\/)?(mvnw|gradlew)$/.exec(words[0] ?? "")?.[1]
    : undefined;
  return wrapper === undefined ? { name: command.name, words } : { name: wrapper, words: words.slice(1) };
}

function isPip(command: Command): boolean {
  if (/^pip[\d.]*$/.test(command.name)) return true;
  return /^python[\d.]*$/.test(command.name) && command.args.some(({ text }) => /^pip[\d.]*$/.test(text));
}

function pipStep(command: Command): DependencyStep | undefined {
  const words = command.args.map(({ text }) => text);
  const at = words.indexOf("install");
  if (at < 0) return undefined;
  const rest = words.slice(at + 1);
  const fromManifest =
    hasFlag(command, "-r", "--requirement") || rest.some((word) => /^(?:\.|\.\/.*|\.\[.*\])$/.test(word));
  return fromManifest ? { ecosystem: "python", explicit: true } : undefined;
}

/** True for a command that compiles or bundles an application. */
export function isBuild(command: Command): boolean {
  const [first = "", second = ""] = operandsOf(command).map(({ text }) => text);
  switch (command.name) {
    case "npm":
    case "pnpm":
    case "yarn":
    case "bun":
      return /^(?:build|compile|bundle)\b/.test(first === "run" ? second : first === "build" ? "build" : "");
    case "go":
    case "cargo":
    case "dotnet":
      return first === "build" || first === "publish";
    case "mvn":
    case "mvnw":
    case "gradle":
    case "gradlew":
      return dependencyStep(command)?.explicit === false;
    case "make":
      return !/^(?:clean|test)/.test(first);
    case "tsc":
    case "webpack":
    case "vite":
    case "gcc":
    case "g++":
    case "cmake":
    case "javac":
      return true;
    case "next":
    case "ng":
    case "nest":
      return first === "build";
    case "npx":
      return /^(?:tsc|webpack|vite|next|ng|nest)$/.test(first) && (first === "tsc" || second === "build");
    default:
      return false;
  }
}
