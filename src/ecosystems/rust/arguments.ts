import { evidence, likely } from "../../project/facts.ts";
import type { Fact, Project } from "../../project/types.ts";
import { webProcess } from "../platforms.ts";
import { commandWords } from "../procfile.ts";
import { sources } from "../sources.ts";
import { type Crate, manifestOf } from "./workspace.ts";

/** Names of the command that runs a server, the likeliest first. */
const serving = ["Serve", "Server", "Start", "Web"];

/** The binary that the Procfile starts for the web: `target/release/shop`, or `cargo run --bin shop`. */
export function procfileProgram(project: Project): string | undefined {
  const web = webProcess(project);
  const words = web === undefined ? undefined : commandWords(web.command, undefined);
  if (words?.[0] !== "cargo") return words?.[0]?.split("/").at(-1);
  const at = words.indexOf("--bin");
  return at < 0 ? undefined : words[at + 1];
}

/**
 * What a server's program is called with: the words a Procfile has behind it, or the command of its clap parser that
 * serves. Undefined when it starts by itself.
 */
export function serverArguments(
  project: Project,
  crate: Crate,
  binary: string,
): Fact<readonly string[]> | undefined {
  const web = webProcess(project);
  const words = web === undefined ? undefined : commandWords(web.command, undefined);
  if (web !== undefined && words?.[0]?.endsWith(`/${binary}`))
    return words.length > 1
      ? likely<readonly string[]>(words.slice(1), "the Procfile's", web.evidence)
      : undefined;
  if (crate.dependencies.includes("loco-rs"))
    return likely<readonly string[]>(
      ["start", "--binding", "0.0.0.0"],
      "how Loco starts, open to the network",
      evidence(project, manifestOf(crate.folder), "loco-rs"),
    );
  const prefix = crate.folder === "" ? "" : `${crate.folder}/`;
  for (const file of sources(project, [".rs"]).filter((name) => name.startsWith(prefix))) {
    const body = project.read(file) ?? "";
    // An optional command is not needed to start.
    if (!/\bSubcommand\b/.test(body) || /:\s*Option<\w*Command\w*>/.test(body)) continue;
    const variants =
      /derive\([^)]*\bSubcommand\b[^)]*\)\][\s\S]*?\benum\s+\w+\s*\{([\s\S]*?)\n\}/.exec(body)?.[1] ?? "";
    const found = serving.find((name) => new RegExp(`^\\s*${name}\\b\\s*(?:[,({]|$)`, "m").test(variants));
    if (found !== undefined)
      return likely<readonly string[]>(
        [found.toLowerCase()],
        "the program's command that serves",
        evidence(project, file, new RegExp(`^\\s*${found}\\b`)),
      );
  }
  return undefined;
}
