import type { Rule } from "./types.ts";

/** EXPOSE 22. */
export const rule: Rule = {
  meta: {
    name: "expose-ssh",
    summary: "The image exposes SSH's port 22.",
    why: "An SSH server in a container is a second way in with its own accounts, keys and holes. `docker exec` and `kubectl exec` give a shell where one is needed, with the orchestrator's permissions and log.",
    severity: "warning",
    category: "security",
    fixable: "no",
    aliases: { trivy: ["DS-0004"], checkov: ["CKV_DOCKER_1"] },
    source: "https://docs.docker.com/reference/dockerfile/#expose",
    bad: { dockerfile: "FROM debian:13-slim\nEXPOSE 22\n" },
    good: { dockerfile: "FROM debian:13-slim\nEXPOSE 8080\n" },
  },
  *check({ instructions }) {
    for (const { instruction } of instructions("EXPOSE")) {
      for (const value of instruction.values) {
        if (/^22(?:\/tcp)?$/i.test(value.text)) {
          yield { range: value.range, message: "port 22 is SSH: enter containers with docker exec instead" };
        }
      }
    }
  },
};
