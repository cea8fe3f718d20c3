import { wrongSettings } from "./shared/environment.ts";
import type { Rule } from "./types.ts";

/** NPM_CONFIG_STRICT_SSL=false switches npm's certificate checks off. */
export const rule: Rule = {
  meta: {
    name: "env-npm-strict-ssl",
    summary: "NPM_CONFIG_STRICT_SSL=false switches npm's certificate checks off.",
    why: "npm then takes packages from anybody who answers in the registry's name, and runs their install scripts. Give npm the authority with NPM_CONFIG_CAFILE.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_12"] },
    source: "https://docs.npmjs.com/cli/using-npm/config#strict-ssl",
    bad: { dockerfile: "FROM node:24-slim\nENV NPM_CONFIG_STRICT_SSL=false\n" },
    good: { dockerfile: "FROM node:24-slim\nENV NPM_CONFIG_CAFILE=/etc/ssl/certs/company.pem\n" },
  },
  check: (context) =>
    wrongSettings(
      context,
      ["NPM_CONFIG_STRICT_SSL", "npm_config_strict_ssl"],
      (value) => value === "false",
      ({ keyword, name }) => `${keyword} sets ${name}=false: npm takes packages from anybody who answers`,
    ),
};
