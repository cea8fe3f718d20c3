import type { Step } from "../../plan/types.ts";
import { evidence } from "../../project/facts.ts";
import type { Evidence, Project } from "../../project/types.ts";
import { sources } from "../sources.ts";

const framework = "github.com/GoogleCloudPlatform/functions-framework-go";
const registered = /\bfunctions\.(?:HTTP|CloudEvent|Typed)\(\s*"([\w.-]+)"/g;

/** Functions that a module registers with the Functions Framework, which need a program around them. */
export interface Functions {
  /** Import path of the package that registers them. */
  readonly module: string;
  readonly names: readonly string[];
  readonly evidence: Evidence;
}

/** Folder of the program that the build adds. */
export const functionsMain = "functions_main";

/** Reads the functions of the module's own package; undefined where there are none, or vendor/ lacks what starts them. */
export function registeredFunctions(project: Project): Functions | undefined {
  const goMod = project.read("go.mod") ?? "";
  const module = /^module\s+"?([\w.~/-]+)/m.exec(goMod)?.[1];
  if (module === undefined || !goMod.includes(framework)) return undefined;
  const vendored = project.has("vendor/modules.txt");
  if (vendored && !(project.read("vendor/modules.txt") ?? "").includes(`${framework}/funcframework`))
    return undefined;
  const found = sources(project, [".go"])
    .filter((file) => !file.includes("/"))
    .flatMap((file) =>
      [...(project.read(file) ?? "").matchAll(registered)].map(([line, name = ""]) => ({
        name,
        evidence: evidence(project, file, line),
      })),
    );
  const [first] = found;
  return first === undefined
    ? undefined
    : { module, names: found.map(({ name }) => name), evidence: first.evidence };
}

/** The program that serves them: the framework's own start, on the port of the platform's variable. */
export function functionsStep({ module }: Functions): Step {
  return {
    kind: "file",
    path: `/src/${functionsMain}/main.go`,
    lines: [
      "package main",
      "",
      "import (",
      '	"log"',
      '	"os"',
      "",
      `	_ "${module}"`,
      "",
      `	"${framework}/funcframework"`,
      ")",
      "",
      "func main() {",
      '	log.Fatal(funcframework.Start(os.Getenv("PORT")))',
      "}",
    ],
    why: "The functions need a program around them, which their platform would add.",
  };
}
