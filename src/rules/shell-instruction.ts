import { type Command, commandsOf, commandsOfRun } from "./shared/commands.ts";
import { replace } from "./shared/edits.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Fix, Rule, RuleContext } from "./types.ts";

/** /bin/sh replaced by a link. */
export const rule: Rule = {
  meta: {
    name: "shell-instruction",
    summary: "A RUN replaces /bin/sh by a link to another shell.",
    why: "Scripts of the distribution rely on its /bin/sh, and the link holds in the running container as well. SHELL chooses the shell of RUN, CMD and ENTRYPOINT and touches nothing else.",
    severity: "warning",
    category: "maintainability",
    fixable: "unsafe",
    aliases: { hadolint: ["DL4005"], semgrep: ["use-shell-instruction"] },
    source: "https://docs.docker.com/reference/dockerfile/#shell",
    bad: { dockerfile: "FROM debian:13-slim\nRUN ln -sf /bin/bash /bin/sh\n" },
    good: { dockerfile: 'FROM debian:13-slim\nSHELL ["/bin/bash", "-c"]\n' },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (command.name !== "ln") continue;
      const link = command.args.find(({ text }) => /^(?:\/usr)?\/bin\/sh$/.test(text));
      // `ln -s /bin/sh /usr/bin/bash` links to sh and leaves it alone.
      if (!link) continue;
      const [target] = command.args.filter(({ text }) => !text.startsWith("-"));
      const replaced = command.args.at(-1) === link;
      yield {
        range: command.range,
        message: `this makes ${target?.text.slice(0, 60) ?? "another shell"} the system's sh: choose the build's shell with SHELL`,
        aliases: link.text === "/bin/sh" ? aliasesOf(command, rule.meta.aliases) : {},
        ...(replaced ? {} : { parity: true }),
        ...(replaced && target ? shellFix(context, command, target.text) : {}),
      };
    }
  },
};

/** Only for a RUN that does nothing else. */
function shellFix(context: RuleContext, command: Command, target: string): { fix?: Fix } {
  const { run } = command;
  const shell = /^(?:(?:\/usr)?\/bin\/)?(bash|zsh|dash|ash)$/.exec(target)?.[1];
  if (shell === undefined || run.onbuild || run.heredocs.length > 0) return {};
  const others = commandsOfRun(context, run).filter((other) => other !== command);
  if (
    !others.every(({ name, args }) => /^(?:rm|mv)$/.test(name) && args.some(({ text }) => text === "/bin/sh"))
  )
    return {};
  return {
    fix: {
      title: `use SHELL ["/bin/${shell}", "-c"]`,
      edits: [replace(run.range, `SHELL ["/bin/${shell}", "-c"]`)],
      safe: false,
    },
  };
}
