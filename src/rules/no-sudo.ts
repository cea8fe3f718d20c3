import type { ShellWord } from "../dockerfile/shell.ts";
import { type Command, commandsOf } from "./shared/commands.ts";
import { isRoot } from "./shared/users.ts";
import type { Fix, Rule, RuleContext } from "./types.ts";

/** sudo inside a RUN. */
export const rule: Rule = {
  meta: {
    name: "no-sudo",
    summary: "sudo is used in a RUN.",
    why: "A build runs as root until USER says otherwise, so sudo adds a setuid program and its configuration to the image and nothing else. Do root's work before USER, or switch with USER root and back.",
    severity: "warning",
    category: "security",
    fixable: "unsafe",
    aliases: {
      hadolint: ["DL3004"],
      trivy: ["DS-0010"],
      checkov: ["CKV2_DOCKER_1"],
      semgrep: ["no-sudo-in-dockerfile"],
      dockle: ["DKL-DI-0001"],
    },
    source: "https://docs.docker.com/build/building/best-practices/#user",
    bad: { dockerfile: "FROM debian:13-slim\nRUN sudo mkdir -p /srv/app\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN mkdir -p /srv/app\n" },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (!command.wrappers.includes("sudo") && command.name !== "sudo") continue;
      const { words } = command.shell;
      const at = words.findIndex(({ text }) => /^(?:.*\/)?sudo$/.test(text));
      const word = words[at];
      if (!word) continue;
      const { hadolint, ...others } = rule.meta.aliases;
      yield {
        range: word.range,
        message: `sudo ${words[at + 1]?.text.slice(0, 40) ?? ""}: a build needs no sudo, root's work goes before USER`,
        aliases: {
          ...others,
          ...(hadolint && word.text === "sudo" ? { hadolint } : {}),
        },
        ...dropFix(context, command, word, words[at + 1]),
      };
    }
  },
};

/** Only where root runs the RUN and sudo got no flags of its own. */
function dropFix(
  context: RuleContext,
  command: Command,
  word: ShellWord,
  next: ShellWord | undefined,
): { fix?: Fix } {
  if (!next || next.text.startsWith("-") || /^\w+=/.test(next.text)) return {};
  const user = context.stateBefore(command.run).user?.value;
  if (user !== undefined && !isRoot(user)) return {};
  const edits = [{ range: { start: word.range.start, end: next.range.start }, text: "" }];
  return { fix: { title: "drop sudo", edits, safe: false } };
}
