import { evidence } from "../project/facts.ts";
import { dig, isRecord, text } from "../project/project.ts";
import type { Project } from "../project/types.ts";
import { type ProcfileEntry, readProcfile } from "./procfile.ts";

/**
 * The start commands that the settings of a hosting platform state for what stands at the root, in the form of a
 * Procfile's processes. Settings of several services that could be meant say nothing.
 */
export function platformProcesses(project: Project): readonly ProcfileEntry[] {
  for (const { file, read } of platforms) {
    if (!project.has(file)) continue;
    const { web, worker } = read(project, file);
    const type = web === undefined ? "worker" : "web";
    const command = (web ?? worker)?.replace(/\\\n/g, " ").trim();
    // A script of several lines is no command, and a home on the platform is not in an image.
    if (command === undefined || command === "" || /\n|\/home\/site\/|\$HOME/.test(command)) continue;
    return [{ type, command, evidence: evidence(project, file, command.slice(0, 40)) }];
  }
  return [];
}

/** What a Procfile starts for the web, else what a platform was told. */
export function webProcess(project: Project): ProcfileEntry | undefined {
  return [...readProcfile(project), ...platformProcesses(project)].find(({ type }) => type === "web");
}

interface Commands {
  readonly web?: string | undefined;
  readonly worker?: string | undefined;
}

interface Platform {
  readonly file: string;
  read(project: Project, file: string): Commands;
}

/** A platform whose one command stands below these keys. */
function at(file: string, ...keys: readonly string[]): Platform {
  return {
    file,
    read: (project) => {
      const data = file.endsWith(".toml")
        ? project.toml(file)
        : file.endsWith(".json")
          ? project.json(file)
          : project.yaml(file);
      return { web: text(dig(data, ...keys)) };
    },
  };
}

const platforms: readonly Platform[] = [
  // Google App Engine.
  {
    file: "app.yaml",
    read: (project, file) => {
      const data = project.yaml(file);
      return text(dig(data, "runtime")) === undefined ? {} : { web: text(dig(data, "entrypoint")) };
    },
  },
  {
    file: "render.yaml",
    read: (project, file) => {
      const services = records(dig(project.yaml(file), "services")).filter(
        (service) =>
          !/^(?:docker|image|static)$/.test(String(service.runtime ?? service.env)) &&
          atRoot(service.rootDir) &&
          text(service.startCommand) !== undefined,
      );
      return byType(services.map((service) => [service.type, service.startCommand]));
    },
  },
  at("railway.json", "deploy", "startCommand"),
  at("railway.toml", "deploy", "startCommand"),
  at("railpack.json", "deploy", "startCommand"),
  at("nixpacks.toml", "start", "cmd"),
  { file: ".do/app.yaml", read: (project, file) => appPlatform(project.yaml(file)) },
  {
    file: ".do/deploy.template.yaml",
    read: (project, file) => appPlatform(dig(project.yaml(file), "spec")),
  },
  // AWS App Runner.
  at("apprunner.yaml", "run", "command"),
  at(".platform.app.yaml", "web", "commands", "start"),
  at("heroku.yml", "run", "web"),
  // Cloud Foundry.
  {
    file: "manifest.yml",
    read: (project, file) => {
      const applications = records(dig(project.yaml(file), "applications"));
      const [only] = applications;
      return only === undefined || applications.length > 1 || !atRoot(only.path)
        ? {}
        : { web: text(only.command) };
    },
  },
  // Cloud Native Buildpacks: what Google's are told.
  {
    file: "project.toml",
    read: (project, file) => {
      const data = project.toml(file);
      const variables = [
        ...records(dig(data, "build", "env")),
        ...records(dig(data, "io", "buildpacks", "build", "env")),
      ];
      return { web: text(variables.find(({ name }) => name === "GOOGLE_ENTRYPOINT")?.value) };
    },
  },
];

function appPlatform(spec: unknown): Commands {
  const of = (list: string): readonly Record<string, unknown>[] =>
    records(dig(spec, list)).filter(
      (service) =>
        atRoot(service.source_dir) &&
        service.dockerfile_path === undefined &&
        text(service.run_command) !== undefined,
    );
  return byType([
    ...of("services").map((service) => ["web", service.run_command] as const),
    ...of("workers").map((service) => ["worker", service.run_command] as const),
  ]);
}

/** The only command of each type. */
function byType(commands: readonly (readonly [type: unknown, command: unknown])[]): Commands {
  const only = (types: RegExp): string | undefined => {
    const found = commands.filter(([type]) => types.test(String(type)));
    return found.length === 1 ? text(found[0]?.[1]) : undefined;
  };
  return { web: only(/^(?:web|pserv)$/), worker: commands.length === 1 ? only(/^worker$/) : undefined };
}

function atRoot(folder: unknown): boolean {
  return folder === undefined || /^(?:\.?\/?)$/.test(String(folder));
}

function records(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
