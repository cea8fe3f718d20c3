/** Distributions that always bring another one along, by what they bring. */
const bringers: ReadonlyMap<string, readonly string[]> = new Map([
  ["uvicorn", ["uvicorn-worker", "chainlit", "gradio", "nicegui", "python-fasthtml", "mcp", "fastmcp", "google-adk"]],
  ["fastapi", ["chainlit", "gradio", "nicegui", "google-adk", "sqladmin", "fastapi-users"]],
  ["starlette", ["fastapi", "chainlit", "gradio", "nicegui", "mcp", "fastmcp", "python-fasthtml", "sse-starlette"]],
  ["flask", ["dash", "locust", "functions-framework", "apache-superset", "mlflow"]],
]); // biome-ignore format: a table

/** True when a declared dependency brings the distribution along. */
export function isBrought(has: (name: string) => unknown, distribution: string): boolean {
  return (bringers.get(distribution) ?? []).some((name) => has(name) !== undefined);
}
