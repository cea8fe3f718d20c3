import { certain, evidence, likely } from "../../project/facts.ts";
import type { Fact, Project } from "../../project/types.ts";
import { sources } from "../sources.ts";

/** Packages that compile C, or import one that does: without a C compiler and libc they do not work. */
const compileC = [
  "github.com/mattn/go-sqlite3", "gorm.io/driver/sqlite", "github.com/jinzhu/gorm/dialects/sqlite",
  "github.com/golang-migrate/migrate/v4/database/sqlite3", "github.com/confluentinc/confluent-kafka-go",
  "github.com/h2non/bimg", "gopkg.in/gographics/imagick", "github.com/google/gopacket/pcap", "github.com/marcboeker/go-duckdb",
  "github.com/DataDog/zstd", "github.com/linxGnu/grocksdb", "gocv.io/x/gocv", "github.com/davidbyttow/govips",
]; // biome-ignore format: a list

/** Files that are not compiled for Linux. */
const elsewhere = /^\/\/go:build\s(?![^\n]*(?:\blinux\b|!))[^\n]*(?:ignore|windows|darwin|bsd)/m;

/**
 * Whether a program uses C: by an import of the project's own code, since a module that is required only by way of
 * another one need not be compiled at all.
 */
export function cgoFact(project: Project, goMod: string): Fact<boolean> {
  const imported = new RegExp(
    `^import "C"|^\\s*(?:import\\s+)?(?:[\\w.]+\\s+)?"(?:${compileC.map((name) => name.replace(/[.]/g, "\\.")).join("|")})(?:/[^"]*)?"`,
    "m",
  );
  const file = sources(project, [".go"], 2000).find((name) => {
    const body = project.read(name) ?? "";
    return imported.test(body) && !elsewhere.test(body);
  });
  if (file !== undefined) return certain(true, evidence(project, file, imported));
  const required = compileC.find((name) =>
    new RegExp(`^\\s*(?:require\\s+)?${name}(?:/v\\d+)?\\s+v[^\\n/]*$`, "m").test(goMod),
  );
  return required === undefined
    ? likely(false, 'no import of "C" and no package known to need it')
    : certain(true, evidence(project, "go.mod", required));
}
