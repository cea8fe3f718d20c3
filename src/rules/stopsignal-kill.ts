import { removeInstruction } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** STOPSIGNAL with a signal no program can handle. */
export const rule: Rule = {
  meta: {
    name: "stopsignal-kill",
    summary: "STOPSIGNAL is SIGKILL or SIGSTOP, which no program can handle.",
    why: "`docker stop` sends this signal so that the program can finish its requests and close its files. SIGKILL ends it at once and SIGSTOP only freezes it. Leave SIGTERM, or name the signal the program documents.",
    severity: "warning",
    category: "correctness",
    fixable: "unsafe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#stopsignal",
    bad: { dockerfile: "FROM debian:13-slim\nSTOPSIGNAL SIGKILL\n" },
    good: { dockerfile: "FROM debian:13-slim\nSTOPSIGNAL SIGTERM\n" },
  },
  *check({ file, instructions }) {
    for (const { instruction } of instructions("STOPSIGNAL")) {
      const { value } = instruction;
      if (!value || !/^(?:(?:SIG)?(?:KILL|STOP)|9|19)$/i.test(value.text)) continue;
      yield {
        range: value.range,
        message: `STOPSIGNAL ${value.text} cannot be handled: the program is not stopped in good order`,
        ...(instruction.onbuild
          ? {}
          : {
              fix: {
                title: "stop with the default signal",
                edits: [removeInstruction(file, instruction)],
                safe: false,
              },
            }),
      };
    }
  },
};
