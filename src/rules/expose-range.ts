import { expandWord } from "../dockerfile/expand.ts";
import { isPort } from "../dockerfile/ports.ts";
import type { Rule } from "./types.ts";

/** EXPOSE of a port that cannot be. */
export const rule: Rule = {
  meta: {
    name: "expose-range",
    summary: "EXPOSE names a port above 65535, or a variable whose value is no port.",
    why: "Ports are 16 bits: nothing can listen above 65535, so the number is a typing mistake. What is no port at all stops the build.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: {
      hadolint: ["DL3011"],
      trivy: ["DS-0008"],
      semgrep: ["invalid-port"],
      dockerfileUtils: ["INVALID_PORT"],
    },
    source: "https://docs.docker.com/reference/dockerfile/#expose",
    bad: { dockerfile: "FROM nginx:1.30\nEXPOSE 80800\n" },
    good: { dockerfile: "FROM nginx:1.30\nEXPOSE 8080\n" },
  },
  *check({ file, instructions, stateBefore }) {
    for (const { instruction } of instructions("EXPOSE")) {
      for (const value of instruction.values) {
        if (value.raw.includes("$")) {
          if (instruction.onbuild) continue;
          const { variables } = stateBefore(instruction);
          const { value: expanded, complete } = expandWord(value.raw, variables, file.escape);
          // One variable may hold several ports.
          const wrong = complete
            ? expanded.split(/\s+/).find((port) => /^[^$]+$/.test(port) && !isPort(port))
            : undefined;
          if (wrong === undefined) continue;
          yield {
            range: value.range,
            message: `${value.text} is "${wrong.slice(0, 20)}" here: no port, and the build stops`,
            aliases: { dockerfileUtils: ["INVALID_PORT"] },
          };
          continue;
        }
        const ports = value.text.replace(/\/.*$/, "").split(":").at(-1)?.split("-") ?? [];
        const wrong = ports.find((port) => /^\d+$/.test(port) && Number(port) > 65_535);
        if (wrong === undefined) continue;
        yield {
          range: value.range,
          message: `port ${wrong.slice(0, 20)} does not exist: ports end at 65535`,
          ...(ports.length > 1 ? { aliases: { hadolint: ["DL3011"] } } : {}),
        };
      }
    }
  },
};
