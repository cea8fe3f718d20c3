import { commandsOf, hasFlag, operandsOf } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

const asking: Readonly<Record<string, RegExp>> = {
  conda: /^(?:install|update|upgrade|create|remove|uninstall|clean)$/,
  mamba: /^(?:install|update|upgrade|create|remove|uninstall|clean)$/,
  micromamba: /^(?:install|update|upgrade|create|remove|uninstall|clean)$/,
};

/** conda that would ask. */
export const rule: Rule = {
  meta: {
    name: "conda-assume-yes",
    summary: "conda runs without -y and stops at its question.",
    why: "A build has no keyboard: conda asks before it installs, gets no answer and aborts.",
    severity: "error",
    category: "correctness",
    fixable: "safe",
    aliases: {},
    source: "https://docs.conda.io/projects/conda/en/stable/commands/install.html",
    bad: {
      dockerfile:
        "FROM continuumio/miniconda3:25.9.1-1\nRUN conda install numpy=2.3 && conda clean --all --yes\n",
    },
    good: {
      dockerfile:
        "FROM continuumio/miniconda3:25.9.1-1\nRUN conda install -y numpy=2.3 && conda clean --all --yes\n",
    },
  },
  *check(context) {
    const always = /\balways_yes\b/.test(context.file.text);
    for (const command of commandsOf(context)) {
      const verbs = Object.hasOwn(asking, command.name) ? asking[command.name] : undefined;
      const [verb] = operandsOf(command);
      if (!verbs || !verb || !verbs.test(verb.text)) continue;
      if (hasFlag(command, "-y", "--yes", "--dry-run", "--json", "--clone")) continue;
      // `yes | conda install`, CONDA_ALWAYS_YES=true, conda config --set always_yes yes
      if (command.shell.pipeline?.commands[0]?.name === "yes") continue;
      const { env } = context.stateBefore(command.run);
      if (
        command.assignments.has("CONDA_ALWAYS_YES") ||
        env.has("CONDA_ALWAYS_YES") ||
        env.has("MAMBA_ALWAYS_YES")
      )
        continue;
      if (always) continue;
      yield {
        range: verb.range,
        message: `${command.name} ${verb.text} asks before it goes on, and a build cannot answer: add -y`,
        fix: {
          title: "add -y",
          edits: [insert(verb.range.end, command.json ? '", "-y' : " -y")],
          safe: true,
        },
      };
    }
  },
};
