import { forbiddenFlags } from "./shared/forbidden-flags.ts";
import type { Rule } from "./types.ts";

const programs = new Set(["wget"]);

/** wget does not check the server's certificate. */
export const rule: Rule = {
  meta: {
    name: "wget-insecure",
    summary: "wget does not check the server's certificate.",
    why: "With --no-check-certificate anybody between the build and the server can hand out another file, which the build then unpacks or runs. Install ca-certificates, or give wget the authority with --ca-certificate.",
    severity: "warning",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_3"] },
    source: "https://www.gnu.org/software/wget/manual/html_node/HTTPS-_0028SSL_002fTLS_0029-Options.html",
    bad: { dockerfile: "FROM debian:13-slim\nRUN wget -q --no-check-certificate https://example.com/app\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN wget -q https://example.com/app\n" },
  },
  check: (context) =>
    forbiddenFlags(
      context,
      programs,
      ["--no-check-certificate"],
      (_, flag) => `wget ${flag} takes the file from anybody who answers`,
    ),
};
