import type { Project } from "../../project/types.ts";
import { sources } from "../sources.ts";
import type { Dependency } from "./dependencies.ts";

/** A framework that answers requests, shows pages or takes jobs. */
export interface Framework {
  readonly title: string;
  /** Its distribution, normalised. */
  readonly dependency: string;
  /** The port its own server takes. */
  readonly port: number;
  /** How servers call its applications, and the pattern of the classes of those. */
  readonly gateway?: "asgi" | "wsgi";
  readonly classes?: string;
  /** It makes pages of a script. */
  readonly pages?: boolean;
  /** What the source says when the distribution is used as a server, for those that are clients as well. */
  readonly serves?: RegExp;
}

const frameworks: readonly Framework[] = [
  { title: "Functions Framework", dependency: "functions-framework", port: 8080 },
  { title: "FastAPI", dependency: "fastapi", port: 8000, gateway: "asgi", classes: "\\w*FastAPI" },
  { title: "Litestar", dependency: "litestar", port: 8000, gateway: "asgi", classes: "Litestar" },
  { title: "Django", dependency: "django", port: 8000 },
  { title: "Dash", dependency: "dash", port: 8050, serves: /^\s*(?:from|import)\s+dash\b/m },
  { title: "Flask", dependency: "flask", port: 5000, gateway: "wsgi", classes: "\\w*Flask(?:App)?" },
  { title: "Starlette", dependency: "starlette", port: 8000, gateway: "asgi", classes: "Starlette" },
  { title: "Sanic", dependency: "sanic", port: 8000, classes: "Sanic" },
  { title: "Streamlit", dependency: "streamlit", port: 8501, pages: true },
  { title: "Chainlit", dependency: "chainlit", port: 8000, pages: true },
  {
    title: "aiohttp",
    dependency: "aiohttp",
    port: 8080,
    serves: /\bweb\.(?:Application|run_app|AppRunner)\b|from\s+aiohttp\.web\s+import/,
  },
  { title: "Quart", dependency: "quart", port: 8000, gateway: "asgi", classes: "\\w*Quart" },
  { title: "Bottle", dependency: "bottle", port: 8080, gateway: "wsgi", classes: "Bottle|default_app" },
  {
    title: "Tornado",
    dependency: "tornado",
    port: 8888,
    serves: /\btornado\.(?:web|httpserver)\b|from\s+tornado\s+import\s+[^\n]*\bweb\b/,
  },
  { title: "FastHTML", dependency: "python-fasthtml", port: 5001 },
  { title: "Falcon", dependency: "falcon", port: 8000, gateway: "wsgi", classes: "falcon\\.(?:App|API)" },
  { title: "Gradio", dependency: "gradio", port: 7860, pages: true },
  { title: "NiceGUI", dependency: "nicegui", port: 8080 },
  { title: "Agent Development Kit", dependency: "google-adk", port: 8000 },
  { title: "Locust", dependency: "locust", port: 8089 },
  { title: "Celery", dependency: "celery", port: 8000 },
];

/** Frameworks that may be named without a project. */
export const pythonFrameworks: readonly string[] = frameworks.map(({ title }) => title);

/** The frameworks a project depends on or imports, the likeliest to be started first; the wanted one alone. */
export function frameworksOf(
  project: Project,
  dependencies: readonly Dependency[],
  wanted: string | undefined,
): readonly Framework[] {
  if (wanted !== undefined)
    return frameworks.filter(({ title }) => title.toLowerCase() === wanted.toLowerCase());
  const declared = frameworks.filter(
    ({ dependency, serves }) =>
      dependencies.some(({ name }) => name === dependency) && (serves === undefined || says(project, serves)),
  );
  const django = declared.filter(
    ({ title }) => title === "Django" && project.glob("{manage.py,*/manage.py}").length > 0,
  );
  // Imported and nowhere declared: another distribution brings it, or the manifest forgot it.
  const brought = frameworks.filter(
    (each) =>
      (each.gateway !== undefined || each.pages === true) &&
      !declared.includes(each) &&
      imports(project, each),
  );
  return [...django, ...declared.filter((each) => !django.includes(each)), ...brought];
}

/** True when some source file imports the framework. */
export function imports(project: Project, { dependency }: Framework): boolean {
  return importedModules(project).has(dependency.replace(/^python-/, "").replaceAll("-", "_"));
}

const read = new WeakMap<Project, ReadonlySet<string>>();

/** The first words of all imports. */
function importedModules(project: Project): ReadonlySet<string> {
  const known = read.get(project);
  if (known) return known;
  const found = new Set<string>();
  for (const file of sources(project, [".py"]))
    for (const [, name = ""] of (project.read(file) ?? "").matchAll(/^[ \t]*(?:from|import)[ \t]+(\w+)/gm))
      found.add(name);
  read.set(project, found);
  return found;
}

function says(project: Project, pattern: RegExp): boolean {
  return sources(project, [".py"]).some((file) => pattern.test(project.read(file) ?? ""));
}
