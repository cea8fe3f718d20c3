import type { Has } from "./servers.ts";

const distributions: ReadonlyMap<string, readonly string[]> = new Map([
  ["gunicorn", ["gunicorn"]],
  ["uvicorn", ["uvicorn", "uvicorn-worker", "fastapi", "litestar"]],
  ["hypercorn", ["hypercorn", "quart"]],
  ["waitress-serve", ["waitress"]],
  ["functions-framework", ["functions-framework"]],
]);

/**
 * The distributions that a declared command needs and no dependency is: its server, and the workers it names. A server
 * that frameworks bring along is theirs.
 */
export function commandNeeds(words: readonly string[], has: Has): readonly string[] {
  const [program = ""] = words[0] === "python" && words[1] === "-m" ? words.slice(2) : words;
  const carriers = distributions.get(program);
  const needs = carriers === undefined || carriers.some((name) => has(name)) ? [] : carriers.slice(0, 1);
  const at = words.findIndex((word) => /^(?:-k|--worker-class)$/.test(word));
  const worker = words[at + 1] ?? words.find((word) => word.startsWith("--worker-class=")) ?? "";
  const library =
    program === "gunicorn" ? /^(?:--worker-class=)?(gevent|eventlet|uvicorn)\b/.exec(worker)?.[1] : undefined;
  if (library === undefined) return needs;
  const there =
    has(library) !== undefined ||
    has("gunicorn")?.extras.includes(library) === true ||
    (distributions.get(library) ?? []).some((name) => has(name));
  return there ? needs : [...needs, library];
}
