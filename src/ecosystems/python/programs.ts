import { evidence } from "../../project/facts.ts";
import type { Evidence, Project } from "../../project/types.ts";
import { sources } from "../sources.ts";

/** Programs that code calls for its work, by the Debian package that has them. */
const packages: Readonly<Record<string, string>> = {
  dot: "graphviz",
  neato: "graphviz",
  ffmpeg: "ffmpeg",
  ffprobe: "ffmpeg",
  convert: "imagemagick",
  mogrify: "imagemagick",
  identify: "imagemagick",
  magick: "imagemagick",
  pdftotext: "poppler-utils",
  pdftoppm: "poppler-utils",
  pdfinfo: "poppler-utils",
  qpdf: "qpdf",
  gs: "ghostscript",
  tesseract: "tesseract-ocr",
  pandoc: "pandoc",
  exiftool: "libimage-exiftool-perl",
  mediainfo: "mediainfo",
  sox: "sox",
  espeak: "espeak-ng",
  "espeak-ng": "espeak-ng",
  pg_dump: "postgresql-client",
  pg_restore: "postgresql-client",
  mysqldump: "default-mysql-client",
  aria2c: "aria2",
  unzip: "unzip",
  "7z": "7zip",
  Xvfb: "xvfb",
  "xvfb-run": "xvfb",
};

const names = Object.keys(packages)
  .map((name) => name.replace(/[+]/g, "\\+"))
  .join("|");
const call = new RegExp(
  `\\b(?:subprocess\\.\\w+|Popen|check_output|check_call|run|call|system|popen|create_subprocess_(?:exec|shell))\\(\\s*(?:#[^\\n]*\\n\\s*)*\\[?\\s*f?["'](?:/usr/bin/)?(${names})["'\\s]`,
  "g",
);

/** Debian packages of the programs that the code calls, outside the scripts beside it. */
export function calledPrograms(
  project: Project,
): readonly { readonly package: string; readonly evidence: Evidence }[] {
  const found = new Map<string, Evidence>();
  for (const file of sources(project, [".py"])) {
    if (
      /(^|\/)(?:scripts?|tools?|bin|devscripts|ci|benchmarks?|demos?)\/|^(?:setup|tasks|noxfile|fabfile)\.py$/.test(
        file,
      )
    )
      continue;
    for (const match of (project.read(file) ?? "").matchAll(call)) {
      const name = packages[match[1] ?? ""];
      if (name !== undefined && !found.has(name))
        found.set(name, evidence(project, file, match[0].split("\n").at(-1)?.trim() ?? ""));
    }
  }
  return [...found].map(([name, where]) => ({ package: name, evidence: where }));
}

/** Names of Debian packages that changed or became plain since the lists that name them were written. */
const renamed: Readonly<Record<string, string>> = {
  "libgl1-mesa-glx": "libgl1",
  "libgl1-mesa-dev": "libgl1",
  "libglib2.0-0": "libglib2.0-0t64",
  libmagic1: "libmagic1t64",
};

const plain = new Set([
  ...Object.values(packages),
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
