import { commandsOf, hasFlag } from "./shared/commands.ts";
import { packageCalls } from "./shared/packages.ts";
import { unpinned } from "./shared/pins.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

/** pip installs a package without naming a version. */
export const rule: Rule = {
  meta: {
    name: "pip-pin-version",
    summary: "pip installs a package without naming a version.",
    why: "Without a version the build takes whatever is newest that day: two builds of one commit differ, and a broken or taken-over release reaches the image at once. Name the version, or install from a requirements or lock file.",
    severity: "warning",
    category: "reproducibility",
    fixable: "no",
    aliases: { hadolint: ["DL3013"] },
    source: "https://pip.pypa.io/en/stable/topics/repeatable-installs/",
    bad: { dockerfile: "FROM python:3.13-slim\nRUN pip install --no-cache-dir flask\n" },
    good: { dockerfile: "FROM python:3.13-slim\nRUN pip install --no-cache-dir flask==3.1.2\n" },
  },
  *check(context) {
    const governed = new Set(
      packageCalls(context, "pip")
        .filter(({ command }) => hasFlag(command, "-r", "--requirement", "-c", "--constraint"))
        .map(({ command }) => command.range.start),
    );
    for (const problem of unpinned(context, {
      managers: ["pip"],
      verbs: /^install$/,
      isPinned,
      how: (name) => `${name}==version`,
      aliasesOf: ({ command }) => (governed.has(command.range.start) ? {} : rule.meta.aliases),
    })) {
      const within = packageCalls(context, "pip").find(
        ({ command }) => command.range.start <= problem.range.start && problem.range.end <= command.range.end,
      );
      if (within && governed.has(within.command.range.start)) continue;
      // Upgrading the installer itself is commonplace and does not end in the program.
      const tools = within?.operands.every(({ text }) => /^(?:pip|setuptools|wheel)$/.test(text)) ?? false;
      yield { ...problem, ...(tools ? { parity: true } : {}) };
    }
    for (const { command, verb, operands } of packageCalls(context, "pip")) {
      const parent = operands.find(({ text }) => text === "..");
      if (
        verb !== "install" ||
        !parent ||
        operands.some(({ text }) => text === ".") ||
        governed.has(command.range.start)
      )
        continue;
      yield {
        range: parent.range,
        message: "..: the folder above, which has no version to name",
        parity: true,
        aliases: aliasesOf(command, rule.meta.aliases),
      };
    }
    // pipx is another program with pip's way of naming.
    for (const command of commandsOf(context)) {
      if (command.name !== "pipx" || command.args[0]?.text !== "install") continue;
      const word = command.args
        .filter(({ text }, index, all) => !text.startsWith("-") && all[index - 1]?.text !== "--python")
        .at(1);
      if (!word || isPinned(word.text)) continue;
      yield {
        range: word.range,
        message: `${word.text}: no version is named, write ${word.text}==version`,
        aliases: aliasesOf(command, rule.meta.aliases),
      };
    }
  },
};

function isPinned(word: string): boolean {
  if (/^(?:git|hg|svn|bzr)\+/.test(word))
    return /@[^/]+$/.test(word.replace(/#.*$/, "").replace(/^[a-z]+\+[a-z]+:\/\/[^/]*/, ""));
  if (/[=<>!~]/.test(word) || word.includes("@")) return true;
  return (
    /\.(?:whl|zip|tar|gz|bz2|xz|tgz)$/.test(word) ||
    word.includes("/") ||
    word === "." ||
    word === ".." ||
    word.startsWith(".[")
  );
}
