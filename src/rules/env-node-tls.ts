import { wrongSettings } from "./shared/environment.ts";
import type { Rule } from "./types.ts";

/** NODE_TLS_REJECT_UNAUTHORIZED=0 switches Node's certificate checks off. */
export const rule: Rule = {
  meta: {
    name: "env-node-tls",
    summary: "NODE_TLS_REJECT_UNAUTHORIZED=0 switches Node's certificate checks off.",
    why: "Every HTTPS connection of every Node process then accepts any certificate, in the build and, with ENV, in production. Add the missing authority with NODE_EXTRA_CA_CERTS.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_6"] },
    source: "https://nodejs.org/api/cli.html#node_tls_reject_unauthorizedvalue",
    bad: { dockerfile: "FROM node:24-slim\nENV NODE_TLS_REJECT_UNAUTHORIZED=0\n" },
    good: { dockerfile: "FROM node:24-slim\nENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/company.pem\n" },
  },
  check: (context) =>
    wrongSettings(
      context,
      ["NODE_TLS_REJECT_UNAUTHORIZED"],
      (value) => value === "0",
      ({ keyword, name }) => `${keyword} sets ${name}=0: Node accepts any certificate`,
    ),
};
