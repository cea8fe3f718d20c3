import type { Fact, Project } from "../../project/types.ts";
import { sources } from "../sources.ts";
import type { Crate } from "./workspace.ts";

const usual = [
  "templates", "static", "assets", "public", "migrations", "config", "configuration", "resources", "locales", "i18n",
  "views",
]; // biome-ignore format: a list

/** What macros read while they compile is in the program already. */
const compiledIn =
  /include_(?:str|bytes|dir)!\([^)]*\)|#\[folder\s*=\s*"[^"]*"\]|#\[template\([^)]*\)\]|(?:embed_migrations|migrate)!\([^)]*\)|env!\("CARGO_MANIFEST_DIR"\)[^;\n]*/g;

/** Folders and settings the program opens by a relative path while running: those the code names and the crate holds. */
export function runtimeFiles(project: Project, crate: Crate): Fact<readonly string[]> {
  const prefix = crate.folder === "" ? "" : `${crate.folder}/`;
  const bodies = sources(project, [".rs"]).map((file) => (project.read(file) ?? "").replace(compiledIn, ""));
  const folders = usual
    .filter((folder) => project.files.some((file) => file.startsWith(`${prefix}${folder}/`)))
    .filter((folder) => {
      if (crate.dependencies.includes("loco-rs") && /^(?:config|assets)$/.test(folder)) return true;
      const named = new RegExp(`["'(/]\\.?/?${folder}[/"]`);
      return bodies.some((body) => named.test(body));
    })
    .map((folder) => prefix + folder);
  const settings = project.files
    .filter((file) => /^[\w-]+\.(?:toml|ya?ml|json|cfg|conf|ini|ron)$/.test(file) && !ofTools.test(file))
    .filter(
      (file) =>
        file === "Rocket.toml" ||
        bodies.some((body) => body.includes(`"${file}"`) || body.includes(`"./${file}"`)),
    );
  return { value: [...folders, ...settings], evidence: [], confidence: "likely" };
}

const ofTools =
  /^(?:Cargo|rust-toolchain|rustfmt|clippy|deny|diesel|release|cliff|typos|Cross|Trunk|book|taplo|Makefile)\.toml$|^(?:package|package-lock|tsconfig|renovate)\.json$|compose\.ya?ml$|secret|credential/i;
