import type { Evidence, Project } from "../../project/types.ts";
import { type CalledProgram, calledPrograms, programPackages } from "../called-programs.ts";

/** How Python calls a program: through subprocess, os or asyncio. */
const call = (names: string): RegExp =>
  new RegExp(
    `\\b(?:subprocess\\.\\w+|Popen|check_output|check_call|run|call|system|popen|create_subprocess_(?:exec|shell))\\(\\s*(?:#[^\\n]*\\n\\s*)*\\[?\\s*f?["'](?:/usr/bin/)?(${names})["'\\s]`,
  );

/** Debian packages of the programs that the code calls. */
export function pythonPrograms(project: Project): readonly CalledProgram[] {
  return calledPrograms(project, [".py"], call);
}

/** Names of Debian packages that changed or became plain since the lists that name them were written. */
const renamed: Readonly<Record<string, string>> = {
  "libgl1-mesa-glx": "libgl1",
  "libgl1-mesa-dev": "libgl1",
  "libglib2.0-0": "libglib2.0-0t64",
  libmagic1: "libmagic1t64",
};

const plain = new Set([
  ...Object.values(programPackages),
  "libgl1", "libglib2.0-0t64", "libmagic1t64", "libpq5", "libgomp1", "libsm6", "libxext6", "libxrender1", "fonts-dejavu",
  "fonts-liberation", "libsndfile1", "portaudio19-dev", "chromium", "chromium-driver", "git", "curl", "ca-certificates",
]); // biome-ignore format: a list

/**
 * Packages that a list for a platform asks for (`packages.txt` of Streamlit Cloud and Hugging Face, `Aptfile` of
 * Heroku): those that Debian has under that name, and the rest.
 */
export function listedPackages(
  project: Project,
):
  | { readonly names: readonly string[]; readonly others: readonly string[]; readonly evidence: Evidence }
  | undefined {
  const file = ["packages.txt", "Aptfile"].find((name) => project.has(name));
  if (file === undefined) return undefined;
  const lines = (project.read(file) ?? "")
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim())
    .filter((line) => /^[a-z0-9][a-z0-9.+-]+$/.test(line))
    .map((line) => renamed[line] ?? line);
  return {
    names: lines.filter((line) => plain.has(line)),
    others: lines.filter((line) => !plain.has(line)),
    evidence: { file },
  };
}
