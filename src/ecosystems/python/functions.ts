import { evidence } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Evidence, Project } from "../../project/types.ts";

const file = "main.py";

/** What the Functions Framework serves: a function of main.py, or why none can be told. */
export type Served =
  | { readonly kind: "one"; readonly words: readonly string[]; readonly evidence: Evidence }
  | { readonly kind: "unclear"; readonly why: string };

/** The function that is told to Google's buildpacks, the decorated one, or the only one. */
export function servedFunction(project: Project): Served {
  const names = functionsOf(project);
  const told = toldTarget(project);
  const [only] = names;
  const found = told !== undefined && names.includes(told) ? told : names.length === 1 ? only : undefined;
  if (found !== undefined)
    return {
      kind: "one",
      words: [`--target=${found}`, ...signature(project, found)],
      evidence: evidence(project, file, `def ${found}(`),
    };
  return {
    kind: "unclear",
    why:
      names.length === 0
        ? `${file} holds no function to serve`
        : `${file} holds several functions to serve (${names.slice(0, 6).join(", ")}): start is functions-framework --target=${only} --host=0.0.0.0 --port=8080, or of another`,
  };
}

/** True for functions of the forms that Google Cloud calls, which nothing else in main.py starts. */
export function isForFunctionsFramework(project: Project): boolean {
  const body = project.read(file) ?? "";
  if (/^if __name__\b/m.test(body)) return false;
  return /^\s*(?:import|from)\s+functions_framework\b/m.test(body) || taking(body).length > 0;
}

/** Why a project that only defines functions cannot be started; undefined when it is no such project. */
export function unservedFunctions(project: Project): string | undefined {
  const lambda = project.files.find(
    (each) =>
      /^[\w-]+\.py$/.test(each) && /^def \w+\(\s*event\s*,\s*_?context\b/m.test(project.read(each) ?? ""),
  );
  return lambda === undefined
    ? undefined
    : `${lambda} holds a function that AWS Lambda calls, and starts no server`;
}

/** Names of the functions that take a request or an event, as Google Cloud gives them; Lambda's handlers are called so. */
function taking(body: string): readonly string[] {
  const form =
    /^(?:async )?def ([A-Za-z]\w*)\(\s*(?:request|req|cloud_?event|(?:event|data)[^,()]*,\s*_?context)\b[^,()]*\)/gm;
  return [...body.matchAll(form)]
    .map((match) => match[1] ?? "")
    .filter((name) => !/handler|lambda/i.test(name));
}

function functionsOf(project: Project): readonly string[] {
  const body = project.read(file) ?? "";
  const named = (pattern: RegExp): readonly string[] =>
    [...body.matchAll(pattern)].map((match) => match[1] ?? "");
  const decorated = named(/^@functions_framework\.\w+\s*(?:\([^)]*\))?\s*\n(?:async )?def (\w+)\(/gm);
  if (decorated.length > 0) return decorated;
  const taken = taking(body);
  return taken.length > 0 ? taken : named(/^(?:async )?def ([A-Za-z]\w*)\(/gm);
}

/** Functions that take events say so by a decorator, or have to be told by what they take. */
function signature(project: Project, name: string): readonly string[] {
  const body = project.read(file) ?? "";
  if (new RegExp(`^@functions_framework\\.[^\\n]*\\n(?:async )?def ${name}\\(`, "m").test(body)) return [];
  const taken = new RegExp(`^(?:async )?def ${name}\\(\\s*([^)]*)`, "m").exec(body)?.[1] ?? "";
  if (/^\w+[^,]*,\s*_?context\b/.test(taken)) return ["--signature-type=event"];
  return /^cloud_?event\b/.test(taken) ? ["--signature-type=cloudevent"] : [];
}

/** `GOOGLE_FUNCTION_TARGET` of project.toml. */
function toldTarget(project: Project): string | undefined {
  const data = project.toml("project.toml");
  const lists = [dig(data, "build", "env"), dig(data, "io", "buildpacks", "build", "env")];
  const variable = lists
    .flatMap((list) => (Array.isArray(list) ? list.filter(isRecord) : []))
    .find(({ name }) => name === "GOOGLE_FUNCTION_TARGET");
  return text(variable?.value);
}
