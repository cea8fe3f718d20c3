import { evidence } from "../../project/facts.ts";
import type { Evidence, Project } from "../../project/types.ts";
import { sources } from "../sources.ts";
import { importRoot, moduleOf } from "./import-root.ts";
import { mentionedTargets } from "./mentions.ts";

/** An application object, or a function that makes one. */
export interface Entry {
  /** `shop.api:app`. */
  readonly path: string;
  readonly file: string;
  /** The name in the file. */
  readonly name: string;
  /** Folder that has to be on the import path, "" for the project's own. */
  readonly root: string;
  /** It has to be called without arguments. */
  readonly factory: boolean;
  readonly evidence: Evidence;
}

const makers =
  "(?:create|make|get|build|init|register|setup|configure|bootstrap)_(?:app|application|api|server|web|asgi|wsgi)\\w*";

/**
 * The application object that a server is given, best first: one that the project's own commands name, then by the
 * file's name and depth. `classes` is a pattern of the classes whose instances are applications. An instance at the
 * top of a file, a factory that is called there, else a factory without required arguments.
 */
export function findEntry(project: Project, classes: string): Entry | undefined {
  return findEntries(project, classes)[0];
}

/**
 * The candidates that nothing tells apart, best first: one, unless the best has a name that says nothing and others
 * are as near.
 */
export function findEntries(project: Project, classes: string): readonly Entry[] {
  const mentioned = mentionedTargets(project);
  const patterns: readonly (readonly [pattern: RegExp, cost: number])[] = [
    [new RegExp(`^(\\w+)(?:\\s*:\\s*[\\w.]+)?\\s*=\\s*(?:[\\w.]*\\.)?(?:${classes})\\(`, "m"), 0],
    [new RegExp(`^(\\w+)(?:\\s*:\\s*[\\w.]+)?\\s*=\\s*(?:\\w+\\.)*${makers}\\(`, "m"), 0.25],
    [new RegExp(`^def\\s+(${makers})\\s*\\(`, "m"), 0.5],
  ];
  const uses = new RegExp(`\\b(?:${classes})\\b`);
  const found: { cost: number; file: string; entry: () => Entry }[] = [];
  for (const file of sources(project, [".py"])) {
    // Below a folder that is no package, the module's name is that of the server's own program.
    if (aside.test(file) || isFolderProgram(project, file)) continue;
    const body = project.read(file) ?? "";
    for (const [pattern, kind] of patterns) {
      const factory = kind === 0.5;
      for (const match of body.matchAll(new RegExp(pattern, "gm"))) {
        const name = match[1] ?? "";
        if (factory && !(callable(body, match.index) && uses.test(body))) continue;
        const named = mentioned.some((target) => target(file, name));
        const cost =
          kind + placeOf(file) + (/^(?:app|application|asgi|wsgi)$/.test(name) ? 0 : 0.1) - (named ? 20 : 0);
        found.push({
          cost,
          file,
          entry: () => {
            const root = importRoot(project, file);
            const line = match[0].split("\n")[0] ?? "";
            return {
              path: `${moduleOf(file, root)}:${name}`,
              file,
              name,
              root,
              factory,
              evidence: evidence(project, file, line),
            };
          },
        });
      }
    }
  }
  found.sort((left, right) => left.cost - right.cost);
  const [best] = found;
  if (best === undefined) return [];
  // A name such as main.py or a command that names it decides; one whole step of cost is another rank.
  const plain = best.cost < best.file.split("/").length + 0.9;
  const rivals = found.filter(
    ({ cost, file }, index) =>
      cost < best.cost + 0.5 && found.findIndex((other) => other.file === file) === index,
  );
  return (plain ? [best] : rivals).map(({ entry }) => entry());
}

/** True for the `__main__.py` of a folder that is no package: `python folder` runs it, no import finds it. */
export function isFolderProgram(project: Project, file: string): boolean {
  return /^(?:.*\/)?__main__\.py$/.test(file) && !project.has(file.replace(/__main__\.py$/, "__init__.py"));
}

/** Folders of code that shows the project instead of being it. */
export const aside =
  /\{[{%]|(^|\/)(demos?|samples?|benchmarks?|playground|tutorials?|notebooks?|cookbooks?)\//;

/** Files that are called as the application, by name; and programs beside it. */
function placeOf(file: string): number {
  const depth = file.split("/").length;
  const name = file.slice(file.lastIndexOf("/") + 1).replace(/\.py$/, "");
  if (/(^|\/)(scripts?|tools?|bin|hack|contrib)\//.test(file) || beside.test(name)) return depth + 10;
  if (/^[aw]sgi$/.test(name)) return depth - 0.5;
  return (
    depth +
    (/^(?:main|app|application|server|api|run|web|webapp|index|__init__|__main__)$/.test(name) ? 0 : 1)
  );
}

const beside =
  /^(?:manage|cli|(?:\w+_)?(?:celery|worker|tasks?|healthcheck|export|import|populate|seed|script|mock|stub|fake)(?:_\w+)?|commands?|conftest|setup|locustfile|noxfile|fabfile)$/;

/** True when the function whose `def` starts at `index` can be called without arguments. */
function callable(body: string, index: number): boolean {
  const open = body.indexOf("(", index);
  let depth = 0;
  let end = open;
  for (; end < body.length && end < open + 2000; end++) {
    const letter = body[end] ?? "";
    if ("([{".includes(letter)) depth++;
    else if (")]}".includes(letter) && --depth === 0) break;
  }
  return parametersIn(body.slice(open + 1, end)).every((parameter) => /=|^\*|^\/?$/.test(parameter));
}

function parametersIn(list: string): readonly string[] {
  const plain = list.replace(/#.*$/gm, "");
  const found: string[] = [];
  let depth = 0;
  let current = "";
  for (const letter of plain) {
    if ("([{".includes(letter)) depth++;
    if (")]}".includes(letter)) depth--;
    if (letter === "," && depth === 0) {
      found.push(current.trim());
      current = "";
    } else current += letter;
  }
  return [...found, current.trim()];
}
