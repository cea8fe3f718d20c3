import type { Stage } from "../dockerfile/types.ts";
import { type Command, commandsOf } from "./shared/commands.ts";
import type { Rule } from "./types.ts";

/** Both wget and curl in one stage. */
export const rule: Rule = {
  meta: {
    name: "wget-or-curl",
    summary: "One stage uses both wget and curl.",
    why: "Both load files; installing the second one adds libraries and nothing else. Choose one for the stage.",
    severity: "info",
    category: "size",
    fixable: "no",
    aliases: { hadolint: ["DL4001"], trivy: ["DS-0014"], semgrep: ["use-either-wget-or-curl"] },
    source: "https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages",
    bad: {
      dockerfile:
        "FROM debian:13-slim\nRUN wget -q https://example.com/a.txt\nRUN curl -fsSLO https://example.com/b.txt\n",
    },
    good: {
      dockerfile:
        "FROM debian:13-slim\nRUN curl -fsSLO https://example.com/a.txt && curl -fsSLO https://example.com/b.txt\n",
    },
  },
  *check(context) {
    const seen = new Map<Stage, Map<string, Command>>();
    const reported = new Set<Command["run"]>();
    for (const command of commandsOf(context)) {
      const { name, run, stage } = command;
      if (name !== "wget" && name !== "curl") continue;
      const tools = seen.get(stage) ?? new Map<string, Command>();
      const known = tools.size > 1;
      seen.set(stage, tools);
      if (!tools.has(name)) tools.set(name, command);
      const other = tools.get(name === "wget" ? "curl" : "wget");
      if (!other || reported.has(run)) continue;
      reported.add(run);
      const { hadolint, ...others } = rule.meta.aliases;
      yield {
        range: command.program.range,
        message: `this stage uses ${other.name} as well: choose one of the two`,
        aliases: { ...others, ...(hadolint && command.direct && other.direct ? { hadolint } : {}) },
        related: [other.program.range],
        // One finding a stage says it.
        ...(known ? { parity: true } : {}),
      };
    }
  },
};
