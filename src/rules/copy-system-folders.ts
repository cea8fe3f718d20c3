import type { Rule } from "./types.ts";

const folders =
  /^\/usr\/(?:local\/)?(?:bin|lib|sbin)\/?$|^\/usr\/local\/?$|^\/usr\/(?:local\/)?lib\/python[\d.]+\/(?:site|dist)-packages\/?$/;

/** A whole system folder of another stage. */
export const rule: Rule = {
  meta: {
    name: "copy-system-folders",
    summary: "A system folder is copied whole from another stage.",
    why: "With /usr/local/bin or site-packages comes everything the build installed for itself, its package manager too, and the paths break with the next version of the language. Install into a folder of its own (a virtual environment, a prefix) and copy that.",
    severity: "info",
    category: "size",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/building/multi-stage/",
    bad: {
      dockerfile:
        "FROM python:3.13-slim AS deps\nRUN pip install --no-cache-dir flask==3.1.2\nFROM python:3.13-slim\nCOPY --from=deps /usr/local/bin /usr/local/bin\n",
    },
    good: {
      dockerfile:
        "FROM python:3.13-slim AS deps\nRUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir flask==3.1.2\nFROM python:3.13-slim\nCOPY --from=deps /opt/venv /opt/venv\n",
    },
  },
  *check({ graph }) {
    for (const { instruction, from } of graph.copies) {
      if (from.kind !== "stage" || from.stage.instructions.length < 2) continue;
      for (const { text, range } of instruction.sources) {
        if (!folders.test(text)) continue;
        yield {
          range,
          message: `${text} brings everything stage ${from.stage.name ?? from.stage.index} installed there, build tools too: copy a folder of its own`,
        };
      }
    }
  },
};
