import { hasFlag } from "./shared/commands.ts";
import { packageCalls } from "./shared/packages.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

/** gem install without a version. */
export const rule: Rule = {
  meta: {
    name: "gem-pin-version",
    summary: "gem installs a gem without naming a version.",
    why: "Without a version the build takes whatever is newest that day: two builds of one commit differ, and a broken release reaches the image at once. Name the version, or install with Bundler.",
    severity: "warning",
    category: "reproducibility",
    fixable: "no",
    aliases: { hadolint: ["DL3028"] },
    source: "https://guides.rubygems.org/command-reference/#gem-install",
    bad: { dockerfile: "FROM ruby:3.4-slim\nRUN gem install bundler\n" },
    good: { dockerfile: "FROM ruby:3.4-slim\nRUN gem install bundler:2.6.9\n" },
  },
  *check(context) {
    for (const { command, verb, operands } of packageCalls(context, "gem")) {
      if (!/^(?:install|i)$/.test(verb) || hasFlag(command, "-v", "--version")) continue;
      const end = command.args.find(({ text }) => text === "--")?.range.start ?? command.range.end;
      // Flags of gem that are unknown here take the next word.
      const free = operands.find(
        ({ text, range }, index) =>
          range.start < end && !text.includes(":") && !followsUnknownFlag(command.args, operands, index),
      );
      if (!free) continue;
      yield {
        range: free.range,
        message: `${free.text.slice(0, 80)}: no version is named, write ${free.text.slice(0, 40)}:version`,
        aliases: aliasesOf(command, rule.meta.aliases),
        ...(/\.gem$/.test(free.text) ? { parity: true } : {}),
      };
    }
  },
};

function followsUnknownFlag(
  args: readonly { readonly text: string }[],
  operands: readonly { readonly text: string }[],
  index: number,
): boolean {
  const operand = operands[index];
  const before = operand ? args[args.indexOf(operand) - 1] : undefined;
  return index > 0 && before !== undefined && before.text.startsWith("--use-");
}
