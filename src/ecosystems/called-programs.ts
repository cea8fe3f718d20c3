import { evidence } from "../project/facts.ts";
import type { Evidence, Project } from "../project/types.ts";
import { sources } from "./sources.ts";

/** Programs that code calls for its work, by the Debian package that has them. */
export const programPackages: Readonly<Record<string, string>> = {
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

/** Their names, as the alternatives of a pattern. */
const names = Object.keys(programPackages)
  .map((name) => name.replace(/[+]/g, "\\+"))
  .join("|");

/** A Debian package and the line that calls a program of it. */
export interface CalledProgram {
  readonly package: string;
  readonly evidence: Evidence;
}

/** What stands beside the application and does not run with it. */
const beside =
  /(^|\/)(?:scripts?|tools?|bin|devscripts|ci|hack|benchmarks?|demos?)\/|^(?:setup|tasks|noxfile|fabfile)\.py$/;

/**
 * Debian packages of the programs that the code calls, outside the scripts beside it. `call` makes the language's own
 * pattern of a call around the programs' names, which stand in its first group.
 */
export function calledPrograms(
  project: Project,
  endings: readonly string[],
  call: (names: string) => RegExp,
): readonly CalledProgram[] {
  const pattern = new RegExp(call(names), "g");
  const found = new Map<string, Evidence>();
  for (const file of sources(project, endings)) {
    if (beside.test(file)) continue;
    for (const match of (project.read(file) ?? "").matchAll(pattern)) {
      const name = programPackages[match[1] ?? ""];
      if (name !== undefined && !found.has(name))
        found.set(name, evidence(project, file, match[0].split("\n").at(-1)?.trim() ?? ""));
    }
  }
  return [...found].map(([name, where]) => ({ package: name, evidence: where }));
}
