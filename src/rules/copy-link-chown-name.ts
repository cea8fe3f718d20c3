import type { Rule } from "./types.ts";

/** COPY --link with an owner by name. */
export const rule: Rule = {
  meta: {
    name: "copy-link-chown-name",
    summary: "COPY --link is given an owner by name.",
    why: "A linked layer is made without looking at the image below it, so there is no /etc/passwd to look a name up in: the containerd image store fails with 'invalid user index', and BuildKit refuses it when it parses. Give numbers.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#copy---link",
    bad: { dockerfile: "FROM node:24-slim\nCOPY --link --chown=node:node . /app\nUSER 1000\n" },
    good: { dockerfile: "FROM node:24-slim\nCOPY --link --chown=1000:1000 . /app\nUSER 1000\n" },
  },
  *check({ instructions }) {
    for (const { instruction } of instructions("COPY", "ADD")) {
      if (!instruction.link || instruction.chown === undefined) continue;
      const names = instruction.chown
        .split(":")
        .filter((part) => part !== "" && !/^\d+$/.test(part) && !part.includes("$"));
      const flag = instruction.flags.find(({ name }) => name === "chown");
      if (names.length === 0 || flag === undefined) continue;
      yield {
        range: flag.range,
        message: `--link cannot look up ${names.join(" and ")}: give --chown numbers`,
      };
    }
  },
};
