import type { Rule } from "./types.ts";

const system = /^\/(?:proc|sys|dev|boot|initrd|lost\+found)(?:\/|$)/;
const trivy = /^\/(?:proc|dev|boot|initrd|lost\+found)\//;

/** WORKDIR inside a directory of the system. */
export const rule: Rule = {
  meta: {
    name: "workdir-system-dir",
    summary: "WORKDIR lies in a directory that belongs to the system.",
    why: "/proc, /sys and /dev are filled by the kernel when the container starts; a working directory there lets the process reach the host (CVE-2024-21626 used /proc/self/fd). Work in a directory of your own, such as /app.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { trivy: ["DS-0030"] },
    source: "https://nvd.nist.gov/vuln/detail/CVE-2024-21626",
    bad: { dockerfile: "FROM debian:13-slim\nWORKDIR /proc/self/fd/8\n" },
    good: { dockerfile: "FROM debian:13-slim\nWORKDIR /app\n" },
  },
  *check({ instructions }) {
    for (const { instruction } of instructions("WORKDIR")) {
      const value = instruction.value?.text ?? "";
      if (!system.test(value)) continue;
      yield {
        range: instruction.value?.range ?? instruction.range,
        message: `WORKDIR ${value} belongs to the system: work in a directory of your own`,
        aliases: trivy.test(value) ? rule.meta.aliases : {},
      };
    }
  },
};
