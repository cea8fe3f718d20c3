import { certain, given, likely } from "../../project/facts.ts";
import type { Fact, Project } from "../../project/types.ts";
import { webProcess } from "../platforms.ts";
import { commandWords } from "../procfile.ts";
import type { Parameters } from "../types.ts";
import type { JavaLayout } from "./facts.ts";

/** Dropwizard starts as `server FILE`: the first YAML of the module that configures its server. */
export function dropwizardSettings(project: Project, folder: string): string | undefined {
  const prefix = folder === "" ? "" : `${folder}/`;
  return project.files.find(
    (file) =>
      file.startsWith(prefix) &&
      /^(?:config\/)?[^/]+\.ya?ml$/.test(file.slice(prefix.length)) &&
      /^(?:server|logging|database):/m.test(project.read(file) ?? "") &&
      !/compose/.test(file),
  );
}

/** The command of the container: by the layout, with the words a Procfile has behind the jar, or what Dropwizard wants. */
export function startOf(
  project: Project,
  layout: JavaLayout,
  mainClass: Fact<string> | undefined,
  configured: string | undefined,
  parameters: Parameters,
): Fact<readonly string[]> {
  if (parameters.start) return given(parameters.start, "start");
  const main = mainClass?.value ?? "Main";
  const program =
    layout === "quarkus"
      ? ["java", "-jar", "quarkus-run.jar"]
      : layout === "distribution" || layout === "classpath"
        ? ["java", "-cp", "lib/*", main]
        : layout === "war"
          ? ["catalina.sh", "run"]
          : ["java", "-jar", "app.jar"];
  const web = webProcess(project);
  const words =
    web === undefined ? undefined : commandWords(web.command.replace(/\$JAVA_OPTS\s*/g, ""), undefined);
  const jar = words?.findIndex((word) => /\.(?:jar|war)$/.test(word)) ?? -1;
  const declared = jar < 0 || layout !== "jar" ? [] : (words ?? []).slice(jar + 1);
  if (web !== undefined && declared.length > 0) return certain([...program, ...declared], web.evidence);
  if (configured !== undefined)
    return likely(
      [...program, "server", configured.split("/").at(-1) ?? configured],
      "how Dropwizard starts",
      {
        file: configured,
      },
    );
  return certain(program, ...(mainClass && program.includes(main) ? mainClass.evidence : []));
}
