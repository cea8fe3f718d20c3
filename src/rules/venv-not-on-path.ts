import { commandsOf } from "./shared/commands.ts";
import { finalStage, stageChain } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

/** Programs that a virtual environment brings, or that need what is in it. */
const python =
  /^(?:python[\d.]*|uvicorn|gunicorn|flask|celery|hypercorn|granian|daphne|fastapi|streamlit|django-admin)$/;

/** Dependencies in a virtual environment that the program does not use. */
export const rule: Rule = {
  meta: {
    name: "venv-not-on-path",
    summary:
      "The program starts with the system's Python although its dependencies are in a virtual environment.",
    why: "uv sync installs into .venv beside the project. Without that folder's bin on PATH, `python` is the base image's, which has none of the dependencies: the container stops with ModuleNotFoundError. Set PATH, or start the program by its full path.",
    severity: "warning",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.astral.sh/uv/guides/integration/docker/#using-the-environment",
    bad: {
      dockerfile:
        'FROM python:3.13-slim\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-dev --no-install-project\nUSER 10001\nCMD ["python", "app.py"]\n',
    },
    good: {
      dockerfile:
        'FROM python:3.13-slim\nWORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-dev --no-install-project\nENV PATH="/app/.venv/bin:$PATH"\nUSER 10001\nCMD ["python", "app.py"]\n',
    },
  },
  *check(context) {
    const { file } = context;
    const stage = finalStage(file);
    if (!stage) return;
    const { env, entrypoint, cmd } = context.stateAt(stage);
    const start = entrypoint ?? cmd;
    if (!start) return;
    const first =
      start.command.form === "exec"
        ? start.command.words[0]?.text
        : /^\s*(?:exec\s+)?(\S+)/.exec(start.command.text)?.[1];
    if (first === undefined || !python.test(first)) return;
    if (
      env.has("UV_PROJECT_ENVIRONMENT") ||
      env.has("VIRTUAL_ENV") ||
      /venv|\/env\/|virtualenv/.test(env.get("PATH") ?? "")
    )
      return;
    const feeding = new Set(stageChain(file, stage));
    for (const { instruction, stage: at, from } of context.graph.copies) {
      if (from.kind !== "stage" || !feeding.has(at)) continue;
      if (instruction.sources.some(({ text }) => !/\/(?:bin|uv|uvx)$|site-packages/.test(text))) {
        for (const link of stageChain(file, from.stage)) feeding.add(link);
      }
    }
    const sync = commandsOf(context).find(
      ({ name, args, stage: at, run, assignments }) =>
        name === "uv" &&
        args.some(({ text }) => text === "sync") &&
        feeding.has(at) &&
        !args.some(({ text }) => text === "--active") &&
        !context.stateBefore(run).env.has("UV_PROJECT_ENVIRONMENT") &&
        !assignments.has("UV_PROJECT_ENVIRONMENT") &&
        !context.stateBefore(run).env.has("UV_SYSTEM_PYTHON"),
    );
    if (!sync) return;
    yield {
      range: start.command.range,
      message: `${first} is the base image's: what uv sync installed is in .venv, whose bin folder is not on PATH`,
      related: [sync.range],
    };
  },
};
