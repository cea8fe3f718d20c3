import { dig, text } from "../../project/project.ts";
import { clean } from "../../security/untrusted.ts";
import { sources } from "../sources.ts";
import { endings } from "./endings.ts";
import { bin, type FrameworkRead, type Sight } from "./framework-read.ts";
import { startScripts } from "./scripts.ts";

const dependency = "@google-cloud/functions-framework";

/**
 * A function that Google's Functions Framework serves: the one the code registers, or the only one its main file
 * exports. Undefined where a start script says it.
 */
export function readFunctions(sight: Sight): FrameworkRead | undefined {
  if (startScripts.some((name) => sight.script(name) !== undefined)) return undefined;
  const targets = declared(sight);
  const [target] = targets;
  const base = {
    name: "Functions Framework",
    appType: "api",
    serving: "modules",
    evidence: sight.found(dependency),
    port: 8080,
  } as const;
  if (target !== undefined && targets.length === 1)
    return { ...base, start: () => bin("functions-framework", `--target=${target}`) };
  return {
    ...base,
    refuse: {
      reason:
        targets.length === 0
          ? "this is a function of the Functions Framework, and nothing says which export answers"
          : `this declares several functions (${targets
              .slice(0, 6)
              .map((name) => clean(name, 40))
              .join(", ")}), of which one process serves one`,
      decide: `start (for example "node_modules/.bin/functions-framework --target=${clean(target ?? "NAME", 40)}")`,
    },
  };
}

function declared(sight: Sight): readonly string[] {
  const { project } = sight;
  const registered = sources(project, endings).flatMap((file) =>
    [...(project.read(file) ?? "").matchAll(/\.(?:http|cloudEvent|typed)\(\s*["'`]([\w.-]+)["'`]/g)].map(
      (match) => match[1] ?? "",
    ),
  );
  if (registered.length > 0) return [...new Set(registered)];
  // Without a main the framework loads function.js; a compiled one has its source beside it.
  const main = (text(dig(project.json("package.json"), "main")) ?? "function.js").replace(/^\.\//, "");
  const file = [main, main.replace(/\.js$/, ".ts")].find((one) => project.has(one)) ?? "";
  const body = project.read(file) ?? "";
  const exported = [
    ...body.matchAll(
      /^(?:module\.)?exports\.(\w+)\s*=|^export\s+(?:async\s+)?(?:const|let|function)\s+(\w+)/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? "");
  return [...new Set(exported.filter((name) => name !== "__esModule"))];
}
