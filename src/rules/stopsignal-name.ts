import { replace } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** Numbers that are the same on every Linux platform. */
const names: Readonly<Record<string, string>> = {
  "1": "SIGHUP", "2": "SIGINT", "3": "SIGQUIT", "6": "SIGABRT", "9": "SIGKILL", "14": "SIGALRM", "15": "SIGTERM",
}; // biome-ignore format: a table

/** A signal by number or in short. */
export const rule: Rule = {
  meta: {
    name: "stopsignal-name",
    summary: "STOPSIGNAL is a number or lacks its SIG.",
    why: "SIGTERM says what 15 means; most numbers differ between platforms. The engine takes both.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#stopsignal",
    enabled: false,
    bad: { dockerfile: "FROM debian:13-slim\nSTOPSIGNAL 15\n" },
    good: { dockerfile: "FROM debian:13-slim\nSTOPSIGNAL SIGTERM\n" },
  },
  *check({ instructions }) {
    for (const { instruction } of instructions("STOPSIGNAL")) {
      const { value } = instruction;
      if (!value) continue;
      const written = value.text;
      const wanted = /^\d+$/.test(written)
        ? names[written]
        : /^[a-zA-Z]{2,6}\d?$/.test(written)
          ? `SIG${written.toUpperCase().replace(/^SIG/, "")}`
          : undefined;
      if (wanted === undefined || wanted === written) continue;
      yield {
        range: value.range,
        message: `STOPSIGNAL ${written}: write ${wanted}`,
        fix: { title: `write ${wanted}`, edits: [replace(value.range, wanted)], safe: true },
      };
    }
  },
};
