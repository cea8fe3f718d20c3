import type { Evidence, Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import { platformProcesses } from "../platforms.ts";
import { commandWords, type ProcfileEntry, readProcfile } from "../procfile.ts";
import { servers } from "./servers.ts";

/**
 * The processes that a Procfile declares, else those in the settings of a platform. Of the latter only a server whose
 * application is there says more than the code: a program or a script may need what the platform sets.
 */
export function declaredProcesses(project: Project): readonly ProcfileEntry[] {
  const own = readProcfile(project);
  if (own.length > 0) return own;
  return platformProcesses(project).filter(({ command, type }) => {
    const words = wordsOf(project, stepsOf(project, command).at(-1) ?? "", 8000);
    return words !== undefined && (type !== "web" || serves(project, words));
  });
}

/** True for the command of a server, other than a framework's own, whose application is a module of the project. */
function serves(project: Project, words: readonly string[]): boolean {
  const program = words[0] === "python" && words[1] === "-m" ? words[2] : words[0];
  if (!servers.has(program ?? "")) return false;
  const folder = words
    .map(
      (word, index) =>
        /^--(?:chdir|app-dir)(?:=(.*))?$/.exec(word)?.[1] ??
        (/^--(?:chdir|app-dir)$/.test(words[index - 1] ?? "") ? word : undefined),
    )
    .find((word) => word !== undefined);
  const prefix = folder === undefined ? "" : `${folder.replace(/^\.\//, "").replace(/\/$/, "")}/`;
  const present = (word: string): boolean => {
    const path =
      prefix + (word.endsWith(".py") ? word.slice(0, -3) : (word.split(":")[0] ?? "").replaceAll(".", "/"));
    return [`${path}.py`, `${path}/__init__.py`].some((file) => project.has(file));
  };
  return words.some(
    (word) => /^[A-Za-z_][\w./]*(?::[\w.()]+)?$/.test(word) && word !== program && present(word),
  );
}

/** A declared process, as words of an exec form. */
export interface Process {
  readonly type: string;
  readonly words: readonly string[];
  readonly evidence: Evidence;
}

/**
 * What the Procfile or a platform starts as `type` (the first that is no `release` without it), made to run in an image: without the
 * package manager's `run`, without steps before it and without programs that only the platform has. Undefined, with a
 * warning, where a shell would be needed or the program is none of this image.
 */
export function procfileProcess(
  project: Project,
  type: string | undefined,
  port: number | undefined,
  warnings: string[],
): Process | undefined {
  // `release` runs once before the others and ends.
  const processes = declaredProcesses(project).filter((each) => each.type !== "release");
  const found =
    type === undefined
      ? (processes.find((each) => each.type === "worker") ?? processes[0])
      : processes.find((each) => each.type === type);
  if (found === undefined) return undefined;
  const steps = stepsOf(project, found.command);
  const last = steps.at(-1) ?? "";
  const before = steps.slice(0, -1);
  const folder = before.map((step) => /^cd\s+([\w./-]+)$/.exec(step)?.[1]).find((each) => each !== undefined);
  const dropped = before.filter((step) => !/^cd\s|\bcollectstatic\b/.test(step));
  const words = wordsOf(project, last, port);
  const placed = words === undefined || folder === undefined ? words : inFolder(words, folder);
  if (placed === undefined) {
    if (found.evidence.file === "Procfile")
      warnings.push(
        `the Procfile's ${clean(found.type, 30)} process was not taken over: ${clean(found.command, 100)}`,
      );
    return undefined;
  }
  if (dropped.length > 0)
    warnings.push(`run apart, before the container starts: ${clean(dropped.join(" && "), 120)}`);
  return { type: found.type, words: placed, evidence: found.evidence };
}

/** The steps of a command, or those of the script it runs when that ends with a server. */
function stepsOf(project: Project, command: string): readonly string[] {
  const steps = command.split(/\s*(?:&&|;)\s*/).filter(Boolean);
  const script = /^(?:(?:ba)?sh\s+)?(?:\.\/)?([\w./-]+\.sh)$/.exec(steps.at(-1) ?? "")?.[1];
  const lines = (script === undefined ? "" : (project.read(script) ?? ""))
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(?:#|set\s)/.test(line));
  const last = (lines.at(-1) ?? "").replace(/^exec\s+/, "");
  const plain =
    servers.has(last.split(/\s/)[0] ?? "") &&
    lines.every((line) => /^(?:python3?|flask|alembic|exec|gunicorn|uvicorn)\s/.test(line));
  return plain ? [...steps.slice(0, -1), ...lines.slice(0, -1), last] : steps;
}

function wordsOf(project: Project, command: string, port: number | undefined): readonly string[] | undefined {
  const plain = command.replace(/^exec\s+/, "");
  const [, assignments = "", rest = ""] = /^((?:[A-Za-z_]\w*=[\w./:,-]*\s+)*)(.*)$/s.exec(plain) ?? [];
  const words = commandWords(rest, port);
  if (words === undefined) return undefined;
  const own = withoutWrappers(words);
  const [program = ""] = own;
  if (absent.test(program) || (program.includes("/") && !project.has(program.replace(/^\.\//, ""))))
    return undefined;
  const values = assignments.split(/\s+/).filter(Boolean);
  return values.length === 0 ? own : ["env", ...values, ...own];
}

/** `uv run`, `poetry run`: the manager is not in the image. nginx and pgbouncer in front are the platform's. */
function withoutWrappers(words: readonly string[]): readonly string[] {
  const [first = "", second] = words;
  if (/^(?:poetry|pipenv|pdm|uv|rye|hatch)$/.test(first) && second === "run")
    return withoutWrappers(words.slice(2));
  if (/(?:^|\/)start-(?:nginx|pgbouncer|stunnel)[\w-]*$/.test(first)) return withoutWrappers(words.slice(1));
  return words;
}

const absent =
  /^(?:make|npm|npx|yarn|pnpm|node|bun|docker|docker-compose|nginx|caddy|foreman|forego|heroku|nox|tox|just|task)$/;

/** The same command, told where its modules are instead of being started there. */
function inFolder(words: readonly string[], folder: string): readonly string[] | undefined {
  const place = folder.replace(/^\.\//, "").replace(/\/$/, "");
  const at = words.findIndex((word) => servers.has(word) || /^python[\d.]*$/.test(word));
  const program = words[at];
  const rest = words.slice(at + 1);
  const put = (...added: readonly string[]): readonly string[] => [...words.slice(0, at + 1), ...added];
  if (program === "gunicorn" || program === "uwsgi") return [...put("--chdir", place), ...rest];
  if (program === "uvicorn") return [...put("--app-dir", place), ...rest];
  if (program === "celery") return [...put("--workdir", place), ...rest];
  const [script = "", ...others] = rest;
  return program !== undefined && script.endsWith(".py")
    ? [...put(`${place}/${script}`), ...others]
    : undefined;
}
