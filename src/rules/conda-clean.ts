import { appendCommand, programAs } from "./shared/append.ts";
import { type Command, commandsOf, lastInRun, operandsOf } from "./shared/commands.ts";
import { ships } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

const programs = new Set(["conda", "mamba", "micromamba"]);

/** conda's packages stay in the layer. */
export const rule: Rule = {
  meta: {
    name: "conda-clean",
    summary: "The archives and the index conda downloads stay in the layer.",
    why: "conda keeps each package as an archive and unpacked beside the environment: often half of the image. conda clean --all removes both in the same RUN.",
    severity: "info",
    category: "size",
    fixable: "safe",
    aliases: {},
    source: "https://docs.conda.io/projects/conda/en/stable/commands/clean.html",
    bad: { dockerfile: "FROM continuumio/miniconda3:25.9.1-1\nRUN conda install -y numpy=2.3\n" },
    good: {
      dockerfile:
        "FROM continuumio/miniconda3:25.9.1-1\nRUN conda install -y numpy=2.3 && conda clean --all --yes\n",
    },
  },
  *check(context) {
    const seen = new Set<Command["run"]>();
    for (const command of commandsOf(context)) {
      const { run, name } = command;
      if (!programs.has(name) || seen.has(run) || !installs(command)) continue;
      if (lastCleaning(context, run) > command.range.start) continue;
      if (run.mounts.some(({ type, target }) => type === "cache" && /pkgs|conda|mamba/.test(target ?? "")))
        continue;
      if (!context.file.fragment && !ships(context.file, command.stage)) continue;
      seen.add(run);
      const cleanup = `${programAs(command)} clean --all --yes`;
      yield {
        range: command.range,
        message: `what ${name} downloads stays in this layer: end the RUN with ${cleanup}`,
        ...appendCommand(context, run, cleanup, `add ${cleanup}`),
      };
    }
  },
};

function installs(command: Command): boolean {
  const [first, second] = operandsOf(command).map(({ text }) => text);
  return (
    /^(?:install|update|upgrade|create)$/.test(first ?? "") ||
    (first === "env" && /^(?:create|update)$/.test(second ?? ""))
  );
}

const lastCleaning = lastInRun(
  ({ name, args }) =>
    (programs.has(name) && args.some(({ text }) => text === "clean")) ||
    (name === "rm" && args.some(({ text }) => /\/pkgs\b/.test(text))),
);
