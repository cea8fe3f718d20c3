import type { Rule } from "./types.ts";

/** VOLUME of the engine's socket. */
export const rule: Rule = {
  meta: {
    name: "docker-socket-mount",
    summary: "The engine's socket is declared as a volume.",
    why: "Whoever can talk to /var/run/docker.sock is root on the host. An image that expects it asks every user to hand their machine over; use a rootless builder or an API with its own rights.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { semgrep: ["dockerfile-dockerd-socket-mount"] },
    source: "https://docs.docker.com/engine/security/protect-access/",
    bad: { dockerfile: "FROM docker:29\nVOLUME /var/run/docker.sock\n" },
    good: { dockerfile: "FROM docker:29\nVOLUME /data\n" },
  },
  *check({ instructions }) {
    for (const { instruction } of instructions("VOLUME")) {
      for (const value of instruction.values) {
        if (value.text.includes("docker.sock"))
          yield { range: value.range, message: "the engine's socket makes the container root on the host" };
      }
    }
  },
};
