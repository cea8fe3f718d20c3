import { certain, evidence } from "../../project/facts.ts";
import type { Fact, Project } from "../../project/types.ts";
import { sources } from "../sources.ts";

const main =
  /static\s+(?:final\s+)?(?:synchronized\s+)?void\s+main\s*\(|^(?:suspend\s+)?fun\s+main\s*\(|@JvmStatic\s+fun\s+main\s*\(/m;

/** The classes of a module with a main method, shallow ones first. */
export function mainClasses(project: Project, folder: string): readonly Fact<string>[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  return (
    sources(project, [".java", ".kt", ".groovy"])
      // The Maven wrapper brings a program of its own.
      .filter(
        (file) =>
          !file.includes(".mvn/") &&
          file.startsWith(prefix) &&
          !(folder === "" && /^(?!src\/).*\/src\/main\//.test(file)),
      )
      .flatMap((file) => {
        const body = project.read(file) ?? "";
        if (!main.test(body)) return [];
        const simple =
          file
            .split("/")
            .at(-1)
            ?.replace(/\.(?:java|kt|groovy)$/, "") ?? "Main";
        const pack = /^package\s+([\w.]+)/m.exec(body)?.[1];
        const named = /@file:JvmName\("(\w+)"\)/.exec(body)?.[1];
        const inObject = /@JvmStatic\s+fun\s+main/.test(body);
        const name = named ?? (file.endsWith(".kt") && !inObject ? `${simple}Kt` : simple);
        return [certain(pack === undefined ? name : `${pack}.${name}`, evidence(project, file, /main\s*\(/))];
      })
  );
}

/** The main class the build files name, without looking for it in the sources. */
export function declaredMain(text: string): string | undefined {
  return /(?:<(?:mainClass|main\.class|exec\.mainClass|start-class)>|mainClass(?:Name)?\s*(?:=|\.set\(|\.convention\()\s*["']|["']?Main-Class["']?\s*(?:to|:|=)\s*["'])\s*([\w.$]+[\w$])\s*["'<]/.exec(
    text,
  )?.[1];
}

/** The class to start: declared, the only one, or the only one that is called like an application. */
export function chooseMain(
  classes: readonly Fact<string>[],
  declared: string | undefined,
): Fact<string> | undefined {
  if (declared !== undefined) return certain(declared);
  const [only] = classes;
  if (classes.length < 2) return only;
  const called = classes.filter(({ value }) =>
    /(?:^|\.)(?:\w*Application|Main|App|Server)(?:Kt)?$/.test(value),
  );
  return called.length === 1 ? called[0] : undefined;
}
