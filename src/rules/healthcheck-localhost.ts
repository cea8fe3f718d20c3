import { replace } from "./shared/edits.ts";
import { baseFacts } from "./shared/images.ts";
import { finalStage } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

const host = /(?<=:\/\/)localhost(?=[:/'"\s)\]]|$)/g;

/** A health check of localhost where that means IPv6 first. */
export const rule: Rule = {
  meta: {
    name: "healthcheck-localhost",
    summary: "The health check asks localhost, which Alpine's wget takes for ::1.",
    why: "On Alpine localhost is ::1 first, and BusyBox's wget tries no other address. A server that listens on 0.0.0.0 is not there: the check fails although the service works. Write 127.0.0.1.",
    severity: "warning",
    category: "correctness",
    fixable: "safe",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#healthcheck",
    bad: {
      dockerfile: "FROM nginx:1.29-alpine\nHEALTHCHECK CMD wget -q --spider http://localhost:80/ || exit 1\n",
    },
    good: {
      dockerfile: "FROM nginx:1.29-alpine\nHEALTHCHECK CMD wget -q --spider http://127.0.0.1:80/ || exit 1\n",
    },
  },
  *check({ file, stateAt }) {
    const stage = finalStage(file);
    const command = stage && stateAt(stage).healthcheck?.command;
    if (!stage || !command || baseFacts(file, stage)?.libc !== "musl") return;
    const text = file.text.slice(command.range.start, command.range.end);
    if (!/\bwget\b/.test(text)) return;
    for (const { index } of text.matchAll(host)) {
      const start = command.range.start + index;
      const range = { start, end: start + "localhost".length };
      yield {
        range,
        message:
          "localhost is ::1 for this image's wget: a server that listens on 0.0.0.0 is not found there",
        fix: { title: "ask 127.0.0.1", edits: [replace(range, "127.0.0.1")], safe: true },
      };
    }
  },
};
