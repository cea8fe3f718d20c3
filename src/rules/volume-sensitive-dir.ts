import type { Rule } from "./types.ts";

/** VOLUME of a kernel directory. */
export const rule: Rule = {
  meta: {
    name: "volume-sensitive-dir",
    summary: "A directory of the system is declared as a volume.",
    why: "A volume over /proc, /sys, /dev, /etc or /boot hides what the kernel and the base image put there; mounted from the host it gives the container the host's.",
    severity: "warning",
    category: "security",
    fixable: "no",
    aliases: { dockle: ["DKL-DI-0002"] },
    source: "https://docs.docker.com/reference/dockerfile/#volume",
    bad: { dockerfile: "FROM debian:13-slim\nVOLUME /proc\n" },
    good: { dockerfile: "FROM debian:13-slim\nVOLUME /data\n" },
  },
  *check({ instructions }) {
    for (const { instruction } of instructions("VOLUME")) {
      for (const value of instruction.values) {
        if (/^\/(?:proc|sys|dev|boot|etc|lib|usr)\/?$/.test(value.text))
          yield { range: value.range, message: `VOLUME ${value.text} hides what the system needs there` };
      }
    }
  },
};
