import { commandsOf } from "./shared/commands.ts";
import type { Rule } from "./types.ts";

const archive = /\.(?:tar|Z|bz2|gz|lz|lzma|tZ|tb2|tbz|tbz2|tgz|tlz|tpz|txz|xz)$/;
const extractors = new Set([
  "gunzip",
  "bunzip2",
  "unxz",
  "unlzma",
  "uncompress",
  "gzip",
  "bzip2",
  "xz",
  "zcat",
]);
/** What ADD unpacks: a tar archive, compressed or not. A lone compressed file it copies as it is. */
const tarName = /\.(?:tar(?:\.\w+)?|t(?:Z|b2|bz2?|gz|lz|pz|xz))$/;

/** COPY of an archive that a RUN unpacks. */
export const rule: Rule = {
  meta: {
    name: "add-for-archive",
    summary: "An archive is copied and then unpacked by RUN.",
    why: "The archive stays in the layer of the COPY, beside its content in the next. ADD unpacks a local tar archive while it copies, and RUN --mount=type=bind reads it without copying.",
    severity: "info",
    category: "size",
    fixable: "no",
    aliases: { hadolint: ["DL3010"] },
    source: "https://docs.docker.com/build/building/best-practices/#add-or-copy",
    bad: { dockerfile: "FROM debian:13-slim\nCOPY app.tar.gz /tmp/\nRUN tar -xzf /tmp/app.tar.gz -C /opt\n" },
    good: { dockerfile: "FROM debian:13-slim\nADD app.tar.gz /opt/\n" },
  },
  *check(context) {
    for (const { instruction, stage } of context.instructions("COPY")) {
      if (instruction.from !== undefined) continue;
      const sources = instruction.sources.map(({ text }) => text).filter((text) => archive.test(text));
      if (sources.length === 0) continue;
      const target = instruction.destination?.text ?? "";
      const names = new Set([...sources, ...(archive.test(target) ? [target] : [])].map(baseOf));
      const unpacked = commandsOf(context).find(
        ({ name, args, run, stage: at }) =>
          at === stage &&
          run.range.start > instruction.range.start &&
          ((name === "tar" &&
            args.some(({ text }) => /^(?:-?[a-zA-Z]*x[a-zA-Z]*|--extract|--get)$/.test(text))) ||
            extractors.has(name)) &&
          args.some(({ text }) => names.has(baseOf(text))),
      );
      if (!unpacked) continue;
      const name = unpacked.args.map(({ text }) => baseOf(text)).find((text) => names.has(text)) ?? "";
      const tar = unpacked.name === "tar" || tarName.test(name);
      yield {
        range: instruction.range,
        message: tar
          ? `${name} stays in this layer after ${unpacked.name} unpacked it: ADD unpacks while it copies`
          : `${name} stays in this layer after ${unpacked.name} unpacked it: read it with RUN --mount=type=bind`,
        related: [unpacked.range],
        ...(tar ? {} : { parity: true }),
      };
    }
  },
};

function baseOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
