import { expandWord } from "../dockerfile/expand.ts";
import type { CopyInstruction, Word } from "../dockerfile/types.ts";
import type { Aliases, Rule, RuleContext } from "./types.ts";

const archive = /\.(?:tar|tgz|tbz2?|tb2|txz|tlz|tpz|tz|tz2|taz|lzma|gz|bz2|xz|zst|z)$/i;
const remote = /^(?:https?|ftp|git|ssh):\/\/|^git@|\.git(?:#.*)?$/i;

/** ADD where COPY does. */
export const rule: Rule = {
  meta: {
    name: "add-instead-of-copy",
    summary: "ADD is used for plain files, where COPY says what happens.",
    why: "ADD also unpacks archives and fetches URLs, so a reader cannot tell which of the three was meant, and a file that happens to be an archive is unpacked. COPY only copies.",
    severity: "warning",
    category: "maintainability",
    fixable: "safe",
    aliases: {
      hadolint: ["DL3020"],
      trivy: ["DS-0005"],
      checkov: ["CKV_DOCKER_4"],
      semgrep: ["prefer-copy-over-add"],
      dockle: ["CIS-DI-0009"],
    },
    source: "https://docs.docker.com/build/building/best-practices/#add-or-copy",
    bad: { dockerfile: "FROM debian:13-slim\nADD config.yaml /etc/app/\n" },
    good: { dockerfile: "FROM debian:13-slim\nCOPY config.yaml /etc/app/\n" },
  },
  *check(context) {
    for (const { instruction } of context.instructions("ADD")) {
      const kinds = sourceKinds(instruction);
      const unpacks = instruction.sources.some((source) =>
        archive.test(expanded(context, instruction, source)),
      );
      const plain = !unpacks && !kinds.archive && !kinds.remote && !kinds.variable;
      const aliases: Aliases = {
        ...(kinds.hadolint && !instruction.onbuild ? { hadolint: ["DL3020"] } : {}),
        ...(kinds.trivy ? { trivy: ["DS-0005"] } : {}),
        checkov: ["CKV_DOCKER_4"],
        ...(kinds.semgrep ? { semgrep: ["prefer-copy-over-add"] } : {}),
        dockle: ["CIS-DI-0009"],
      };
      yield {
        range: instruction.keywordRange,
        message: plain
          ? "ADD of plain files: COPY does the same and nothing else"
          : "ADD fetches or unpacks here: some tools ask for COPY everywhere",
        aliases,
        ...(plain ? {} : { parity: true }),
        ...(plain && instruction.keyword === "ADD"
          ? copyFix(
              instruction,
              instruction.sources.every((source) => isPlain(context, instruction, source)),
            )
          : {}),
      };
    }
  },
};

function sourceKinds(
  add: CopyInstruction,
): Record<"archive" | "remote" | "variable" | "hadolint" | "trivy" | "semgrep", boolean> {
  const sources = add.sources.map(({ text }) => text);
  const all = [...sources, add.destination?.text ?? ""].join(" ");
  const kinds = {
    archive: sources.some((source) => archive.test(source)),
    remote: sources.some((source) => remote.test(source)),
    variable: sources.some((source) => /^\$/.test(source)),
  };
  const imageHistory =
    sources.length > 0 &&
    /^(?:file|multi|dir):/.test(sources[0] ?? "") &&
    (sources.length === 1 || sources[1] === "in");
  return {
    ...kinds,
    hadolint:
      add.heredocs.length === 0 &&
      sources.some(
        (source) => !(archive.test(source) && !/\.zst$/i.test(source)) && !/^https?:\/\//.test(source),
      ),
    trivy: !imageHistory && !/\.tar|https?:\/\/|git@/.test(all),
    semgrep: sources.some(
      (source) => /^https?:\/\//.test(source) || /\.(?:tar|gz|bz2|xz|zip|tgz)(?:\.\w+)?$/.test(source),
    ),
  };
}

/** A source with the defaults of its variables; as written when one has none. */
function expanded({ file, stateBefore }: RuleContext, add: CopyInstruction, { text, raw }: Word): string {
  if (!raw.includes("$")) return text;
  const { value, complete } = expandWord(raw, stateBefore(add).variables, file.escape);
  return complete ? value : text;
}

/** True when no file a source may stand for is an archive, as far as its name and the build context tell. */
function isPlain(context: RuleContext, add: CopyInstruction, word: Word): boolean {
  const source = expanded(context, add, word);
  const view = context.context;
  if (!source.includes("$") && view && view.files.length > 0) {
    return !view.match(source).some((path) => archive.test(path));
  }
  // Behind the last variable or wildcard an extension, or a folder's slash, settles it.
  const open = Math.max(source.lastIndexOf("$"), source.lastIndexOf("}"), source.search(/[*?[][^/]*$/));
  return open < 0 || /\.\w+$|\/$/.test(source.slice(open + 1).replace(/^\w+/, ""));
}

function copyFix(
  add: CopyInstruction,
  safe: boolean,
): {
  fix?: { title: string; edits: { range: CopyInstruction["range"]; text: string }[]; safe: boolean };
} {
  const unknown = add.flags.some(({ name }) => ["checksum", "keep-git-dir", "unpack"].includes(name));
  if (unknown) return {};
  const lower = add.keywordRange;
  return { fix: { title: "use COPY", edits: [{ range: lower, text: "COPY" }], safe } };
}
