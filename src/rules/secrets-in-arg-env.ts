import { judgeSecretName } from "./shared/secrets.ts";
import { finalStage } from "./shared/stages.ts";
import type { Aliases, Rule } from "./types.ts";

/** A variable whose name says that it holds a secret. */
export const rule: Rule = {
  meta: {
    name: "secrets-in-arg-env",
    summary: "A secret is passed through ARG or ENV.",
    why: "ENV values are part of the image's configuration, and build arguments are kept in its history: anybody who can pull the image can read them. Give build steps a secret with `RUN --mount=type=secret`, and give the running container its secrets when it starts.",
    severity: "warning",
    category: "security",
    fixable: "no",
    aliases: {
      hadolint: ["DL3064"],
      buildkit: ["SecretsUsedInArgOrEnv"],
      trivy: ["DS-0031"],
      semgrep: ["secret-in-build-arg"],
      dockle: ["CIS-DI-0010"],
    },
    source: "https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/",
    bad: { dockerfile: "FROM debian:13-slim\nARG NPM_TOKEN\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN --mount=type=secret,id=npm,env=NPM_TOKEN npm ci\n" },
  },
  *check({ file, instructions }) {
    const final = finalStage(file);
    for (const { instruction, stage } of instructions("ARG", "ENV")) {
      const seen = new Set<string>();
      for (const assignment of instruction.assignments) {
        const judged = judgeSecretName(assignment.name);
        const semgrep = judged.semgrep && instruction.keyword === "ARG";
        const likely = judged.buildkit || judged.trivy || judged.hadolint;
        if (!likely && !semgrep) continue;
        if (seen.has(assignment.name)) continue;
        seen.add(assignment.name);
        const aliases: Aliases = {
          ...(judged.hadolint ? { hadolint: ["DL3064"] } : {}),
          ...(judged.buildkit ? { buildkit: ["SecretsUsedInArgOrEnv"] } : {}),
          ...(judged.trivy && stage === final ? { trivy: ["DS-0031"] } : {}),
          ...(semgrep ? { semgrep: ["secret-in-build-arg"] } : {}),
          ...(instruction.keyword === "ENV" ? { dockle: ["CIS-DI-0010"] } : {}),
        };
        // A script or a file with the secret in it is not the secret.
        const isFile = /^[\w./-]+\.(?:sh|py|js|json|ya?ml|conf|pem|crt|txt|rsp)$/.test(
          assignment.value ?? "",
        );
        // A user's name is no secret; `_FILE`, `_VERSION`, `PUBLIC_` say themselves that the secret is elsewhere.
        const harmless =
          isFile ||
          !likely ||
          (!judged.buildkit &&
            (/(?:_|^)(?:public|file|version|path|url|header|name)(?:_|$)/i.test(assignment.name) ||
              !/password|secret|token|key|passwd|pwd|auth|cred/i.test(assignment.name)));
        yield {
          range: assignment.nameRange,
          message: `${instruction.keyword} ${assignment.name} looks like a secret: it stays readable in the image's ${instruction.keyword === "ENV" ? "configuration" : "history"}`,
          aliases,
          ...(harmless ? { parity: true } : {}),
        };
      }
    }
  },
};
