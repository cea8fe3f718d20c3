import { assumed, certain, given } from "../../project/facts.ts";
import { ecosystem, type Parameters } from "../types.ts";
import { runtimeVersions } from "../versions.ts";
import { detectPython, recognisePython } from "./detect.ts";
import type { PythonFacts } from "./facts.ts";
import { pythonFrameworks } from "./frameworks.ts";
import { isManager, readManager } from "./manager.ts";
import { planPython } from "./plan.ts";

const manifests = {
  pip: ["requirements.txt"],
  poetry: ["pyproject.toml", "poetry.lock"],
  uv: ["pyproject.toml", "uv.lock"],
  pdm: ["pyproject.toml", "pdm.lock"],
  pipenv: ["Pipfile", "Pipfile.lock"],
} as const;

/** Python: pip, Poetry, uv, PDM, Pipenv. */
export const python = ecosystem<PythonFacts>({
  language: "python",
  title: "Python",
  packageManagers: ["pip", "poetry", "uv", "pdm", "pipenv"],
  frameworks: pythonFrameworks,
  recognise: recognisePython,
  detect: detectPython,
  manager: (project, parameters) => {
    const choice = readManager(project, parameters);
    return choice.kind === "one" ? choice.manager : undefined;
  },
  assume,
  plan: planPython,
});

function assume(parameters: Parameters): PythonFacts {
  const manager = isManager(parameters.packageManager) ? parameters.packageManager : "pip";
  const appType = parameters.appType ?? "api";
  const serves = appType === "api" || appType === "frontend";
  const framework = parameters.framework ?? (serves ? "FastAPI" : undefined);
  const port = parameters.port ?? (framework?.toLowerCase() === "streamlit" ? 8501 : 8000);
  const lock = manifests[manager][1];
  const start = parameters.start ?? (serves ? startOf(framework ?? "", port) : ["python", "main.py"]);
  return {
    name: assumed("app", "no project was read"),
    version:
      parameters.version === undefined
        ? assumed(
            runtimeVersions("python", parameters.today, parameters.variant).standard,
            "the standard version today",
          )
        : given(parameters.version, "version"),
    packageManager:
      parameters.packageManager === undefined
        ? assumed(manager, "the plain case")
        : given(manager, "packageManager"),
    manifests: assumed(manifests[manager], `what ${manager} reads`),
    ...(lock === undefined ? {} : { lockfile: assumed(lock, "a lock file is committed") }),
    ...(framework === undefined
      ? {}
      : {
          framework:
            parameters.framework === undefined
              ? assumed(framework, "the usual choice for an API")
              : given(framework, "framework"),
        }),
    appType:
      parameters.appType === undefined ? assumed(appType, "the usual case") : given(appType, "appType"),
    start:
      parameters.start === undefined
        ? assumed(start, "the usual entry point; change it to yours")
        : given(start, "start"),
    ...(serves
      ? { port: parameters.port === undefined ? assumed(port, "the usual port") : given(port, "port") }
      : {}),
    ...(serves && framework?.toLowerCase() !== "streamlit"
      ? {
          healthPath:
            parameters.healthPath === undefined
              ? assumed("/health", "the seed's route; the application has to serve it")
              : given(parameters.healthPath, "healthPath"),
        }
      : {}),
    dependencies: assumed([], "no project was read"),
    buildPackages: certain([]),
    runPackages: certain([]),
    installProject: certain(false),
    packageFiles: certain([]),
    handlesSignals: assumed(serves, "no project was read"),
  };
}

function startOf(framework: string, port: number): readonly string[] {
  switch (framework.toLowerCase()) {
    case "flask":
    case "django":
      return [
        "gunicorn",
        "--bind",
        `0.0.0.0:${port}`,
        framework.toLowerCase() === "flask" ? "app:app" : "config.wsgi:application",
      ];
    case "streamlit":
      return ["streamlit", "run", "app.py", "--server.address=0.0.0.0", `--server.port=${port}`];
    default:
      return ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", String(port)];
  }
}
