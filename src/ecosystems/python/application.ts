import { certain, evidence, given, likely } from "../../project/facts.ts";
import type { AppType, Fact, Project } from "../../project/types.ts";
import { findHealthPath } from "../health-path.ts";
import { sources } from "../sources.ts";
import type { Parameters } from "../types.ts";
import { boundToAll, portIn } from "./binding.ts";
import { isBrought } from "./brought.ts";
import { commandNeeds } from "./command-needs.ts";
import type { Dependency } from "./dependencies.ts";
import { djangoStart } from "./django.ts";
import { djangoHealthPath } from "./django-health.ts";
import { type Entry, findEntries, findEntry } from "./entry.ts";
import { type Framework, frameworksOf, imports } from "./frameworks.ts";
import { isForFunctionsFramework, servedFunction } from "./functions.ts";
import { manifestFiles } from "./manager.ts";
import { pythonMounting } from "./mounting.ts";
import { ownPort } from "./own-dockerfile.ts";
import { plainApplication } from "./plain.ts";
import { listeningPort, portOf } from "./port.ts";
import { declaredProcesses, procfileProcess } from "./processes.ts";
import { ownProgram, ownServer, projectScripts, scriptStart, usualProgram } from "./scripts.ts";
import {
  asgiCommand,
  flaskCommand,
  type Has,
  locked,
  type Missing,
  uwsgiSettings,
  wsgiCommand,
} from "./servers.ts";
import { readSpace } from "./space.ts";

/** How the process is started and reached. */
export interface Application {
  readonly framework?: Fact<string>;
  readonly appType: Fact<AppType>;
  readonly start: Fact<readonly string[]>;
  readonly port?: Fact<number>;
  readonly healthPath?: Fact<string>;
  /** Folder that has to be on the import path. */
  readonly root?: string;
  /** Variables that make the program answer from outside. */
  readonly environment: readonly (readonly [name: string, value: string])[];
  /** Distributions that it cannot start without and nobody declares. */
  readonly missing: readonly string[];
  readonly warnings: readonly string[];
}

interface Started {
  readonly start: Fact<readonly string[]>;
  readonly port?: Fact<number>;
  readonly root?: string;
  readonly environment?: readonly (readonly [name: string, value: string])[];
}

interface Reading {
  readonly project: Project;
  readonly has: Has;
  readonly dependencies: readonly Dependency[];
  readonly parameters: Parameters;
  readonly warnings: string[];
  readonly missing: Missing;
}

/**
 * Reads framework, entry point, port and health route; undefined when nothing can be started, with what stood in the
 * way added to `warnings`.
 */
export function readApplication(
  project: Project,
  dependencies: readonly Dependency[],
  parameters: Parameters,
  warnings: string[] = [],
): Application | undefined {
  const has: Has = (name) => dependencies.find((dependency) => dependency.name === name);
  const added: string[] = [];
  const missing: Missing = (name, why) => {
    if (added.includes(name)) return;
    added.push(name);
    warnings.push(`${why}: the install adds ${name}; write it into the manifest`);
  };
  const reading = { project, has, dependencies, parameters, warnings, missing };
  const candidates = frameworksOf(project, dependencies, parameters.framework);
  const found = started(reading, candidates);
  if (!found) return undefined;
  const { framework: match, ...server } = found;
  const framework = match && frameworkFact(match, reading);
  const appType: Fact<AppType> =
    parameters.appType !== undefined
      ? given(parameters.appType, "appType")
      : server.port === undefined
        ? withoutPort(project, server.start.value)
        : certain("api", ...(framework?.evidence ?? []));
  const port = appType.value === "worker" || appType.value === "cli" ? undefined : server.port;
  const healthPath = readHealthPath(project, match?.title, parameters);
  return {
    ...(framework ? { framework } : {}),
    appType,
    start: server.start,
    ...(port ? { port } : {}),
    ...(healthPath && port ? { healthPath } : {}),
    ...(server.root === undefined ? {} : { root: server.root }),
    environment: server.environment ?? [],
    missing: added,
    warnings,
  };
}

function frameworkFact({ title, dependency }: Framework, reading: Reading): Fact<string> {
  const declared = reading.has(dependency);
  if (declared) return certain(title, declared.evidence);
  if (reading.parameters.framework !== undefined) return given(title, "framework");
  // `flask-smorest` brings Flask along.
  const brought =
    isBrought(reading.has, dependency) ||
    reading.dependencies.some(({ name }) => name.startsWith(`${dependency}-`));
  if (!brought && !locked(reading.project, dependency)) lacking(dependency, reading);
  return likely(title, "it is imported");
}

/** A Space's requirements need not name what Hugging Face installs. */
function lacking(dependency: string, { project, missing }: Reading): void {
  const space = readSpace(project);
  if (space?.sdk === dependency && space.sdkVersion !== undefined)
    missing(`${dependency}==${space.sdkVersion}`, `${space.evidence.file} alone names ${dependency}`);
  else missing(dependency, `${dependency} is imported, and no manifest names it`);
}

function readHealthPath(
  project: Project,
  framework: string | undefined,
  parameters: Parameters,
): Fact<string> | undefined {
  if (parameters.healthPath !== undefined) return given(parameters.healthPath, "healthPath");
  if (framework === "Streamlit") return likely("/_stcore/health", "Streamlit's own route");
  if (framework === "Django") return djangoHealthPath(project);
  return findHealthPath(project, [".py"], pythonMounting);
}

/** A program that reads arguments and ends is called; one that waits for something works. */
function withoutPort(project: Project, start: readonly string[]): Fact<AppType> {
  const script = projectScripts(project).includes(start[0] ?? "");
  const called =
    !/^(?:celery|rq|dramatiq|arq|huey\w*|taskiq|faust|env|sh|bash)$/.test(start[0] ?? "") &&
    says(project, commandLine) &&
    !says(project, bots) &&
    !says(
      project,
      /run_forever|run_polling|start_polling|infinity_polling|start_consuming|BlockingScheduler|^\s*(?:import|from)\s+(?:schedule|apscheduler|pika|kafka|aiokafka|paho)\b/m,
    ) &&
    (script || !says(project, /\bwhile\s+(?:True|1)\b|\bconsume\(|\.subscribe\(/));
  return called
    ? likely("cli", "it reads arguments and serves no port")
    : likely("worker", "it serves no port");
}

function started(
  reading: Reading,
  candidates: readonly Framework[],
): (Started & { framework?: Framework }) | undefined {
  const { project, parameters, warnings } = reading;
  const [first] = candidates;
  const named = (framework: Framework | undefined): { framework?: Framework } =>
    framework === undefined ? {} : { framework };
  if (parameters.start) {
    if (manifestFiles(project).length > 0) addNeeds(reading, parameters.start, "the start command");
    const serves =
      first !== undefined &&
      first.title !== "Celery" &&
      parameters.appType !== "worker" &&
      parameters.appType !== "cli";
    return {
      ...named(first),
      start: given(parameters.start, "start"),
      ...(serves || parameters.port
        ? { port: portOf(project, parameters, 8000, first?.title ?? "Python services") }
        : {}),
    };
  }
  const web = declaredProcesses(project).find(({ type }) => type === "web");
  if (web) {
    const told = parameters.port === undefined ? portIn(web.command) : undefined;
    const port =
      told === undefined
        ? portOf(project, parameters, 8000, first?.title ?? "Python services")
        : certain(told, web.evidence);
    const process = procfileProcess(project, "web", port.value, warnings);
    // A platform calls the process `web` also where it serves nothing.
    const script =
      first === undefined && /^python/.test(process?.words[0] ?? "") && !/\$\{?PORT/.test(web.command);
    const listens = script ? listeningPort(project, parameters) : port;
    if (process) {
      addNeeds(reading, process.words, `${process.evidence.file}'s command`);
      return {
        ...named(candidates.find(({ title }) => title !== "Celery")),
        start: certain(boundToAll(process.words, port.value), process.evidence),
        ...(listens ? { port: listens } : {}),
      };
    }
  }
  for (const framework of candidates) {
    const server = startOf(framework, reading);
    if (server === "unclear") return undefined;
    if (server) return { ...named(framework), ...server };
  }
  // A distribution that nothing imports is no server: the program may be about something else.
  const used = candidates.find(
    (framework) =>
      framework.title !== "Celery" &&
      reading.has(framework.dependency) !== undefined &&
      imports(project, framework),
  );
  const script = scriptStart(project, undefined, warnings);
  if (!script && isForFunctionsFramework(project)) {
    const function_ = functionStart(reading);
    if (function_) reading.missing("functions-framework", "main.py defines a function and starts no server");
    return function_;
  }
  if (!script) return plainStart(reading);
  const port = programPort(reading, used, script.start.value, script.file);
  return { ...named(used), ...script, ...(port ? { port, ...addressOf(used, port.value) } : {}) };
}

/** The servers that a command names are installed with the rest. */
function addNeeds({ project, has, missing }: Reading, words: readonly string[], what: string): void {
  for (const name of commandNeeds(words, has))
    if (!isBrought(has, name) && !locked(project, name))
      missing(name, `${what} needs ${name}, and no manifest names it`);
}

/** A function behind the Functions Framework; undefined, with what stands in the way said, where none can be told. */
function functionStart({ project, parameters, warnings }: Reading): Started | undefined {
  const served = servedFunction(project);
  if (served.kind === "unclear") {
    warnings.push(served.why);
    return undefined;
  }
  const port = portOf(project, parameters, 8080, "Functions Framework");
  const start = ["functions-framework", ...served.words, "--host=0.0.0.0", `--port=${port.value}`];
  return { start: certain(start, served.evidence), port };
}

/** An application that no framework made, behind a server. */
function plainStart({ project, parameters, has, missing }: Reading): Started | undefined {
  const plain = plainApplication(project);
  if (plain === undefined) return undefined;
  const { gateway, entry } = plain;
  const port = portOf(project, parameters, 8000, `${gateway.toUpperCase()} servers`, entry.file);
  const why = `${entry.file} is a ${gateway.toUpperCase()} application, and no server is among the dependencies`;
  const served =
    gateway === "asgi"
      ? asgiCommand(project, has, entry, port.value, "", missing)
      : wsgiCommand(has, entry, port.value);
  if (served === undefined) missing("gunicorn", why);
  const start = served ?? ["gunicorn", "--bind", `0.0.0.0:${port.value}`, entry.path];
  return { start: certain(start, entry.evidence), port, ...(entry.root === "" ? {} : { root: entry.root }) };
}

/** The port of a program that listens by itself: its own Dockerfile knows it best. */
function programPort(
  reading: Reading,
  used: Framework | undefined,
  start: readonly string[],
  file: string | undefined,
): Fact<number> | undefined {
  const { project, parameters } = reading;
  if (portless(reading, used, start)) return undefined;
  const own = parameters.port === undefined ? ownPort(project) : undefined;
  if (own) return certain(own.port, own.evidence);
  return used === undefined
    ? listeningPort(project, parameters)
    : portOf(project, parameters, used.port, used.title, file);
}

/**
 * A bot has a web framework for calling others, and a command that is called (`mkdocs`, `http`) may hold a server for
 * one of its verbs: neither is known to answer on a port.
 */
function portless(
  { project, parameters }: Reading,
  used: Framework | undefined,
  start: readonly string[],
): boolean {
  if (parameters.port !== undefined || ownPort(project) !== undefined) return false;
  const module = start[1] === "-m";
  if (!(module || projectScripts(project).includes(start[0] ?? ""))) return false;
  if (used !== undefined) return used.serves !== undefined && says(project, bots);
  return says(project, bots) || (start.length === (module ? 3 : 1) && says(project, commandLine));
}

const bots =
  /^\s*(?:import|from)\s+(?:telegram|telebot|aiogram|discord|disnake|nextcord|pyrogram|telethon|slack_bolt|twitchio)\b/m;
const commandLine = /^\s*(?:import|from)\s+(?:argparse|optparse|click|typer|fire|docopt)\b/m;

function says(project: Project, pattern: RegExp): boolean {
  return sources(project, [".py"]).some((file) => pattern.test(project.read(file) ?? ""));
}

/** Frameworks that listen on loopback only, unless the environment tells them otherwise. */
function addressOf(
  framework: Framework | undefined,
  port: number,
): { readonly environment?: readonly (readonly [name: string, value: string])[] } {
  if (framework?.title === "Gradio")
    return {
      environment: [
        ["GRADIO_SERVER_NAME", "0.0.0.0"],
        ["GRADIO_SERVER_PORT", String(port)],
      ],
    };
  if (framework?.title === "Dash")
    return {
      environment: [
        ["HOST", "0.0.0.0"],
        ["PORT", String(port)],
      ],
    };
  return {};
}

/** What a framework's application is started with; "unclear" where there are several and nothing tells which. */
function startOf(framework: Framework, reading: Reading): Started | "unclear" | undefined {
  const { project, has, parameters, warnings, missing } = reading;
  const at = (standard: number, file?: string): Fact<number> =>
    portOf(project, parameters, standard, framework.title, file);
  const rooted = (entry: Entry): { root?: string } => (entry.root === "" ? {} : { root: entry.root });
  if (framework.gateway !== undefined && framework.classes !== undefined) {
    const entries = findEntries(project, framework.classes);
    const [entry] = entries;
    if (!entry) return undefined;
    if (entries.length > 1) {
      const paths = entries.slice(0, 5).map(({ path }) => path);
      warnings.push(`several application objects: ${paths.join(", ")}`);
      return "unclear";
    }
    if (framework.gateway === "asgi") {
      const port = at(8000, entry.file);
      const start = asgiCommand(project, has, entry, port.value, framework.title, missing);
      return { start: certain(start, entry.evidence), port, ...rooted(entry) };
    }
    const settings = has("uwsgi") || has("pyuwsgi") ? uwsgiSettings(project, warnings) : undefined;
    if (settings) {
      const { file, command, port } = settings;
      return {
        start: certain(command, { file }),
        port: parameters.port === undefined ? certain(port, { file }) : given(parameters.port, "port"),
      };
    }
    const port = at(8000, entry.file);
    const start = wsgiCommand(has, entry, port.value);
    if (start) return { start: certain(start, entry.evidence), port, ...rooted(entry) };
    if (framework.title !== "Flask") return undefined;
    const program = ownProgram(project, undefined) ?? ownServerStart(project, entry.file);
    if (program?.file !== undefined && program.file !== entry.file)
      return {
        start: program.start,
        port: programPort(reading, framework, program.start.value, program.file) ?? at(framework.port),
      };
    const own = at(framework.port, entry.file);
    warnings.push("Flask's own server is for development: add gunicorn to the dependencies");
    return {
      start: certain(flaskCommand(has, entry, own.value), entry.evidence),
      port: own,
      ...rooted(entry),
    };
  }
  switch (framework.title) {
    case "Functions Framework": {
      return functionStart(reading) ?? "unclear";
    }
    case "Django": {
      const port = at(8000);
      const start = djangoStart(project, has, port.value, warnings);
      return start && { ...start, port };
    }
    case "Dash":
      return dashStart(framework, reading, at);
    case "FastHTML": {
      const entry = findFastHtml(project);
      if (!entry) return undefined;
      const port = at(5001, entry.file);
      const start = ["uvicorn", entry.path, "--host", "0.0.0.0", "--port", String(port.value)];
      return { start: certain(start, entry.evidence), port, ...rooted(entry) };
    }
    case "Sanic": {
      const entry = findEntry(project, "Sanic");
      if (!entry) return undefined;
      const port = at(8000, entry.file);
      const flag = entry.factory ? ["--factory"] : [];
      const start = ["sanic", entry.path, ...flag, "--host=0.0.0.0", `--port=${port.value}`];
      return { start: certain(start, entry.evidence), port, ...rooted(entry) };
    }
    case "Streamlit": {
      const script = pageScript(
        project,
        /^\s*(?:import|from)\s+streamlit\b/m,
        /streamlit\s+run\s+["']?([\w./ -]+?\.py)/,
      );
      if (!script) return undefined;
      const port = at(8501, script);
      const options = ["--server.address=0.0.0.0", `--server.port=${port.value}`, "--server.headless=true"];
      return { start: certain(["streamlit", "run", script, ...options], { file: script }), port };
    }
    case "Chainlit": {
      // An application of its own serves the pages.
      if (says(project, /\bmount_chainlit\(/)) return undefined;
      const script = pageScript(
        project,
        /^\s*(?:import|from)\s+chainlit\b/m,
        /chainlit\s+run\s+["']?([\w./-]+?\.py)/,
      );
      if (!script) return undefined;
      const port = at(8000, script);
      const options = ["--host", "0.0.0.0", "--port", String(port.value), "--headless"];
      return { start: certain(["chainlit", "run", script, ...options], { file: script }), port };
    }
    case "Gradio": {
      const script = pageScript(project, /^[^#\n]*\.launch\(/m, /python3?\s+([\w./-]+?\.py)/);
      const program = readSpace(project)?.script ?? usualProgram(project) ?? script;
      if (script === undefined || program !== script || !imports(project, framework)) return undefined;
      const port = at(framework.port, script);
      return {
        start: certain(["python", script], { file: script }),
        port,
        ...addressOf(framework, port.value),
      };
    }
    case "Agent Development Kit": {
      const agent = sources(project, [".py"]).find(
        (file) => /\/agent\.py$/.test(file) && /^root_agent\s*[:=]/m.test(project.read(file) ?? ""),
      );
      if (agent === undefined) return undefined;
      const port = at(8000);
      const folder = agent.split("/").slice(0, -2).join("/") || ".";
      const start = ["adk", "api_server", "--host", "0.0.0.0", "--port", String(port.value), folder];
      return { start: certain(start, { file: agent }), port };
    }
    case "Locust": {
      const file = project.has("locustfile.py")
        ? "locustfile.py"
        : project.files.find(
            (name) => /^[\w.-]+\.py$/.test(name) && /User\)\s*:/.test(project.read(name) ?? ""),
          );
      if (file === undefined) return undefined;
      return { start: certain(["locust", "--locustfile", file], { file }), port: at(framework.port, file) };
    }
    case "Celery": {
      const entry = findEntry(project, "Celery");
      if (!entry || entry.factory) return undefined;
      const start = ["celery", "--app", entry.path.replace(":", "."), "worker", "--loglevel=info"];
      return { start: certain(start, entry.evidence), ...rooted(entry) };
    }
    default:
      return undefined;
  }
}

function ownServerStart(
  project: Project,
  entry: string,
): { start: Fact<readonly string[]>; file: string } | undefined {
  const file = ownServer(project, entry);
  return file === undefined
    ? undefined
    : { start: likely(["python", file], "it starts a server of its own", { file }), file };
}

/** Dash's Flask application behind a server, or its own on all addresses. */
function dashStart(
  framework: Framework,
  reading: Reading,
  at: (standard: number, file?: string) => Fact<number>,
): Started | undefined {
  const { project, has, warnings } = reading;
  const entry = findEntry(project, "(?:Jupyter)?Dash");
  if (!entry || entry.factory) return undefined;
  const body = project.read(entry.file) ?? "";
  const server = new RegExp(`^(\\w+)\\s*=\\s*${entry.name}\\.server\\b`, "m").exec(body)?.[1];
  const rooted = entry.root === "" ? {} : { root: entry.root };
  const port = at(8050, entry.file);
  if (server !== undefined) {
    const inner = { ...entry, path: `${entry.path.split(":")[0] ?? ""}:${server}` };
    const start = wsgiCommand(has, inner, port.value);
    if (start) return { start: certain(start, entry.evidence), port, ...rooted };
  }
  warnings.push(
    "Dash's own server is for development: add gunicorn to the dependencies and `server = app.server` to the code",
  );
  return {
    start: certain(["python", entry.file], entry.evidence),
    port,
    ...addressOf(framework, port.value),
  };
}

function findFastHtml(project: Project): Entry | undefined {
  for (const file of sources(project, [".py"])) {
    const pattern = /^(\w+)\s*(?:,\s*\w+\s*)*=\s*(?:fast_app|FastHTML)\(/m;
    const name = pattern.exec(project.read(file) ?? "")?.[1];
    if (name === undefined) continue;
    const path = `${file.replace(/\.py$/, "").replaceAll("/", ".")}:${name}`;
    return { path, file, name, root: "", factory: false, evidence: evidence(project, file, pattern) };
  }
  return undefined;
}

/** The script of pages: the one the README names, one of a usual name, else the shallowest that matches. */
function pageScript(project: Project, pattern: RegExp, told: RegExp): string | undefined {
  const scripts = sources(project, [".py"]).filter(
    (file) => !/(^|\/)pages\//.test(file) && pattern.test(project.read(file) ?? ""),
  );
  const texts = project.files.filter((file) =>
    /^(?:README[\w.]*|Procfile|Dockerfile|[Mm]akefile|(?:docker-)?compose[\w.-]*\.ya?ml|[\w-]+\.sh)$/.test(
      file,
    ),
  );
  const own = readSpace(project)?.script;
  if (own !== undefined && scripts.includes(own)) return own;
  const named = texts
    .map((file) => told.exec(project.read(file) ?? "")?.[1]?.replace(/^\.\//, ""))
    .find((file) => file !== undefined && scripts.includes(file));
  if (named !== undefined) return named;
  const usual =
    /(?:^|\/)(?:streamlit_app|app|main|[Hh]ome|index|dashboard|webui|web_demo|demo|ui|gui|run|server|chatbot)\.py$/;
  const shallow = Math.min(...scripts.map((file) => file.split("/").length));
  return scripts.find((file) => usual.test(file) && file.split("/").length === shallow) ?? scripts[0];
}
